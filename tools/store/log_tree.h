// The log as others see it: its tiles, bundles of records and proofs, all of the tree of one checkpoint.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/proof/proof.h"
#include "events/proof/tile_path.h"
#include "tools/store/notary.h"

namespace muniment {

// The tree as it was when the log had that size, by its tiles and its last records. Precondition: it is at least that long.
MerkleTree tree_at(const ProvenLog& log, Position size);

// Not thread-safe: one a thread.
class LogTree {
 public:
  // Borrows the log.
  LogTree(const ProvenLog& log, std::shared_ptr<const SignedTree> signed_tree);

  const SignedTree& signed_tree() const { return *signed_; }
  // The bytes of a tile or bundle, also of a partial one that has been filled since. Nothing where the tree has none such.
  std::optional<std::string> file(const TilePath& path) const;
  // In this tree, or in the earlier one of `size` leaves. Precondition: index < size, and size is not beyond this tree's.
  Proof inclusion(std::uint64_t index) const { return inclusion(index, tree_.size()); }
  Proof inclusion(std::uint64_t index, std::uint64_t size) const;
  // From the tree of `old_size` leaves to this one. Precondition: 0 < old_size <= size.
  Proof consistency(std::uint64_t old_size) const;

 private:
  std::string tile(unsigned level, std::uint64_t index, unsigned width) const;
  std::string bundle(std::uint64_t index, unsigned width) const;
  NodeSource nodes() const;

  const ProvenLog& log_;
  const std::shared_ptr<const SignedTree> signed_;
  const MerkleTree tree_;
  mutable LeafHasher hasher_;  // Scratch only.
};

// The checkpoint's note with the cosignatures that the log keeps of it, if it keeps any.
std::string cosigned_note(const ProvenLog& log, const SignedTree& tree);
// Whether the log keeps a checkpoint of the same text: of that size and root.
bool keeps_checkpoint_of(const ProvenLog& log, std::string_view note);

}  // namespace muniment
