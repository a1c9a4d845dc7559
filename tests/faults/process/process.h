// Another process, run to its end.
#pragma once

#include <string>
#include <vector>

namespace muniment::faults {

struct Ended {
  int code = 128;  // 128: it did not exit by itself.
  std::string output = {};
  std::string errors = {};

  bool says(const std::string& words) const;
  // The number behind this word, in each line of the output that begins with it.
  std::vector<double> numbers(const std::string& word) const;
};

// With this as its standard input. Throws std::system_error where it cannot be started.
Ended run_process(const std::string& program, const std::vector<std::string>& arguments, const std::string& input = {});

}  // namespace muniment::faults
