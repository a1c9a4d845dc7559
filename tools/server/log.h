// The node's own log: JSON lines. What is written is chosen here and at each call: a route's pattern and never its path, a token's id and
// never its text, and nothing that a caller sent. docs/server.md, "The log".
#pragma once

#include <chrono>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string_view>

#include "tools/wire/cell.h"

namespace spdlog {
class logger;
}

namespace muniment {

enum class LogLevel { debug, info, warning, error };

// Thread-safe.
class Log {
 public:
  // Lines below `least` are not written. Borrows `out`, to which nobody else may write meanwhile.
  Log(std::ostream& out, LogLevel least);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool has(LogLevel level) const { return level >= least_; }
  void write(LogLevel level, std::string_view message, std::initializer_list<NamedCell> members = {});

 private:
  const LogLevel least_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace muniment
