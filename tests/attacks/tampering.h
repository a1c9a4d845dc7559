// What somebody can do who has the machine: the store's databases written by RocksDB's own means, so that every checksum is right, and its
// files rewritten. Nothing here goes through the program's own rules.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/rocks_log.h"
#include "events/proof/note.h"
#include "events/record/record.h"

namespace muniment {

using WordVector = std::vector<capnp::word>;

std::vector<WordVector> records_of(const std::filesystem::path& store);
// Replaces the records' bytes, and nothing else.
void put_records(const std::filesystem::path& store, const std::vector<WordVector>& records);
// The whole log made again from these records: chunks, tiles, durable head; indexes and kept checkpoints are removed, as the next opening
// makes the first again by itself. All that is not signed.
void rewrite_log(const std::filesystem::path& store, const std::vector<WordVector>& records);
// A checkpoint of the whole log as it is now, signed with this key, put where the newest one is.
void sign_log(const std::filesystem::path& store, NoteSigner& signer);

std::string tile_of(const std::filesystem::path& store, unsigned level, std::uint64_t index);
void put_tile(const std::filesystem::path& store, unsigned level, std::uint64_t index, std::string_view bytes);
// Of a log that is open.
void put_tile(const RocksLog& log, unsigned level, std::uint64_t index, std::string_view bytes);
// The indexes on disk are complete up to here.
Position indexed_to(const std::filesystem::path& store);
// Alters the first position that an entry of the index of streams names, the first entry that has 1,000 or more, and returns what it was.
Position alter_index_of_streams(const std::filesystem::path& store);
// A file of a column family.
std::filesystem::path largest_table_of(const std::filesystem::path& store, std::string_view family);
void remove_kept_checkpoints(const std::filesystem::path& store);

void set_position(WordVector& record, Position position);
void set_recorded_at(WordVector& record, std::int64_t ns);
std::int64_t recorded_at_of(const WordVector& record);
// Replaces the first occurrence of a text by one of the same size. False where it is not there.
bool replace_text(WordVector& record, std::string_view from, std::string_view to);

void replace_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace muniment
