// A chunk: 1 to 64 consecutive records under one key. docs/formats.md, "Chunk". Pure: bytes in, bytes out.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

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
  ChunkView() = default;
  ChunkView(Position first, std::span<const capnp::word> words);

  Position first() const { return first_; }
  // Of its last record. Precondition of this and record(): not default-constructed.
  Position last() const { return first_ + count_ - 1; }
  std::size_t count() const { return count_; }
  bool holds(Position position) const { return position >= first_ && position - first_ < count_; }
  RecordWords record(Position position) const;

 private:
  std::uint32_t end_of(std::size_t index) const;

  Position first_ = 0;
  std::size_t count_ = 0;
  const unsigned char* table_ = nullptr;
  std::span<const capnp::word> records_;
};

}  // namespace muniment
