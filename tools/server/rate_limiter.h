// So many a second for each key, with bursts of up to one allowance (a token bucket). Memory is bounded whatever keys there are: a key
// whose bucket is full is forgotten without loss, and those for whom there is no place share one bucket.
//
// One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace muniment {

class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `a_second` and `burst` are above 0.
  RateLimiter(double a_second, double burst, std::size_t keys_max);

  // Zero: one was taken. Else none was, and it is how long until one can be.
  std::chrono::nanoseconds take(std::string_view key, Time now);
  // Takes as many as there are now, up to `most`; says how many. What turns out not to be needed is given back.
  std::size_t take_up_to(std::string_view key, std::size_t most, Time now);
  void give_back(std::string_view key, std::size_t count, Time now);
  // As take(), without taking one.
  std::chrono::nanoseconds wait_for(std::string_view key, Time now);

  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double left = 0;
    Time at;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  Bucket& bucket_of(std::string_view key, Time now);
  void forget_full(Time now);
  double left_at(const Bucket& bucket, Time now) const;
  std::chrono::nanoseconds wait_for(const Bucket& bucket) const;

  const double a_second_;
  const double burst_;
  const std::size_t keys_max_;
  std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
  Bucket shared_;
  Time swept_;
};

}  // namespace muniment
