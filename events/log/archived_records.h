// The records that a log has no more in its database, in the bundles of the folder that they were moved to (docs/formats.md, "Archive").
// Nothing is believed of those files: each record is compared with its leaf hash, which the database still has in a tile of level 0.
// Includes RocksDB: for the sources of this adapter alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "events/log/chunk.h"
#include "events/log/rocks_store.h"
#include "events/proof/bulk_hasher.h"

namespace muniment {

// Not thread-safe: one a thread.
class ArchivedRecords {
 public:
  // In the folder that the store says, or in another one.
  explicit ArchivedRecords(const RocksStore& store) : ArchivedRecords(store, store.archive_folder()) {}
  ArchivedRecords(const RocksStore& store, std::filesystem::path folder) : store_(store), folder_(std::move(folder)) {}

  // A part of 64 records, the one at `position` among them; valid until the next call. Throws LogDamaged, naming the file and what is wrong
  // with it. Precondition: the bundle that has `position` is a full one of the archive.
  const ChunkView& part_with(Position position);

 private:
  void load(std::uint64_t bundle);
  void compare(Position first);
  [[noreturn]] void refuse(Position position, std::string_view what) const;

  const RocksStore& store_;
  const std::filesystem::path folder_;
  BulkHasher hasher_;
  std::filesystem::path file_;  // Of the bundle that is loaded.
  std::optional<std::uint64_t> bundle_;
  std::string bytes_;
  std::vector<ByteSpan> records_;   // Views of bytes_,
  Tile tile_;                       // and their hashes.
  std::vector<capnp::word> words_;  // The part, aligned.
  std::optional<ChunkView> part_;
};

}  // namespace muniment
