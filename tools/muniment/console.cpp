#include "tools/muniment/console.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <ostream>

namespace muniment {
namespace {

void write(std::ostream& err, spdlog::level::level_enum level, const char* pattern, std::string_view message) {
  spdlog::logger logger("muniment", std::make_shared<spdlog::sinks::ostream_sink_st>(err, true));
  logger.set_pattern(pattern);
  logger.log(level, message);
}

}  // namespace

void Console::note(std::string_view message) const { write(err, spdlog::level::info, "%n: %v", message); }
void Console::warn(std::string_view message) const { write(err, spdlog::level::warn, "%n: warning: %v", message); }
void Console::error(std::string_view message) const { write(err, spdlog::level::err, "%n: error: %v", message); }

}  // namespace muniment
