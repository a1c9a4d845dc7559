#include "tools/server/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace muniment {
namespace {

constexpr std::chrono::seconds sweep_interval{1};  // A look at all keys costs time.

}  // namespace

RateLimiter::RateLimiter(double a_second, double burst, std::size_t keys_max)
    : a_second_(a_second), burst_(burst), keys_max_(keys_max), shared_{.left = burst, .at = {}} {}

double RateLimiter::left_at(const Bucket& bucket, Time now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(burst_, bucket.left + std::max(0.0, seconds) * a_second_);
}

void RateLimiter::forget_full(Time now) {
  if (now < swept_ + sweep_interval) return;
  swept_ = now;
  std::erase_if(buckets_, [&](const auto& entry) { return left_at(entry.second, now) >= burst_; });
}

RateLimiter::Bucket& RateLimiter::bucket_of(std::string_view key, Time now) {
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= keys_max_) forget_full(now);
    if (buckets_.size() < keys_max_) found = buckets_.emplace(std::string{key}, Bucket{.left = burst_, .at = now}).first;
  }
  Bucket& bucket = found == buckets_.end() ? shared_ : found->second;
  bucket.left = left_at(bucket, now);
  bucket.at = now;
  return bucket;
}

std::chrono::nanoseconds RateLimiter::wait_for(const Bucket& bucket) const {
  constexpr double ns_a_second = 1e9;
  if (bucket.left >= 1) return {};
  return std::chrono::nanoseconds{static_cast<std::int64_t>(std::ceil((1 - bucket.left) / a_second_ * ns_a_second))};
}

std::chrono::nanoseconds RateLimiter::take(std::string_view key, Time now) {
  Bucket& bucket = bucket_of(key, now);
  const auto wait = wait_for(bucket);
  if (wait.count() == 0) bucket.left -= 1;
  return wait;
}

std::size_t RateLimiter::take_up_to(std::string_view key, std::size_t most, Time now) {
  Bucket& bucket = bucket_of(key, now);
  const std::size_t taken = std::min(most, static_cast<std::size_t>(bucket.left));
  bucket.left -= static_cast<double>(taken);
  return taken;
}

void RateLimiter::give_back(std::string_view key, std::size_t count, Time now) {
  Bucket& bucket = bucket_of(key, now);
  bucket.left = std::min(burst_, bucket.left + static_cast<double>(count));
}

std::chrono::nanoseconds RateLimiter::wait_for(std::string_view key, Time now) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end() && buckets_.size() < keys_max_) return {};
  Bucket bucket = found == buckets_.end() ? shared_ : found->second;
  bucket.left = left_at(bucket, now);
  return wait_for(bucket);
}

}  // namespace muniment
