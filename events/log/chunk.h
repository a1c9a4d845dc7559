// A chunk: 1 to 64 consecutive records under one key. docs/formats.md, "Chunk". Pure: bytes in, bytes out.
#pragma once

#include <array>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "events/log/format.h"
#include "events/record/record.h"

namespace muniment {

// Bytes that should be a chunk and are not. The message says what is wrong; the caller knows where.
struct BadChunk : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The position that a record carries, read in place without a reader: the schema's first field never moves.
// Throws BadChunk when the words cannot be a record.
Position position_in(RecordWords record);

// How many of these records the next chunk takes. At least 1 of at least 1.
std::size_t chunk_size(std::span<const RecordWords> records);

// Appends what stands before the records of a chunk: its count and offset table. The chunk is this, then the records' bytes as they are.
// Precondition: 1 to 64 records.
void put_chunk_header(std::span<const RecordWords> records, std::string& out);

// How many records a chunk says it has, unchecked; 0 for bytes that are none.
std::size_t chunk_count(std::string_view bytes);

// Reads a chunk in place. The constructor checks the table, and each record's framing and position, so that what is handed out is a run of
// records `first`, `first` + 1 and so on; it throws BadChunk otherwise. The words must outlive it.
class ChunkView {
 public:
  ChunkView(Position first, std::span<const capnp::word> words);
  // The same of 1 to 64 records that are in no chunk.
  ChunkView(Position first, std::span<const RecordWords> records);

  Position first() const { return first_; }
  Position last() const { return first_ + count_ - 1; }
  std::size_t count() const { return count_; }
  bool holds(Position position) const { return position >= first_ && position - first_ < count_; }
  // Of the positions `from` to `to`. Precondition: it holds both, and from <= to.
  std::span<const RecordWords> records(Position from, Position to) const;
  RecordWords record(Position position) const { return records(position, position).front(); }

 private:
  Position first_;
  std::size_t count_ = 0;
  std::array<RecordWords, log_format::chunk_records_max> records_;
};

}  // namespace muniment
