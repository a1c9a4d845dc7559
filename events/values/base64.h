// Base64 of RFC 4648, section 4: the standard alphabet with padding, one text for one value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/values/bytes.h"

namespace muniment {

void append_base64(std::string& out, ByteSpan bytes);
// Nothing for another alphabet, white space, missing padding, or bits in the last digit that stand for nothing.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace muniment
