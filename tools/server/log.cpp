#include "tools/server/log.h"

#include <poll.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <utility>

#include "events/values/timestamp.h"

namespace muniment {
namespace {

struct Level {
  std::string_view name;
  spdlog::level::level_enum level;
};

Level level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return {"debug", spdlog::level::debug};
    case LogLevel::info:
      return {"info", spdlog::level::info};
    case LogLevel::warning:
      return {"warning", spdlog::level::warn};
    case LogLevel::error:
      break;
  }
  return {"error", spdlog::level::err};
}

std::string line_of(LogLevel level, std::string_view message, std::initializer_list<NamedCell> members) {
  std::string line = "{";
  write_json_member(line, "time", system_now().text());
  write_json_member(line, "level", std::string{level_of(level).name});
  write_json_member(line, "message", std::string{message});
  for (const auto& [name, cell] : members) write_json_member(line, name, cell);
  return line += '}';
}

}  // namespace

Log::Log(std::ostream& out, LogLevel least, CanWrite can_write)
    : least_(least),
      can_write_(std::move(can_write)),
      logger_(std::make_unique<spdlog::logger>("muniment", std::make_shared<spdlog::sinks::ostream_sink_st>(out, true))) {
  logger_->set_pattern("%v");
  logger_->set_level(level_of(least).level);
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, std::initializer_list<NamedCell> members) {
  if (!has(level)) return;
  const std::string line = line_of(level, message, members);
  const std::lock_guard lock(mutex_);
  if (!can_write_()) {
    ++dropped_;
    return;
  }
  if (const auto dropped = std::exchange(dropped_, 0); dropped > 0) {
    logger_->log(spdlog::level::warn, "{}",
                 line_of(LogLevel::warning, "lines of this log were dropped: they were not read", {{"lines", Cell{dropped}}}));
  }
  logger_->log(level_of(level).level, "{}", line);
}

Log::CanWrite can_write_to(int descriptor) {
  return [descriptor] {
    ::pollfd waited{.fd = descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&waited, 1, 0) != 0;  // What is wrong with it, a write says at once.
  };
}

}  // namespace muniment
