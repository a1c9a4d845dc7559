// Sign-ins of browsers at an identity provider that are under way: the authorization code flow (RFC 6749, 4.1) with PKCE (RFC 7636).
//
// Nothing is kept of them here. The browser's cookie has a secret, and all else is derived from the cookie under a key that only this node
// has, in memory: so nobody can fill anything by beginning, whoever brings a `state` must bring the cookie that it was made of, and a node
// that was started again knows none of them.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "events/values/timestamp.h"
#include "events/vault/hmac.h"

namespace muniment {

struct SignIn {
  std::size_t provider = 0;  // Which, in the order of the configuration.
  std::string cookie;        // What the browser keeps meanwhile.
  std::string state;         // Comes back with the browser.
  std::string nonce;         // Comes back in the ID token.
  std::string verifier;      // Goes to the provider with the code; only its hash goes with the browser.
};

// Why nobody is signed in.
enum class SignInFailure {
  cancelled,    // By the person, or by the provider.
  stale,        // Begun too long ago, elsewhere, or before the node was started; or done already.
  unavailable,  // The provider could not be asked, or its answer is none.
  refused,      // The provider's token is not that of somebody who may sign in.
  overloaded,   // The node has as many under way, or as many sessions, as it takes.
};
std::string_view name_of(SignInFailure failure);

class SignIns {
 public:
  static constexpr std::chrono::minutes life{10};

  SignIns();

  SignIn begin(std::size_t provider, Timestamp now) const;
  // The one with that cookie and that state; nothing: none that is under way.
  std::optional<SignIn> find(std::string_view cookie, std::string_view state, Timestamp now) const;

 private:
  SignIn made_of(std::size_t provider, std::string cookie) const;

  const HmacKey key_;
};

// S256 of RFC 7636, 4.2.
std::string code_challenge(std::string_view verifier);

}  // namespace muniment
