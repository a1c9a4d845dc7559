#include "tools/server/sessions.h"

#include <array>

#include "events/values/bytes.h"
#include "events/values/id.h"

namespace muniment {

// With each sign-in at an identity provider a person has another token.
bool Sessions::is_of_one(const Token& a, const Token& b) {
  if (a.method != AuthMethod::identity_provider || b.method != a.method) return a.id == b.id;
  return a.role == b.role && a.name == b.name && a.created_by == b.created_by;
}

std::optional<std::string> Sessions::open(std::shared_ptr<const Token> caller, Time now) {
  std::array<Byte, 32> secret;
  fill_random(secret);
  std::string text = to_hex(secret);
  const std::lock_guard lock(mutex_);
  make_room(*caller, now);
  if (sessions_.size() >= of_all_max) return std::nullopt;
  sessions_.emplace(hash_of_token(text), Session{std::move(caller), now, now});
  return text;
}

// Those that are over go; then, where the token has as many as it may, the one of it that was not used for longest.
void Sessions::make_room(const Token& caller, Time now) {
  std::size_t of_one = 0;
  auto oldest = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if (is_over(at->second, now)) {
      at = sessions_.erase(at);
      continue;
    }
    if (is_of_one(*at->second.caller, caller)) {
      ++of_one;
      if (oldest == sessions_.end() || at->second.used < oldest->second.used) oldest = at;
    }
    ++at;
  }
  if (of_one >= of_one_max) sessions_.erase(oldest);
}

std::shared_ptr<const Token> Sessions::use(std::string_view text, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash_of_token(text));
  if (found == sessions_.end()) return nullptr;
  if (is_over(found->second, now)) {
    sessions_.erase(found);
    return nullptr;
  }
  found->second.used = now;
  return found->second.caller;
}

bool Sessions::is_open(std::string_view text, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash_of_token(text));
  return found != sessions_.end() && !is_over(found->second, now);
}

std::chrono::seconds Sessions::left(std::string_view text, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash_of_token(text));
  if (found == sessions_.end() || is_over(found->second, now)) return std::chrono::seconds{0};
  return std::chrono::duration_cast<std::chrono::seconds>(found->second.began + life_max - now);
}

void Sessions::end(std::string_view text) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(hash_of_token(text));
}

}  // namespace muniment
