// What a crash must leave true of a store, looked at in all of it.
#pragma once

#include <span>
#include <string>

#include "tools/store/store.h"

namespace muniment {

struct StoreFindings {
  std::string wrong = {};  // What is not as it must be; empty: nothing.
  std::size_t lost = 0;    // Of what was acknowledged.
  std::size_t doubled = 0;
  Hash digest{};  // Of the fold of the whole log.
};

// Each acknowledged command is recorded once, and no other twice; positions have no hole; the root is that of the records; the fold of the
// whole log equals the fold stream by stream; PINs of accounts whose creation is recorded can be read.
// Precondition: all subordinates were created with the PIN "0123". Throws what the store throws.
StoreFindings look_at(Store& store, std::span<const std::string> acknowledged);

}  // namespace muniment
