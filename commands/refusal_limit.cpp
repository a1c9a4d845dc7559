#include "commands/refusal_limit.h"

#include <algorithm>

namespace muniment {

bool RefusalLimit::allows(const std::string& principal, Timestamp now) {
  if (buckets_.size() >= callers_max && !buckets_.contains(principal)) buckets_.clear();
  Bucket& bucket = buckets_.try_emplace(principal, Bucket{burst, now}).first->second;
  const double seconds = static_cast<double>(now.ns - bucket.filled_at.ns) / 1e9;
  bucket.tokens = std::min(burst, bucket.tokens + seconds * per_second);
  bucket.filled_at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace muniment
