// How many refusals of one caller are recorded: a caller that is refused without end must not fill the log. What goes beyond is answered
// and not recorded.
#pragma once

#include <string>
#include <unordered_map>

#include "events/values/timestamp.h"

namespace muniment {

// A bucket of tokens for each principal. One thread at a time.
class RefusalLimit {
 public:
  static constexpr double burst = 1000;
  static constexpr double per_second = 10;
  static constexpr std::size_t callers_max = 10'000;

  // Whether one more refusal of the caller may be recorded now.
  bool allows(const std::string& principal, Timestamp now);

 private:
  struct Bucket {
    double tokens;
    Timestamp filled_at;
  };
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace muniment
