#include "events/log/chunk.h"

#include <gmock/gmock.h>

#include <cstring>

#include "events/log/format.h"
#include "tests/events/log/sample_record.h"

namespace muniment {
namespace {

using sample::Words;
using testing::HasSubstr;
using testing::ThrowsMessage;

Words record(Position position, std::size_t sealed_bytes = 0) {
  return sample::record({.position = position, .streams = {{sample::provider(1), position}}, .sealed_bytes = sealed_bytes});
}

std::vector<RecordWords> views(const std::vector<Words>& records) { return {records.begin(), records.end()}; }

// As the log writes it.
std::string chunk_of(const std::vector<Words>& records) {
  std::string bytes;
  put_chunk_header(views(records), bytes);
  for (const Words& words : records) bytes += sample::text_of_words(words);
  return bytes;
}

Words words_of(const std::string& bytes) {
  Words words(bytes.size() / sizeof(capnp::word));
  if (!bytes.empty()) std::memcpy(static_cast<void*>(words.data()), bytes.data(), bytes.size());  // memcpy takes no null.
  return words;
}

// The smallest words that pass as a record: a frame, a root pointer to one data word, and that word.
std::string tiny_record(Position position) {
  const std::uint64_t parts[] = {std::uint64_t{2} << 32, std::uint64_t{1} << 32, position};
  return {reinterpret_cast<const char*>(parts), sizeof parts};
}

TEST(Chunk, HasItsPublishedBytes) {
  // docs/formats.md, "Chunk": format 1, three records that end after 3, 6 and 9 words, records.
  const std::string golden = to_hex(bytes_of(std::string_view("\x01\x00\x03\x00\x03\x00\x00\x00\x06\x00\x00\x00\x09\x00\x00\x00", 16))) +
                             to_hex(bytes_of(tiny_record(7) + tiny_record(8) + tiny_record(9)));
  EXPECT_EQ(to_hex(bytes_of(chunk_of({words_of(tiny_record(7)), words_of(tiny_record(8)), words_of(tiny_record(9))}))), golden);
  // Two records: the table of 12 bytes is padded to 16.
  EXPECT_EQ(to_hex(bytes_of(chunk_of({words_of(tiny_record(7)), words_of(tiny_record(8))}))),
            "0100020003000000"
            "0600000000000000"
            "0000000002000000"
            "0000000001000000"
            "0700000000000000"
            "0000000002000000"
            "0000000001000000"
            "0800000000000000");
}

TEST(Chunk, GivesBackItsRecords) {
  const std::vector<Words> records{record(41), record(42, 300), record(43)};
  const Words words = words_of(chunk_of(records));
  const ChunkView chunk(41, words);
  EXPECT_EQ(chunk.count(), 3u);
  EXPECT_EQ(chunk.first(), 41u);
  EXPECT_EQ(chunk.last(), 43u);
  EXPECT_FALSE(chunk.holds(40));
  EXPECT_TRUE(chunk.holds(41));
  EXPECT_TRUE(chunk.holds(43));
  EXPECT_FALSE(chunk.holds(44));
  for (Position position = 41; position <= 43; ++position) {
    EXPECT_EQ(sample::text_of_words(chunk.record(position)), sample::text_of_words(records[position - 41]));
  }
}

TEST(Chunk, ReadsThePositionWhereTheSchemaPutsIt) {
  const Words words = record(123'456'789'012);
  EXPECT_EQ(position_in(words), 123'456'789'012u);
  RecordReader reader(words);
  EXPECT_EQ(reader.event().getPosition(), 123'456'789'012u);
}

TEST(Chunk, TakesAtMost64RecordsAndAboutThe128KiB) {
  const std::vector<Words> small(100, record(1));
  EXPECT_EQ(chunk_size(views(small)), 64u);
  const std::vector<Words> large(10, record(1, 40'000));
  EXPECT_EQ(chunk_size(views(large)), 3u);
  const std::vector<Words> one(1, record(1, 65'000));
  EXPECT_EQ(chunk_size(views(one)), 1u);
}

struct Damage {
  std::string name;
  std::function<void(std::string&)> damage;
  std::string words;
};

class DamagedChunk : public testing::TestWithParam<Damage> {};

TEST_P(DamagedChunk, IsRefused) {
  const std::vector<Words> records{record(1), record(2), record(3)};
  std::string bytes = chunk_of(records);
  const auto open = [&] {
    const Words words = words_of(bytes);
    const ChunkView chunk(1, words);
  };
  EXPECT_NO_THROW(open());
  GetParam().damage(bytes);
  EXPECT_THAT(open, ThrowsMessage<BadChunk>(HasSubstr(GetParam().words)));
}

constexpr std::size_t first_record = 16;

const auto name_of_damage = [](const testing::TestParamInfo<Damage>& damage) { return damage.param.name; };
INSTANTIATE_TEST_SUITE_P(
    Every, DamagedChunk,
    testing::Values(Damage{"Empty", [](std::string& bytes) { bytes.clear(); }, "an empty chunk"},
                    Damage{"OfAnotherFormat", [](std::string& bytes) { bytes[0] = 2; }, "format 2"},
                    Damage{"OfNoRecord", [](std::string& bytes) { bytes[2] = 0; }, "says it has 0 records"},
                    Damage{"OfTooManyRecords", [](std::string& bytes) { bytes[2] = 65; }, "says it has 65 records"},
                    Damage{"CutInItsTable", [](std::string& bytes) { bytes.resize(8); }, "says it has 3 records"},
                    Damage{"CutInARecord", [](std::string& bytes) { bytes.resize(bytes.size() - 8); }, "wrong at record 3 of 3"},
                    Damage{"WithMoreBehind", [](std::string& bytes) { bytes.append(8, '\0'); }, "bytes after its last record"},
                    Damage{"WithAnEmptyRecord", [](std::string& bytes) { bytes[8] = bytes[4]; }, "wrong at record 2 of 3"},
                    Damage{"WithAShiftedTable", [](std::string& bytes) { ++bytes[4]; }, "another size than its chunk"},
                    Damage{"WithTwoSegments", [](std::string& bytes) { bytes[first_record] = 1; }, "more than one segment"},
                    Damage{"WithAnotherPosition",
                           [](std::string& bytes) {
                             const Words other = record(9);
                             std::memcpy(&bytes[first_record], other.data(), other.size() * sizeof(capnp::word));
                           },
                           "says its position is 9 where 1 should be"},
                    Damage{"WithoutARoot", [](std::string& bytes) { bytes.replace(first_record + 8, 8, 8, '\0'); }, "without a root"},
                    Damage{"WithARootOutside", [](std::string& bytes) { bytes[first_record + 10] = '\x7f'; }, "without a root"}),
    name_of_damage);

}  // namespace
}  // namespace muniment
