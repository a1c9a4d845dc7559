#include "events/proof/path.h"

#include <bit>

namespace muniment {

PathLength path_length(std::uint64_t index, std::uint64_t size) {
  const auto inner = static_cast<unsigned>(std::bit_width(index ^ (size - 1)));
  const int border = inner < 64 ? std::popcount(index >> inner) : 0;
  return {inner, static_cast<std::size_t>(border)};
}

Hash climb_inner(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings, std::uint64_t index) {
  for (const Hash& sibling : siblings) {
    hash = index % 2 == 0 ? hasher.node_hash(hash, sibling) : hasher.node_hash(sibling, hash);
    index /= 2;
  }
  return hash;
}

Hash climb_inner_before(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings, std::uint64_t index) {
  for (const Hash& sibling : siblings) {
    if (index % 2 != 0) hash = hasher.node_hash(sibling, hash);
    index /= 2;
  }
  return hash;
}

Hash climb_border(LeafHasher& hasher, Hash hash, std::span<const Hash> siblings) {
  for (const Hash& sibling : siblings) hash = hasher.node_hash(sibling, hash);
  return hash;
}

std::uint64_t split_of(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

Hash range_root(LeafHasher& hasher, std::uint64_t begin, std::uint64_t end, const NodeSource& node) {
  const std::uint64_t leaves = end - begin;
  if (std::has_single_bit(leaves)) {
    const auto height = static_cast<unsigned>(std::countr_zero(leaves));
    return node(height, begin >> height);
  }
  const std::uint64_t middle = begin + split_of(leaves);
  const Hash left = range_root(hasher, begin, middle, node);
  return hasher.node_hash(left, range_root(hasher, middle, end, node));
}

}  // namespace muniment
