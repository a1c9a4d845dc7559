// Consistency proofs: that the tree of size2 continues the tree of size1 without changing a leaf of it (RFC 6962, section 2.1.2;
// verified as in RFC 9162, section 2.1.4.2). Nothing can be proved from the empty tree, which every tree continues: size1 == 0 is
// refused unless size2 is 0 too. Trees of equal size are consistent when their roots are equal, and their proof is empty.
#pragma once

#include <expected>
#include <span>

#include "events/proof/proof.h"

namespace muniment {

std::expected<Proof, ProofError> consistency_proof(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2, const NodeSource& node);

// The root of the tree of size2 that the proof leads to, once it has led to root1. Where size1 is a power of two the way starts at
// root1, so a wrong one shows in where it leads and not before.
std::expected<Hash, ProofError> root_from_consistency(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2,
                                                      std::span<const Hash> proof, const Hash& root1);

std::expected<void, ProofError> verify_consistency(LeafHasher& hasher, std::uint64_t size1, std::uint64_t size2,
                                                   std::span<const Hash> proof, const Hash& root1, const Hash& root2);

}  // namespace muniment
