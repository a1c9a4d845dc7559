// Inclusion proofs: that a leaf stands at an index of the tree with a given size and root (RFC 6962, section 2.1.1; verified as in
// RFC 9162, section 2.1.3.2). A proof binds the leaf to the root and not to the size: take both from one signed checkpoint.
#pragma once

#include <expected>
#include <span>

#include "events/proof/proof.h"

namespace muniment {

// Empty for the only leaf of a tree. Refused when index >= size.
std::expected<Proof, ProofError> inclusion_proof(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const NodeSource& node);

// The root that the proof leads to.
std::expected<Hash, ProofError> root_from_inclusion(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                                    std::span<const Hash> proof);

std::expected<void, ProofError> verify_inclusion(LeafHasher& hasher, std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                                 std::span<const Hash> proof, const Hash& root);

}  // namespace muniment
