// Tokens as tests make them: made now, and valid for ever. What else one has is set on it.
#pragma once

#include "tools/server/token_file.h"

namespace muniment {

// `hash` is of a certificate's; that of a token is made with its text.
inline Token make_token(TokenRole role, std::string name, const TokenHash& hash = {}) {
  return {.id = {},
          .hash = hash,
          .role = role,
          .name = std::move(name),
          .providers = {},
          .created_at = system_now(),
          .created_by = "tests",
          .expires_at = {},
          .revoked_at = {},
          .revoked_by = {}};
}

}  // namespace muniment
