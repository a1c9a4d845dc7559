// SHA-256 (FIPS 180-4).
#pragma once

#include <array>
#include <initializer_list>

#include "events/values/bytes.h"

namespace muniment {

using Sha256 = std::array<Byte, 32>;

// Of the parts, one behind the other. Any thread. Throws std::runtime_error when the cryptographic library refuses.
Sha256 sha256(std::initializer_list<ByteSpan> parts);

}  // namespace muniment
