// What the clock on a wall says in a time zone. The zones are ICU's own, which needs none of the machine's.
#pragma once

#include <memory>
#include <string_view>

#include "events/values/timestamp.h"

namespace muniment::view {

struct LocalTime {
  std::int64_t day = 0;  // Days since 1970-01-01.
  int weekday = 0;       // 0 is Monday.
  int minute = 0;        // Of the day.
};

// Remembers the zones that it was asked about. One thread at a time.
class LocalClock {
 public:
  LocalClock();
  LocalClock(const LocalClock&) = delete;
  LocalClock& operator=(const LocalClock&) = delete;
  ~LocalClock();

  bool knows(std::string_view zone);
  // A zone that there is none of by this name is taken for UTC.
  LocalTime at(Timestamp time, std::string_view zone);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// YYYY-MM-DD
std::string date_of(std::int64_t day);

}  // namespace muniment::view
