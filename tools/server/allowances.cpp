#include "tools/server/allowances.h"

#include <algorithm>

namespace muniment {
namespace {

constexpr std::size_t principals_max = 65'536;
constexpr std::int64_t ns_a_second = 1'000'000'000;
constexpr std::int64_t ns_a_day = 86'400 * ns_a_second;

std::optional<RateLimiter> limiter_of(std::size_t a_second) {
  if (a_second == 0) return std::nullopt;
  const auto rate = static_cast<double>(a_second);
  return RateLimiter(rate, rate, principals_max);
}

std::int64_t day_of(Timestamp now) { return now.ns / ns_a_day; }

std::chrono::seconds whole_seconds(std::int64_t ns) { return std::chrono::seconds{(ns + ns_a_second - 1) / ns_a_second}; }

std::string principal_key(const Token& caller) { return std::string{name_of(caller.role)} + ":" + caller.name; }

Problem rate_exceeded(std::chrono::nanoseconds wait) {
  return {.name = problem::rate_exceeded, .retry_after = whole_seconds(wait.count())};
}

Problem quota_exceeded(Timestamp now) {
  return {.name = problem::quota_exceeded, .retry_after = whole_seconds((day_of(now) + 1) * ns_a_day - now.ns)};
}

}  // namespace

Allowances::Allowances(const LimitSettings& limits, const std::vector<QuotaUse>& used)
    : commands_(limiter_of(limits.commands_a_second_max)), questions_(limiter_of(limits.questions_a_second_max)) {
  for (const QuotaUse& use : used) days_[use.token] = {.number = use.day, .used = use.used};
}

RateLimiter* Allowances::limiter(Asked asked) {
  auto& chosen = asked == Asked::command ? commands_ : questions_;
  return chosen ? &*chosen : nullptr;
}

std::uint64_t Allowances::used_today(const Token& caller, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto found = days_.find(caller.id);
  return found != days_.end() && found->second.number == day_of(now) ? found->second.used : 0;
}

std::optional<Problem> Allowances::why_not(const Token& caller, Asked asked, Timestamp now) {
  const std::lock_guard taking(taking_mutex_);
  if (caller.daily_quota > 0 && used_today(caller, now) >= caller.daily_quota) return quota_exceeded(now);
  RateLimiter* const rates = limiter(asked);
  if (rates == nullptr) return std::nullopt;
  const auto wait = rates->wait_for(principal_key(caller), std::chrono::steady_clock::now());
  return wait.count() == 0 ? std::nullopt : std::optional{rate_exceeded(wait)};
}

std::optional<Problem> Allowances::take(const Token& caller, Asked asked, Timestamp now) {
  const std::lock_guard taking(taking_mutex_);
  if (caller.daily_quota > 0 && used_today(caller, now) >= caller.daily_quota) return quota_exceeded(now);
  if (RateLimiter* const rates = limiter(asked)) {
    const auto wait = rates->take(principal_key(caller), std::chrono::steady_clock::now());
    if (wait.count() > 0) return rate_exceeded(wait);
  }
  if (caller.daily_quota > 0) count_of_day(caller, 1, now);
  return std::nullopt;
}

std::size_t Allowances::take_up_to(const Token& caller, Asked asked, std::size_t most, Timestamp now) {
  const std::lock_guard taking(taking_mutex_);
  if (caller.daily_quota > 0) {
    const std::uint64_t used = used_today(caller, now);
    most = std::min<std::uint64_t>(most, caller.daily_quota - std::min<std::uint64_t>(used, caller.daily_quota));
  }
  RateLimiter* const rates = limiter(asked);
  if (rates != nullptr && most > 0) most = rates->take_up_to(principal_key(caller), most, std::chrono::steady_clock::now());
  if (caller.daily_quota > 0 && most > 0) count_of_day(caller, static_cast<std::int64_t>(most), now);
  return most;
}

void Allowances::give_back(const Token& caller, Asked asked, std::size_t count, Timestamp now) {
  if (count == 0) return;
  const std::lock_guard taking(taking_mutex_);
  if (RateLimiter* const rates = limiter(asked)) rates->give_back(principal_key(caller), count, std::chrono::steady_clock::now());
  if (caller.daily_quota > 0) count_of_day(caller, -static_cast<std::int64_t>(count), now);
}

void Allowances::count_of_day(const Token& caller, std::int64_t count, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Day& day = days_[caller.id];
  if (count < 0 && day.number != day_of(now)) return;  // Of a day that is over: nothing of it counts any more.
  if (day.number != day_of(now)) day = {.number = day_of(now), .used = 0};
  day.used = count < 0 ? day.used - std::min(day.used, static_cast<std::uint64_t>(-count)) : day.used + static_cast<std::uint64_t>(count);
  has_changed_ = true;
}

std::optional<std::vector<QuotaUse>> Allowances::changed() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(has_changed_, false)) return std::nullopt;
  std::vector<QuotaUse> out;
  for (const auto& [token, day] : days_) out.push_back({token, day.number, day.used});
  return out;
}

}  // namespace muniment
