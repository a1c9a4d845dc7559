// Base64url of RFC 4648, section 5, as JOSE has it: without padding, one text for one value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/values/bytes.h"

namespace muniment {

std::string to_base64url(ByteSpan bytes);

// Nothing for another alphabet, padding, white space, or bits in the last digit that stand for nothing.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace muniment
