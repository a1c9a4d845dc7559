// From the claims of a verified token to the caller that it stands for. Denies by default: what is missing or is not understood is nobody.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "tools/server/jwt.h"
#include "tools/server/settings.h"
#include "tools/server/token_file.h"

namespace muniment {

// Whoever the token was issued for, whether or not it is valid by now; `now` is when it came. The error says what is wrong, and nothing of
// what the token has. To be believed only once the signature is verified, with a key of that provider.
std::expected<Token, std::string_view> caller_of(const Jwt& jwt, const OidcSettings& provider, Timestamp now);

// Of a verified ID token: why it is not the answer to the sign-in with that nonce (OpenID Connect Core, 3.1.3.7). Nothing: it is.
std::optional<std::string_view> why_not_of_sign_in(const JsonObject& claims, std::string_view client_id, std::string_view nonce);

// Why the token is not valid at that time; nothing: it is. Precondition: caller_of() has found a caller.
std::optional<std::string_view> why_not_now(const Jwt& jwt, const OidcSettings& provider, Timestamp now);

}  // namespace muniment
