#include "events/log/chunk.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "events/log/format.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

static_assert(std::endian::native == std::endian::little, "chunks are read and written in place: they are little-endian");

constexpr std::size_t word_bytes = sizeof(capnp::word);
constexpr std::size_t fixed_bytes = 4;  // format and count

constexpr std::size_t header_words(std::size_t count) {
  return (fixed_bytes + count * sizeof(std::uint32_t) + word_bytes - 1) / word_bytes;
}

template <typename Int>
Int load(const void* at) {
  Int value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename Int>
void put_le(std::string& out, Int value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

// A struct pointer (Cap'n Proto encoding, "Structs"): 2 bits 0 | 30 bits signed distance in words | data words u16 | pointer words u16.
// `position` is field @0 and so the first data word.
Position position_in(RecordWords record) {
  if (record.size() < 3 || record.size_bytes() > record_bytes_max) throw BadChunk(fmt::format("a record of {} bytes", record.size_bytes()));
  if (load<std::uint32_t>(&record[0]) != 0) throw BadChunk("a record of more than one segment");
  if (load<std::uint32_t>(reinterpret_cast<const char*>(&record[0]) + 4) != record.size() - 1) {
    throw BadChunk("a record whose frame says another size than its chunk");
  }
  const auto root = load<std::uint64_t>(&record[1]);
  const auto distance = static_cast<std::int32_t>(static_cast<std::uint32_t>(root)) >> 2;
  const auto data_words = static_cast<std::uint16_t>(root >> 32);
  const std::int64_t at = std::int64_t{2} + distance;
  if ((root & 3) != 0 || data_words == 0 || at < 2 || static_cast<std::size_t>(at) >= record.size())
    throw BadChunk("a record without a root");
  return load<std::uint64_t>(&record[static_cast<std::size_t>(at)]);
}

std::size_t chunk_size(std::span<const RecordWords> records) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const RecordWords record : records.first(std::min(records.size(), log_format::chunk_records_max))) {
    bytes += record.size_bytes();
    if (count > 0 && bytes > log_format::chunk_bytes_target) break;
    ++count;
  }
  return count;
}

void put_chunk_header(std::span<const RecordWords> records, std::string& out) {
  MUNIMENT_ASSERT(!records.empty() && records.size() <= log_format::chunk_records_max);
  const std::size_t end = out.size() + header_words(records.size()) * word_bytes;
  put_le(out, log_format::chunk_format);
  put_le(out, static_cast<std::uint16_t>(records.size()));
  std::size_t words = 0;
  for (const RecordWords record : records) {
    words += record.size();
    put_le(out, static_cast<std::uint32_t>(words));
  }
  out.resize(end, '\0');
}

std::size_t chunk_count(std::string_view bytes) { return bytes.size() < fixed_bytes ? 0 : load<std::uint16_t>(bytes.data() + 2); }

ChunkView::ChunkView(Position first, std::span<const capnp::word> words) : first_(first) {
  if (words.empty()) throw BadChunk("an empty chunk");
  const auto* const table = reinterpret_cast<const char*>(words.data());
  const auto format = load<std::uint16_t>(table);
  if (format != log_format::chunk_format)
    throw BadChunk(fmt::format("a chunk of format {}: this program knows format {}", format, log_format::chunk_format));
  count_ = load<std::uint16_t>(table + 2);
  if (count_ == 0 || count_ > log_format::chunk_records_max || header_words(count_) > words.size()) {
    throw BadChunk(fmt::format("a chunk of {} words that says it has {} records", words.size(), count_));
  }
  const auto all = words.subspan(header_words(count_));
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto end = load<std::uint32_t>(table + fixed_bytes + i * sizeof(std::uint32_t));
    if (end <= start || end > all.size()) throw BadChunk(fmt::format("an offset table that is wrong at record {} of {}", i + 1, count_));
    records_[i] = {all.data() + start, end - start};
    const Position found = position_in(records_[i]);
    if (found != first + i) throw BadChunk(fmt::format("a record that says its position is {} where {} should be", found, first + i));
    start = end;
  }
  if (start != all.size()) throw BadChunk("a chunk with bytes after its last record");
}

ChunkView::ChunkView(Position first, std::span<const RecordWords> records) : first_(first), count_(records.size()) {
  MUNIMENT_ASSERT(count_ > 0 && count_ <= records_.size());
  for (std::size_t i = 0; i < count_; ++i) {
    const Position found = position_in(records[i]);
    if (found != first + i) throw BadChunk(fmt::format("a record that says its position is {} where {} should be", found, first + i));
    records_[i] = records[i];
  }
}

std::span<const RecordWords> ChunkView::records(Position from, Position to) const {
  MUNIMENT_ASSERT(holds(from) && holds(to) && from <= to);
  return std::span(records_).subspan(from - first_, to - from + 1);
}

}  // namespace muniment
