#include "tools/muniment/login_name.h"

#include <pwd.h>
#include <unistd.h>

#include <cctype>
#include <string_view>

namespace muniment {

std::string login_name() {
  constexpr std::size_t size_max = 64;
  const passwd* entry = ::getpwuid(::getuid());
  std::string out;
  for (const char c : std::string_view{entry == nullptr ? "" : entry->pw_name}) {
    const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool fits =
        (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || std::string_view{"._-"}.find(lower) != std::string_view::npos;
    if (fits && out.size() < size_max) out += lower;
  }
  return out.empty() ? "operator" : out;
}

}  // namespace muniment
