// Ed25519 (RFC 8032), as signed notes use it.
#pragma once

#include <array>
#include <span>

#include "events/values/bytes.h"

namespace muniment {

using PublicKey = std::array<Byte, 32>;
using Signature = std::array<Byte, 64>;

// False for any signature that is not this key's of these bytes. Throws std::runtime_error when the cryptographic library refuses to work.
bool verify_ed25519(const PublicKey& key, ByteSpan message, ByteSpan signature);

using PrivateSeed = std::span<const Byte, 32>;  // RFC 8032's private key. Whoever has it overwrites it.

// Both throw std::runtime_error when the cryptographic library refuses to work.
PublicKey public_key_of(PrivateSeed seed);
Signature sign_ed25519(PrivateSeed seed, ByteSpan message);

}  // namespace muniment
