// What inclusion and consistency proofs have in common: their hashes, how they are refused, and where their hashes come from.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "events/proof/hash.h"

namespace muniment {

// From the leaves' end of the tree to the root's, as RFC 6962 orders them.
using Proof = std::vector<Hash>;

// Why a proof is refused. The names are public.
enum class ProofError {
  index_beyond_size,  // no leaf of that index in a tree of that size
  sizes_reversed,     // the older tree is the larger one
  empty_tree,         // every tree continues the empty one: there is nothing to prove
  wrong_length,       // not the number of hashes that the sizes ask for
  root_differs,       // the hashes lead to another root than the one given
  old_root_differs,   // consistency: they lead to another root of the older tree
};

std::string_view name(ProofError error);

// The hash of the complete subtree over leaves [index << height, (index + 1) << height). See MerkleTree::node. May throw; what it
// throws passes through.
using NodeSource = std::function<Hash(unsigned height, std::uint64_t index)>;

}  // namespace muniment
