// A tree that takes records as they are read, and hashes them many at once (bulk_hasher.h).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "events/proof/bulk_hasher.h"
#include "events/proof/tree.h"

namespace muniment {

// Not thread-safe. Throws what LeafHasher throws.
class RecordTree {
 public:
  RecordTree() = default;
  // Goes on behind what a tree has already.
  explicit RecordTree(MerkleTree tree) : tree_(std::move(tree)) {}

  // Copied: it need not stay.
  void append(ByteSpan record);
  // How many records it has.
  std::uint64_t size() const { return tree_.size() + sizes_.size(); }
  // With all that was appended.
  MerkleTree& tree();

 private:
  void hash_all();

  MerkleTree tree_;
  BulkHasher hasher_;
  std::string bytes_;  // Of those that are not in the tree yet, one behind the other.
  std::vector<std::size_t> sizes_;
  std::vector<ByteSpan> records_;
  std::vector<Hash> hashes_;
};

}  // namespace muniment
