// Callers of a node over HTTP, all on one thread, so that they take little of the machine that the node runs on: each connection asks, and
// asks again when it is answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace muniment {

// A request that is sent again and again, each time with other ids and another time in it.
struct RequestTemplate {
  static constexpr std::size_t id_digits = 14;

  std::string text;
  std::vector<std::size_t> ids;         // Where ids stand in it: so many digits each.
  std::vector<std::size_t> times;       // Where a time stands as nanoseconds, eight bytes.
  std::vector<std::size_t> text_times;  // Where one stands as text, like text_time's.

  static constexpr std::string_view text_time = "2026-01-01T00:00:00.000Z";
};

class HttpCallers {
 public:
  // Each of `requests` is one connection's, who sends its templates in turns.
  HttpCallers(std::uint16_t port, std::vector<std::vector<RequestTemplate>> requests);
  ~HttpCallers();
  HttpCallers(const HttpCallers&) = delete;
  HttpCallers& operator=(const HttpCallers&) = delete;

  // Until then, and until everything that was sent is answered; how many requests that was. Throws where an answer is none of success.
  std::size_t run(std::chrono::steady_clock::duration time);

 private:
  class Caller;

  int poll_;
  std::vector<std::unique_ptr<Caller>> callers_;
};

}  // namespace muniment
