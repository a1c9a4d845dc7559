// How much each caller may ask: so many commands and questions a second, by principal, and so many a day, by token.
//
// The day is that of UTC. Thread-safe: what SCIM's requests become is decided on threads that may wait.
#pragma once

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tools/server/problem.h"
#include "tools/server/quota_file.h"
#include "tools/server/rate_limiter.h"
#include "tools/server/settings.h"
#include "tools/server/token_file.h"

namespace muniment {

enum class Asked { command, question };

class Allowances {
 public:
  // `used`: what was counted before.
  explicit Allowances(const LimitSettings& limits, const std::vector<QuotaUse>& used = {});

  // Nothing: it was taken. Else why not, with the time after which it may be asked again.
  std::optional<Problem> take(const Token& caller, Asked asked, Timestamp now);
  // As many as there are now, up to `most`, for the lines of a batch; what it has no use for it gives back, with the same `now`.
  std::size_t take_up_to(const Token& caller, Asked asked, std::size_t most, Timestamp now);
  void give_back(const Token& caller, Asked asked, std::size_t count, Timestamp now);
  // Why none can be taken, without taking one.
  std::optional<Problem> why_not(const Token& caller, Asked asked, Timestamp now);

  // How many of its day's quota a token has used.
  std::uint64_t used_today(const Token& caller, Timestamp now) const;
  // All counts, if one has changed since they were asked for. From any thread.
  std::optional<std::vector<QuotaUse>> changed();

 private:
  struct Day {
    std::int64_t number = 0;  // Since 1970.
    std::uint64_t used = 0;
  };

  RateLimiter* limiter(Asked asked);
  void count_of_day(const Token& caller, std::int64_t count, Timestamp now);

  std::mutex taking_mutex_;  // From the look at what is left to its being taken: of the limiters, and of a day's quota.
  std::optional<RateLimiter> commands_;
  std::optional<RateLimiter> questions_;
  mutable std::mutex mutex_;                   // Of these two. Locked within the other one.
  std::unordered_map<std::string, Day> days_;  // By the id of a token that has a quota.
  bool has_changed_ = false;
};

}  // namespace muniment
