// The public keys that an identity provider publishes (a JWK set, RFC 7517), and what they have signed. cjose does the work for RSA and
// P-256, OpenSSL for Ed25519.
//
// Made once, then used by any thread, one at a time.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "tools/server/jwt.h"

namespace muniment {

class JwtKeys {
 public:
  enum class Verdict {
    valid,
    key_unknown,  // There is no such key: there may be newer ones.
    invalid,      // The key is not of the algorithm's kind, or did not sign it.
  };

  // Keys of other kinds and uses are left out. The error says why nothing can be read.
  static std::expected<JwtKeys, std::string> parse(std::string_view json);
  ~JwtKeys();
  JwtKeys(JwtKeys&&) noexcept;
  JwtKeys& operator=(JwtKeys&&) noexcept;

  std::size_t size() const;
  Verdict verify(const Jwt& jwt) const;

 private:
  struct Key;
  struct Keys;
  explicit JwtKeys(std::unique_ptr<Keys> keys);

  std::unique_ptr<Keys> keys_;
};

}  // namespace muniment
