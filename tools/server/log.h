// The node's own log: JSON lines. What is written is chosen here and at each call: a route's pattern and never its path, a token's id and
// never its text, and nothing that a caller sent. docs/server.md, "The log".
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <mutex>
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
  // Whether a line can be written without waiting for whoever reads it.
  using CanWrite = std::function<bool()>;

  // Lines below `least` are not written. Borrows `out`, to which nobody else may write meanwhile. While it cannot be written to, lines are
  // dropped and counted, and the next one that is written comes behind one that says how many: no reader of the log holds the node up.
  Log(std::ostream& out, LogLevel least, CanWrite can_write = [] { return true; });
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool has(LogLevel level) const { return level >= least_; }
  void write(LogLevel level, std::string_view message, std::initializer_list<NamedCell> members = {});

 private:
  const LogLevel least_;
  const CanWrite can_write_;
  std::mutex mutex_;
  std::uint64_t dropped_ = 0;
  std::unique_ptr<spdlog::logger> logger_;
};

// Of a file's descriptor: a pipe or a socket that nobody empties cannot be written to.
Log::CanWrite can_write_to(int descriptor);

}  // namespace muniment
