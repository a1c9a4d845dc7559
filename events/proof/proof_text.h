// Proofs as text: inclusion as c2sp.org/tlog-proof@v1, consistency as the body of `add-checkpoint` (c2sp.org/tlog-witness).
#pragma once

#include "events/proof/checkpoint.h"
#include "events/proof/proof.h"

namespace muniment {

// A record's place in the tree that the checkpoint names.
struct InclusionText {
  std::uint64_t index = 0;
  Proof proof;
  std::string checkpoint;  // The whole note.

  std::string text() const;
  // Nothing unless it has that form; what it says is not verified. Extra data is passed over: nothing vouches for it.
  static std::optional<InclusionText> parse(std::string_view text);
};

// That the tree of the checkpoint continues the one of `old_size` leaves.
struct ConsistencyText {
  std::uint64_t old_size = 0;
  Proof proof;
  std::string checkpoint;

  std::string text() const;
  // At most 63 hashes.
  static std::optional<ConsistencyText> parse(std::string_view text);
};

}  // namespace muniment
