#include "tools/server/oidc_claims.h"

#include <algorithm>
#include <limits>

#include "events/values/username.h"

namespace muniment {
namespace {

constexpr std::int64_t ns_in_a_second = 1'000'000'000;
constexpr std::string_view every_provider = "*";

using Wrong = std::unexpected<std::string_view>;

std::int64_t seconds_of(Timestamp time) { return time.ns / ns_in_a_second; }

std::optional<std::string_view> check_times(const JsonObject& claims, std::int64_t now, std::int64_t skew) {
  if (now >= *claims.whole("exp") + skew) return "it has expired";
  const auto not_before = claims.whole("nbf");
  if (claims.has("nbf") && !not_before) return "`nbf` is no time";
  if (not_before && now < *not_before - skew) return "it is not valid yet";
  const auto issued = claims.whole("iat");
  if (claims.has("iat") && !issued) return "`iat` is no time";
  if (issued && now < *issued - skew) return "it was issued in the future";
  return std::nullopt;
}

bool is_for(const JsonObject& claims, const std::string& audience) {
  const auto audiences = claims.texts("aud");
  return audiences && std::find(audiences->begin(), audiences->end(), audience) != audiences->end();
}

// The one role among the claim's values; a claim may have other values, which are another system's.
std::optional<TokenRole> role_in(const JsonObject& claims, const std::string& claim) {
  std::optional<TokenRole> out;
  for (const std::string& value : claims.texts(claim).value_or(std::vector<std::string>{})) {
    const auto role = token_role_named(value);
    if (!role || *role == TokenRole::NODE) continue;  // Another node shows a token of this one.
    if (out && out != role) return std::nullopt;
    out = role;
  }
  return out;
}

std::optional<std::string> name_in(const JsonObject& claims, const std::string& claim, TokenRole role) {
  const auto text = claims.text(claim);
  const auto name = text ? Username::parse(*text) : std::nullopt;
  if (!name || (role != TokenRole::ACCOUNT && !name->is_plain())) return std::nullopt;
  return name->text();
}

// An auditor's providers must be said: a claim that somebody forgot must not open everything.
std::optional<std::string_view> read_providers(const JsonObject& claims, const std::string& claim, std::vector<ProviderId>& out) {
  const auto values = claims.texts(claim);
  if (!values || values->empty()) return "an auditor's token must say its providers, or *";
  if (*values == std::vector{std::string{every_provider}}) return std::nullopt;
  for (const std::string& value : *values) {
    const auto provider = ProviderId::parse(value);
    if (!provider) return "a provider is no PID/SL";
    out.push_back(*provider);
  }
  return std::nullopt;
}

}  // namespace

std::expected<Token, std::string_view> caller_of(const Jwt& jwt, const OidcSettings& provider, Timestamp now) {
  const JsonObject& claims = jwt.claims;
  if (claims.text("iss") != provider.issuer) return Wrong("the issuer is another one");
  if (!is_for(claims, provider.audience)) return Wrong("it is not for this node: `aud`");
  if (!claims.whole("exp")) return Wrong("`exp` is missing or is no time");
  const auto role = role_in(claims, provider.role_claim);
  if (!role) return Wrong("it has no role, or several");
  auto name = name_in(claims, provider.username_claim, *role);
  if (!name) return Wrong("it has no name that can be a caller's");
  const std::int64_t ends = *claims.whole("exp") + provider.clock_skew_max.count();
  const std::int64_t last = std::numeric_limits<std::int64_t>::max() / ns_in_a_second;
  Token out{.id = {},
            .hash = hash_of_token(jwt.text),
            .role = *role,
            .name = std::move(*name),
            .providers = {},
            .created_at = now,
            .created_by = provider.issuer,
            .expires_at = Timestamp{std::min(ends, last) * ns_in_a_second},
            .revoked_at = {},
            .revoked_by = {},
            .method = AuthMethod::identity_provider};
  if (*role == TokenRole::AUDITOR) {
    if (const auto wrong = read_providers(claims, provider.providers_claim, out.providers)) return Wrong(*wrong);
  }
  constexpr std::size_t id_bytes = 8;
  out.id = to_hex(ByteSpan{out.hash}.first(id_bytes));
  return out;
}

std::optional<std::string_view> why_not_of_sign_in(const JsonObject& claims, std::string_view client_id, std::string_view nonce) {
  if (claims.text("nonce") != nonce) return "it is not of this sign-in: `nonce`";
  const auto audiences = claims.texts("aud");
  const bool is_for_others_too = !audiences || audiences->size() > 1;
  if ((is_for_others_too || claims.has("azp")) && claims.text("azp") != client_id) return "it was issued to another client: `azp`";
  return std::nullopt;
}

std::optional<std::string_view> why_not_now(const Jwt& jwt, const OidcSettings& provider, Timestamp now) {
  return check_times(jwt.claims, seconds_of(now), provider.clock_skew_max.count());
}

}  // namespace muniment
