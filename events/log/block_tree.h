// A part of a log against the log's tree.
#pragma once

#include <optional>

#include "events/log/proven_log.h"

namespace muniment {

// Compares the root of a full block of records with the tree that the log goes on with, by way of the stored tiles above it: where they
// differ.
std::optional<LogFault> compare_with_tree(const ReadTile& stored, const MerkleTree& tree, std::uint64_t block, const Hash& root);

}  // namespace muniment
