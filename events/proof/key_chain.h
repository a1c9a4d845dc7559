// The keys that a log has signed its checkpoints with, one after the other: each but the first is named by a record of the log, and the
// checkpoint of the size at which that record is the last is signed by the key before it too. Such a record at a position takes effect
// with the checkpoint of that size: from there on the key that it names signs, whoever else does.
#pragma once

#include <vector>

#include "events/proof/checkpoint.h"

namespace muniment {

class KeyChain {
 public:
  struct Turn {
    VerifierKey key;
    std::uint64_t from = 0;  // It signs checkpoints of this size and larger, up to the next one's.
  };

  explicit KeyChain(VerifierKey only) : turns_{{std::move(only)}} {}

  // What the record at `position` says of the key before or behind. False, and nothing changes, where it does not follow: another key than
  // the one at that end, another log's name, a key that has had its turn, or a position out of order.
  bool append(std::uint64_t position, const VerifierKey& former, const VerifierKey& current);
  bool prepend(std::uint64_t position, const VerifierKey& former, const VerifierKey& current);

  // Oldest first, never none.
  const std::vector<Turn>& turns() const { return turns_; }
  const VerifierKey& oldest() const { return turns_.front().key; }
  const VerifierKey& newest() const { return turns_.back().key; }
  bool has(const VerifierKey& key) const;
  // Whose signature a checkpoint of this size must have.
  const VerifierKey& at(std::uint64_t size) const;

  // A checkpoint that the key of its size signed. A signature by name and id of any key of the chain must be that key's.
  std::expected<Checkpoint, NoteError> open(std::string_view note) const;

 private:
  bool may_join(const VerifierKey& before, const VerifierKey& fresh) const;

  std::vector<Turn> turns_;
};

}  // namespace muniment
