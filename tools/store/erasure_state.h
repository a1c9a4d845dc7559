// How far erasures are: which are recorded and not carried out, which are not complete yet in copies of the vault, and by when they will
// be.
#pragma once

#include <cstdint>
#include <optional>

#include "tools/store/store.h"

namespace muniment {

struct ErasureState {
  std::uint64_t recorded = 0;
  std::optional<std::uint64_t> pending;  // Of these, not carried out in the store yet; nothing without its vault.
  std::uint64_t incomplete = 0;          // Of these, since the epoch began: copies of the vault from before them still have the keys.
  Timestamp complete_by;                 // When the epoch key is due to be destroyed: the promise for all of them.
};

// How many of the log's erasures, the first ones, are carried out in a vault that says so: none where its last one is not the log's of that
// number, as after the log was put back. Any thread. Throws what the log throws.
std::uint64_t erasures_carried_out(const EventLog& log, const ErasuresDone& done);

// As the log is now. Any thread. Throws what the log throws.
ErasureState erasure_state(Store& store);

}  // namespace muniment
