// What is checked before a log is used: that it ends where the durable head and the checkpoint say, and holds what they say it holds.
// Includes RocksDB: for the sources of this adapter alone.
#pragma once

#include <optional>

#include "events/log/durable_head.h"
#include "events/log/rocks_store.h"
#include "events/proof/tree.h"

namespace muniment {

// Compares the log with what is known of it; reads the tiles and the last records, not the whole log. Throws LogDamaged, saying what is
// missing or differs. Returns the tree over all records.
MerkleTree inspect(const RocksStore& store, const DurableHead& durable, const std::optional<LogHead>& checkpoint);

// Throws LogDamaged where the log does not say its format, LogFailed where it is one that this program does not read.
void check_format(const RocksStore& store);

// A full tile as it was stored. Throws LogDamaged when it is absent or not one.
Tile read_tile(const RocksStore& store, unsigned level, std::uint64_t index);

}  // namespace muniment
