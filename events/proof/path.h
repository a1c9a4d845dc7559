// The way from a leaf to the root, as both kinds of proofs walk it. For this folder only.
#pragma once

#include <span>

#include "events/proof/proof.h"

namespace muniment {

// A path has two parts: up to where it meets the path of the tree's last leaf, siblings stand on either side; from there on it is
// the tree's right edge, and every sibling is on the left.
struct PathLength {
  std::size_t inner;
  std::size_t border;
};

// Precondition: index < size.
PathLength path_length(std::uint64_t index, std::uint64_t size);

// Climbs from `hash`, number `index` on its height, over siblings on either side.
Hash climb_inner(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings, std::uint64_t index);
// The same way in the tree as it was when this path was its right edge: siblings on the right did not exist.
Hash climb_inner_before(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings, std::uint64_t index);
Hash climb_border(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings);

// Where RFC 6962 divides n > 1 leaves: the largest power of two below n.
std::uint64_t split_of(std::uint64_t leaves);
// MTH(D[begin:end]) for begin < end, where the range starts at a subtree of the tree (a multiple of its size rounded up to a power of two).
Hash range_root(LeafHasher& hasher, std::uint64_t begin, std::uint64_t end, const NodeSource& node);

}  // namespace muniment
