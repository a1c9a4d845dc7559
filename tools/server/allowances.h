// How much each caller may ask: so many commands and questions a second, by principal, and so many a day, by token.
//
// The day is that of UTC. The counts are in memory: a node that starts counts the day anew. On the thread of the sockets alone.
#pragma once

#include <optional>

#include "tools/server/problem.h"
#include "tools/server/rate_limiter.h"
#include "tools/server/settings.h"
#include "tools/server/token_file.h"

namespace muniment {

enum class Asked { command, question };

class Allowances {
 public:
  explicit Allowances(const LimitSettings& limits);

  // Nothing: it was taken. Else why not, with the time after which it may be asked again.
  std::optional<Problem> take(const Token& caller, Asked asked, Timestamp now);
  // The same, without taking one: a batch takes for each line.
  std::optional<Problem> why_not(const Token& caller, Asked asked, Timestamp now);

  // How many of its day's quota a token has used.
  std::uint64_t used_today(const Token& caller, Timestamp now) const;

 private:
  struct Day {
    std::int64_t number = 0;  // Since 1970.
    std::uint64_t used = 0;
  };

  RateLimiter* limiter(Asked asked);

  std::optional<RateLimiter> commands_;
  std::optional<RateLimiter> questions_;
  std::unordered_map<std::string, Day> days_;  // By the id of a token that has a quota.
};

}  // namespace muniment
