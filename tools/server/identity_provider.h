// An identity provider whose bearer tokens are taken (OpenID Connect): its keys, found by its discovery document and kept, and the callers
// that its tokens stand for.
//
// Keys are fetched on a thread of their own, at the start, every hour, and when a token names a key that is not known, but no more often
// than every `fetch_interval_min`: however many tokens name whatever keys. Keys that could not be fetched again for a day are of no use.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tools/server/jwt_keys.h"
#include "tools/server/settings.h"
#include "tools/server/token_file.h"

namespace muniment {

class IdentityProvider {
 public:
  static constexpr std::chrono::seconds fetch_interval_min{10};

  // The document under a URL, or why there is none.
  using Get = std::function<std::expected<std::string, std::string>(const std::string& url)>;
  // Says why keys could not be fetched. From the thread that fetches.
  using OnTrouble = std::function<void(std::string_view what)>;

  struct Denied {
    enum class Why {
      invalid,       // Whoever has it.
      keys_awaited,  // Keys are being fetched: it may be valid with them.
      keys_missing,  // The provider could not be asked.
    };
    Why why = Why::invalid;
    std::string_view detail = {};  // Nothing of what the token has.
  };

  // Without `get`, over HTTPS.
  explicit IdentityProvider(OidcSettings settings, Get get = {}, std::chrono::milliseconds interval_min = fetch_interval_min);
  ~IdentityProvider();  // stop()
  IdentityProvider(const IdentityProvider&) = delete;
  IdentityProvider& operator=(const IdentityProvider&) = delete;

  void start(OnTrouble on_trouble);
  // Ends a fetch that is under way. Idempotent.
  void stop();

  const std::string& issuer() const { return settings_.issuer; }
  // A caller whose token was verified before, with the keys that are still the provider's; null: verify() it.
  std::shared_ptr<const Token> find(const TokenHash& hash, Timestamp now);
  std::expected<std::shared_ptr<const Token>, Denied> verify(const Jwt& jwt, Timestamp now);
  // Calls it once, from the thread that fetches, when the fetch under way has ended; at once where there is none.
  void when_fetched(std::function<void()> callback);

 private:
  using Clock = std::chrono::steady_clock;

  std::shared_ptr<const JwtKeys> keys();
  bool want_fetch();
  void run();
  std::expected<std::shared_ptr<const JwtKeys>, std::string> fetch() const;
  void remember(std::shared_ptr<const Token> caller, const std::shared_ptr<const JwtKeys>& keys, Timestamp now);

  const OidcSettings settings_;
  Get get_;
  const std::chrono::milliseconds interval_min_;
  OnTrouble on_trouble_;
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const JwtKeys> keys_;
  Clock::time_point keys_at_;  // When they were fetched.
  std::optional<Clock::time_point> began_;
  bool is_wanted_ = true;
  bool is_fetching_ = false;
  std::vector<std::function<void()>> waiting_;
  struct Hash {
    std::size_t operator()(const TokenHash& hash) const;
  };
  std::unordered_map<TokenHash, std::shared_ptr<const Token>, Hash> callers_;
  std::thread thread_;
};

}  // namespace muniment
