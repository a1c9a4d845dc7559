#include "events/proof/inclusion.h"

#include <algorithm>

#include "events/proof/path.h"

namespace muniment {

std::expected<Proof, ProofError> inclusion_proof(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const NodeSource& node) {
  if (index >= size) return std::unexpected(ProofError::index_beyond_size);
  Proof proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {  // PATH of RFC 6962, from the root down: take the half with the leaf, note the other.
    const std::uint64_t middle = begin + split_of(end - begin);
    if (index < middle) {
      proof.push_back(range_root(hasher, middle, end, node));
      end = middle;
    } else {
      proof.push_back(range_root(hasher, begin, middle, node));
      begin = middle;
    }
  }
  std::ranges::reverse(proof);
  return proof;
}

std::expected<Hash, ProofError> root_from_inclusion(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                                    std::span<const Hash> proof) {
  if (index >= size) return std::unexpected(ProofError::index_beyond_size);
  const auto [inner, border] = path_length(index, size);
  if (proof.size() != inner + border) return std::unexpected(ProofError::wrong_length);
  const Hash inner_root = climb_inner(hasher, leaf, proof.first(inner), index);
  return climb_border(hasher, inner_root, proof.subspan(inner));
}

std::expected<void, ProofError> verify_inclusion(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                                 std::span<const Hash> proof, const Hash& root) {
  const auto reached = root_from_inclusion(hasher, index, size, leaf, proof);
  if (!reached) return std::unexpected(reached.error());
  if (*reached != root) return std::unexpected(ProofError::root_differs);
  return {};
}

}  // namespace muniment
