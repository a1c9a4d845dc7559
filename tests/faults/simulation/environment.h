// What the production code that is simulated finds in place of threads, RocksDB and the system's randomness: a process has one, which the
// simulation sets. The vault's pool of keys and RAND_bytes are those of this folder, put in their place by the linker.
#pragma once

#include "tests/faults/simulation/memory_disk.h"

namespace muniment::faults {

struct Environment {
  MemoryDisk* disk = nullptr;
  Chance* chance = nullptr;  // For RAND_bytes.
  bool vault_syncs = true;
  bool is_vault_busy = false;  // It syncs, and does so one at a time.
};

inline Environment environment;

inline constexpr const char* vault_file = "vault";

}  // namespace muniment::faults
