#include "events/proof/consistency.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "events/proof/path.h"

namespace muniment {
namespace {

std::optional<ProofError> refused(std::uint64_t size1, std::uint64_t size2) {
  if (size1 > size2) return ProofError::sizes_reversed;
  if (size1 == 0 && size2 != 0) return ProofError::empty_tree;
  return std::nullopt;
}

}  // namespace

std::expected<Proof, ProofError> consistency_proof(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2, const NodeSource& node) {
  if (const auto error = refused(size1, size2)) return std::unexpected(*error);
  Proof proof;
  if (size1 == size2) return proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size2;
  while (end != size1) {  // SUBPROOF of RFC 6962, from the root down to the last complete part of the older tree.
    const std::uint64_t middle = begin + split_of(end - begin);
    if (size1 <= middle) {
      proof.push_back(range_root(hasher, middle, end, node));
      end = middle;
    } else {
      proof.push_back(range_root(hasher, begin, middle, node));
      begin = middle;
    }
  }
  // When that part is the whole older tree, the verifier has its root already.
  if (begin != 0) proof.push_back(range_root(hasher, begin, end, node));
  std::ranges::reverse(proof);
  return proof;
}

std::expected<Hash, ProofError> root_from_consistency(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2,
                                                      std::span<const Hash> proof, const Hash& root1) {
  if (const auto error = refused(size1, size2)) return std::unexpected(*error);
  if (size1 == size2) {
    if (!proof.empty()) return std::unexpected(ProofError::wrong_length);
    return root1;
  }
  // The proof is the upper part of the path of the older tree's last leaf, from the complete subtree that ends there. That subtree's
  // hash comes first, unless it is the whole older tree.
  const auto height = static_cast<unsigned>(std::countr_zero(size1));
  auto [inner, border] = path_length(size1 - 1, size2);
  inner -= height;  // Never negative: the paths of leaves size1 - 1 and size2 - 1 meet above that subtree.
  const bool whole = std::has_single_bit(size1);
  if (proof.size() != (whole ? 0 : 1) + inner + border) return std::unexpected(ProofError::wrong_length);
  const Hash start = whole ? root1 : proof.front();
  const auto below = proof.subspan(whole ? 0 : 1, inner);
  const auto edge = proof.last(border);
  const std::uint64_t index = (size1 - 1) >> height;

  if (climb_border(hasher, climb_inner_before(hasher, start, below, index), edge) != root1) {
    return std::unexpected(ProofError::old_root_differs);
  }
  return climb_border(hasher, climb_inner(hasher, start, below, index), edge);
}

std::expected<void, ProofError> verify_consistency(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2,
                                                   std::span<const Hash> proof, const Hash& root1, const Hash& root2) {
  const auto reached = root_from_consistency(hasher, size1, size2, proof, root1);
  if (!reached) return std::unexpected(reached.error());
  if (*reached != root2) return std::unexpected(ProofError::root_differs);
  return {};
}

}  // namespace muniment
