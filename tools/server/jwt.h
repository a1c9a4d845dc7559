// A signed JSON Web Token in its compact form, taken apart (RFC 7515, 7519). Nothing of it is believed before its signature is verified
// (tools/server/jwt_keys.h).
//
// The list of algorithms comes first: asymmetric ones alone, so that neither `none` nor a public key taken for a secret can sign.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tools/server/json_object.h"

namespace muniment {

inline constexpr std::size_t jwt_bytes_max = 8192;

enum class JwtAlgorithm { rs256, es256, eddsa };
std::string_view name_of(JwtAlgorithm algorithm);

struct Jwt {
  std::string_view text;         // Borrowed.
  std::string_view signed_part;  // Of it: what the signature is of.
  JwtAlgorithm algorithm = JwtAlgorithm::rs256;
  std::string key_id;  // Empty: it names none.
  std::string signature;
  JsonObject claims;
};

// Whether it has the form of one: three parts. Any other bearer text is no JWT.
bool looks_like_jwt(std::string_view text);

// The error says what is wrong, and nothing of what the token has.
std::expected<Jwt, std::string_view> parse_jwt(std::string_view text);

}  // namespace muniment
