// One request and its answer, as far as both sides of a connection and the log need to know.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace muniment {

struct Exchange {
  std::string id = {};
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::string_view route = "none";  // Of the table, so it lives for ever.
  std::string token = {};           // The id of the caller's.
  unsigned version = 11;            // Of HTTP, times ten.
  bool keeps = false;               // The connection goes on after it.
  bool is_head = false;             // Of the answer the head alone is sent.
  bool is_scim = false;             // What is wrong is told in SCIM's form.
};

}  // namespace muniment
