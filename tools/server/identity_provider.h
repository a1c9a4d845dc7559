// An identity provider whose bearer tokens are taken (OpenID Connect): its keys, found by its discovery document and kept, and the callers
// that its tokens stand for. Where it is configured for that, people sign in with it by a browser.
//
// It is asked on a thread of its own: for its keys, at the start, every hour, and when a token names a key that is not known, but no more
// often than every `fetch_interval_min`, however many tokens name whatever keys; and for the tokens of those who sign in, one after
// another. Keys that could not be fetched again for a day are of no use. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tools/server/https_get.h"
#include "tools/server/jwt_keys.h"
#include "tools/server/settings.h"
#include "tools/server/sign_ins.h"
#include "tools/server/token_file.h"

namespace muniment {

class IdentityProvider {
 public:
  static constexpr std::chrono::seconds fetch_interval_min{10};
  static constexpr std::size_t redemptions_max = 32;              // That wait for their turn.
  static constexpr std::chrono::seconds redemption_wait_max{20};  // Less than whoever waits for the answer.

  // The document under a URL, or why there is none.
  using Get = std::function<std::expected<std::string, std::string>(const std::string& url)>;
  // The answer to what is posted, or why there is none.
  using Post = std::function<std::expected<HttpsAnswer, std::string>(const HttpsGet& request, const std::string& body)>;
  // What goes wrong, and why: nothing of what a token or a code has. From the thread that asks the provider.
  struct Trouble {
    std::string_view message;
    std::string_view what;
    std::string_view request_id = {};  // Of whoever signs in.
  };
  using OnTrouble = std::function<void(const Trouble& trouble)>;

  // A code that a browser has brought back, and what is known of it here.
  struct Redemption {
    std::string code;
    SignIn sign_in;
    std::string request_id;
    // Called once, from the thread that asks the provider, or at once.
    std::function<void(std::expected<std::shared_ptr<const Token>, SignInFailure>)> done;
  };

  struct Denied {
    enum class Why {
      invalid,       // Whoever has it.
      keys_awaited,  // Keys are being fetched: it may be valid with them.
      keys_missing,  // The provider could not be asked.
    };
    Why why = Why::invalid;
    std::string_view detail = {};                   // Nothing of what the token has.
    std::shared_ptr<const Token> former = nullptr;  // Whose it was, where its times alone are against it.
  };

  // Without `get` and `post`, over HTTPS.
  explicit IdentityProvider(OidcSettings settings, Get get = {}, std::chrono::milliseconds interval_min = fetch_interval_min,
                            Post post = {});
  ~IdentityProvider();  // stop()
  IdentityProvider(const IdentityProvider&) = delete;
  IdentityProvider& operator=(const IdentityProvider&) = delete;

  void start(OnTrouble on_trouble);
  // Ends a fetch that is under way. Idempotent.
  void stop();

  const std::string& issuer() const { return settings_.issuer; }
  // What people sign in with is called; empty: nobody does with this one.
  std::string sign_in_name() const;
  // A caller whose token was verified before, with the keys that are still the provider's; null: verify() it.
  std::shared_ptr<const Token> find(const TokenHash& hash, Timestamp now);
  std::expected<std::shared_ptr<const Token>, Denied> verify(const Jwt& jwt, Timestamp now);
  // Where a browser goes to sign in. Nothing: what the provider says of itself is not known now.
  std::optional<std::string> authorization_url(const SignIn& sign_in);
  // From a code to the caller whom the ID token names.
  void redeem(Redemption redemption);
  // Calls it once, from the thread that fetches, when the fetch under way has ended; at once where there is none.
  void when_fetched(std::function<void()> callback);

 private:
  using Clock = std::chrono::steady_clock;

  // What the provider says of itself.
  struct Published {
    JwtKeys keys;
    // Empty: nothing that can be used.
    std::string authorization_endpoint = {};
    std::string token_endpoint = {};
    bool takes_secret_in_body = false;  // And not as the Authorization.
  };
  struct Waiting {
    Redemption redemption;
    Clock::time_point until;
  };

  std::shared_ptr<const Published> published();
  bool want_fetch();
  void run();
  Clock::time_point fetch_now(std::unique_lock<std::mutex>& lock);
  std::expected<std::shared_ptr<const Published>, std::string> fetch() const;
  std::expected<Token, Denied> check(const Jwt& jwt, const OidcSettings& as, Timestamp now, std::shared_ptr<const Published>& known);
  void remember(std::shared_ptr<const Token> caller, const std::shared_ptr<const Published>& with, Timestamp now);

  void answer(const Waiting& waiting);
  std::expected<std::shared_ptr<const Token>, SignInFailure> caller_for(const Redemption& redemption);
  std::expected<std::string, SignInFailure> identity_token_for(const Redemption& redemption);
  std::expected<std::shared_ptr<const Token>, SignInFailure> caller_of_identity(const Jwt& jwt, const Redemption& redemption);
  std::unexpected<SignInFailure> fail(const Redemption& redemption, SignInFailure failure, std::string_view what) const;

  const OidcSettings settings_;
  const OidcSettings of_identity_;  // The same for ID tokens, which are for the client.
  Get get_;
  Post post_;
  const std::chrono::milliseconds interval_min_;
  OnTrouble on_trouble_;
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Published> published_;
  Clock::time_point published_at_;  // When it was fetched.
  std::optional<Clock::time_point> began_;
  bool is_wanted_ = true;
  bool is_fetching_ = false;
  std::vector<std::function<void()>> waiting_;
  std::deque<Waiting> redemptions_;
  struct Hash {
    std::size_t operator()(const TokenHash& hash) const;
  };
  std::unordered_map<TokenHash, std::shared_ptr<const Token>, Hash> callers_;
  std::thread thread_;
};

}  // namespace muniment
