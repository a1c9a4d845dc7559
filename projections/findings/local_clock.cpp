#include "projections/findings/local_clock.h"

#include <unicode/timezone.h>

#include <map>
#include <string>

namespace muniment::view {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t ms_per_minute = 60'000;
constexpr std::int64_t minutes_per_day = std::int64_t{24} * 60;
constexpr int weekday_of_day_zero = 3;  // 1970-01-01 was a Thursday.

std::int64_t floor_divided(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

}  // namespace

struct LocalClock::Impl {
  std::map<std::string, std::unique_ptr<icu::TimeZone>, std::less<>> zones;  // Null: UTC.

  const icu::TimeZone* zone(std::string_view name) {
    const auto found = zones.find(name);
    if (found != zones.end()) return found->second.get();
    std::unique_ptr<icu::TimeZone> made{
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8({name.data(), static_cast<int>(name.size())}))};
    if (made && *made == icu::TimeZone::getUnknown()) made.reset();
    return zones.emplace(name, std::move(made)).first->second.get();
  }
};

LocalClock::LocalClock() : impl_(std::make_unique<Impl>()) {}
LocalClock::~LocalClock() = default;

bool LocalClock::knows(std::string_view zone) { return zone == "UTC" || impl_->zone(zone) != nullptr; }

LocalTime LocalClock::at(Timestamp time, std::string_view name) {
  std::int64_t ms = floor_divided(time.ns, ns_per_ms);
  if (const auto* zone = name == "UTC" ? nullptr : impl_->zone(name)) {
    std::int32_t standard = 0;
    std::int32_t summer = 0;
    UErrorCode status = U_ZERO_ERROR;
    zone->getOffset(static_cast<UDate>(ms), false, standard, summer, status);
    if (U_SUCCESS(status)) ms += standard + summer;
  }
  const std::int64_t minutes = floor_divided(ms, ms_per_minute);
  const std::int64_t day = floor_divided(minutes, minutes_per_day);
  const auto weekday = static_cast<int>(((day + weekday_of_day_zero) % 7 + 7) % 7);
  return {day, weekday, static_cast<int>(minutes - day * minutes_per_day)};
}

std::string date_of(std::int64_t day) {
  constexpr std::int64_t ns_per_day = minutes_per_day * ms_per_minute * ns_per_ms;
  return Timestamp{day * ns_per_day}.text().substr(0, 10);
}

}  // namespace muniment::view
