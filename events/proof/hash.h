// The two hashes of an RFC 6962 tree (section 2.1): of a leaf and of an inner node, kept apart by their first byte so that
// neither can be passed off as the other. Do not change them: every root and proof ever published depends on them.
#pragma once

#include "events/values/sha256.h"

namespace muniment {

using Hash = Sha256;

// The root of the tree without leaves: SHA-256 of the empty string.
inline constexpr Hash empty_root{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
                                 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

// Throws std::runtime_error when the cryptographic library refuses.
class LeafHasher {
 public:
  // SHA-256(0x00 | record). The record is hashed as it is; any length, the empty one too.
  Hash leaf_hash(ByteSpan record);
  // SHA-256(0x01 | left | right).
  Hash node_hash(const Hash& left, const Hash& right);
};

}  // namespace muniment
