// Where a run of the program reads and writes: data on `out`, messages and progress on `err`. main gives it the process's own streams; a
// test gives it strings.
#pragma once

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string_view>

namespace muniment {

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool has_color = false;  // On a terminal, unless NO_COLOR asks for none.
  // What takes no longer shows no progress.
  std::chrono::milliseconds quiet_time = std::chrono::seconds(1);

  // One line on `err`, with the program's name and, but for note, the kind before it.
  void note(std::string_view message) const;
  void warn(std::string_view message) const;
  void error(std::string_view message) const;
};

}  // namespace muniment
