// In the place of events/log/postgres_hooks.cpp, in a program that is `muniment` otherwise: the protections that MUNIMENT_UNGUARDED names
// are off. What ships has no such switch.
#include <cstdlib>
#include <string_view>

#include "events/log/postgres_hooks.h"

namespace muniment {

const PostgresLogHooks& hooks_where_none_are_given() {
  static const PostgresLogHooks hooks = [] {
    const char* const text = std::getenv("MUNIMENT_UNGUARDED");
    const std::string_view off = text == nullptr ? "" : text;
    PostgresLogHooks out;
    out.checks_token = !off.contains("token");
    out.checks_seen = !off.contains("fence");
    return out;
  }();
  return hooks;
}

}  // namespace muniment
