// Any bytes may come as a bearer token. One that is taken apart is within its bounds; nobody becomes a caller without a key's signature.
#include <cstdint>
#include <string_view>

#include "events/values/assert.h"
#include "tools/server/jwt_keys.h"
#include "tools/server/oidc_claims.h"

namespace {

// Of RFC 8037, appendix A.2.
constexpr std::string_view key_set =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"d","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

muniment::OidcSettings provider_settings() {
  muniment::OidcSettings out;
  out.issuer = "https://login.example";
  out.audience = "muniment";
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const JwtKeys keys = *JwtKeys::parse(key_set);
  static const OidcSettings provider = provider_settings();
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  static_cast<void>(JwtKeys::parse(text));
  const auto jwt = parse_jwt(text);
  if (!jwt) {
    MUNIMENT_ASSERT(!jwt.error().empty());
    return 0;
  }
  MUNIMENT_ASSERT(text.size() <= jwt_bytes_max && jwt->signed_part.size() < text.size());
  MUNIMENT_ASSERT(keys.verify(*jwt) != JwtKeys::Verdict::valid);
  const auto caller = caller_of(*jwt, provider, Timestamp{1'800'000'000'000'000'000});
  if (caller) MUNIMENT_ASSERT(!caller->name.empty() && caller->expires_at.has_value());
  return 0;
}
