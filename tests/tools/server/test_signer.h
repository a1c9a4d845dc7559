// A key of an identity provider that the test plays, and the tokens that it signs, sound or not.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tools/server/jwt.h"

namespace muniment {

std::string base64url(std::string_view bytes);

class TestSigner {
 public:
  TestSigner(JwtAlgorithm algorithm, std::string key_id, unsigned rsa_bits = 2048);
  ~TestSigner();
  TestSigner(const TestSigner&) = delete;
  TestSigner& operator=(const TestSigner&) = delete;

  // Its public half, as JSON; `more` are members that it says of itself.
  std::string jwk(const std::string& more = "") const;
  // The public half in PEM: what an attacker has.
  std::string public_pem() const;
  std::string header() const;
  std::string sign(const std::string& claims) const { return sign(header(), claims); }
  std::string sign(const std::string& header, const std::string& claims) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// As if it were signed with a shared secret.
std::string sign_hs256(const std::string& secret, const std::string& header, const std::string& claims);

}  // namespace muniment
