// From the claims of a verified token to the caller that it stands for. Denies by default: what is missing or is not understood is nobody.
#pragma once

#include <expected>
#include <string_view>

#include "tools/server/jwt.h"
#include "tools/server/settings.h"
#include "tools/server/token_file.h"

namespace muniment {

// The error says what is wrong, and nothing of what the token has. To be believed only once the signature is verified, with a key of that
// provider.
std::expected<Token, std::string_view> caller_of(const Jwt& jwt, const OidcSettings& provider, Timestamp now);

}  // namespace muniment
