#include "tools/server/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

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

}  // namespace

Log::Log(std::ostream& out, LogLevel least)
    : least_(least), logger_(std::make_unique<spdlog::logger>("muniment", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true))) {
  logger_->set_pattern("%v");
  logger_->set_level(level_of(least).level);
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, std::initializer_list<NamedCell> members) {
  if (!has(level)) return;
  std::string line = "{";
  write_json_member(line, "time", system_now().text());
  write_json_member(line, "level", std::string{level_of(level).name});
  write_json_member(line, "message", std::string{message});
  for (const auto& [name, cell] : members) write_json_member(line, name, cell);
  line += '}';
  logger_->log(level_of(level).level, "{}", line);
}

}  // namespace muniment
