// A moment: UTC nanoseconds since 1970-01-01T00:00:00Z. Written and read as RFC 3339.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muniment {

struct Timestamp {
  std::int64_t ns = 0;

  auto operator<=>(const Timestamp&) const = default;

  // 2020-04-02T10:32:23Z, with the fraction's digits that are needed (none, or 1 to 9 without trailing zeros).
  std::string text() const;
  // RFC 3339 with `Z` or a numeric offset, up to nine fraction digits, years 1970 to 2261 both as written and in UTC. A date alone
  // (2020-04-02) is its first moment. Nothing for anything else, a day that does not exist or a leap second.
  static std::optional<Timestamp> parse(std::string_view text);
};

// The system's clock.
Timestamp system_now();

}  // namespace muniment
