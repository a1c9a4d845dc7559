// Who calls: by a token of the store's file, by a certificate that is registered there, by a token of an identity provider, or by the
// session that a browser got for one of them. All become the same value, and what it may do is decided from that alone.
//
// An Authorization header decides alone where there is one; without it a session does, and without that, the certificate of the connection.
// Found and looked at on the thread of the sockets; is_valid() is thread-safe.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "tools/server/identity_provider.h"
#include "tools/server/problem.h"
#include "tools/server/rate_limiter.h"
#include "tools/server/sessions.h"
#include "tools/server/token_book.h"

namespace muniment {

// Of a client, whose chain was verified in the handshake.
struct PeerCertificate {
  TokenHash fingerprint;  // SHA-256 of its DER.
  Timestamp expires_at;
};

// What a request and its connection show of who calls.
struct Credentials {
  std::string_view authorization = {};
  std::string_view session = {};  // Of a browser; empty: none that counts.
  const PeerCertificate* certificate = nullptr;
  std::string_view address = {};  // Who is held to account for what is refused: a host, or a network of IPv6.
};

class Callers {
 public:
  struct Unknown {
    Problem problem;
    IdentityProvider* awaited = nullptr;  // It fetches keys with which the caller may be known.
    // Whose token, certificate or session it was, which is not valid any more. For the record: who has it need not be who that is.
    std::shared_ptr<const Token> former = nullptr;
  };

  Callers(const std::filesystem::path& store, const std::vector<OidcSettings>& providers);

  // Begins to fetch keys; says what goes wrong with that, from any thread.
  void start(const std::function<void(const std::string& issuer, const IdentityProvider::Trouble& trouble)>& on_trouble);
  void stop();

  std::expected<std::shared_ptr<const Token>, Unknown> find(const Credentials& credentials);
  // For a route that is open to all, so much from an address. Nothing: it was taken.
  std::optional<Problem> take_open(std::string_view address);
  // For a code that a browser brings, as much from an address as of bad tokens. False: not now.
  bool take_attempt(std::string_view address);
  // Whether one that was found before may still act: `session` is the one that it was found by, or empty.
  bool is_valid(const Token& caller, std::string_view session = {});
  TokenBook& book() { return book_; }
  Sessions& sessions() { return sessions_; }

  // What people can sign in with by a browser, as the sign-in page calls it.
  std::vector<std::string> sign_in_names() const;
  // Its number; nothing: there is none of that name.
  std::optional<std::size_t> sign_in_number(std::string_view name) const;
  // Null: nobody signs in with the one of that number.
  IdentityProvider* sign_in_provider(std::size_t number) const;
  const SignIns& sign_ins() const { return sign_ins_; }

 private:
  std::expected<std::shared_ptr<const Token>, Unknown> find_session(std::string_view text, std::string_view address);
  std::expected<std::shared_ptr<const Token>, Unknown> find_certificate(const PeerCertificate& certificate);
  std::expected<std::shared_ptr<const Token>, Unknown> find_bearer(std::string_view text, std::string_view address);
  std::expected<std::shared_ptr<const Token>, Unknown> find_jwt(std::string_view text);

  TokenBook book_;
  Sessions sessions_;
  const SignIns sign_ins_;
  std::vector<std::unique_ptr<IdentityProvider>> providers_;
  RateLimiter failures_;
  RateLimiter open_;
};

}  // namespace muniment
