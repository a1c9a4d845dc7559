#include "events/proof/bulk_hasher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "events/values/sha256_blocks.h"
#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

class BulkHasherTest : public testing::TestWithParam<BulkHasher::By> {
 protected:
  // Of each, as LeafHasher makes them.
  static std::vector<Hash> expected(std::span<const ByteSpan> records) {
    std::vector<Hash> out;
    for (const ByteSpan record : records) out.push_back(reference::leaf_hash(record));
    return out;
  }
  std::vector<Hash> hashes(std::span<const ByteSpan> records) {
    std::vector<Hash> out(records.size());
    hasher_.leaf_hashes(records, out);
    return out;
  }

  static Bytes counting(std::size_t length) {
    Bytes bytes(length);
    std::iota(bytes.begin(), bytes.end(), Byte{7});
    return bytes;
  }

  BulkHasher hasher_{GetParam()};
};

TEST_P(BulkHasherTest, HashesRecordsOfEveryLengthUpTo300) {
  const Bytes bytes = counting(300);
  std::vector<ByteSpan> records;
  for (std::size_t length = 0; length <= bytes.size(); ++length) records.push_back(ByteSpan(bytes).first(length));
  EXPECT_EQ(hashes(records), expected(records));
}

TEST_P(BulkHasherTest, HashesShortRecordsBesideTheLongestOnesInAnyOrder) {
  const Bytes bytes = counting(65'528);
  std::vector<ByteSpan> records;
  for (const std::size_t length : {65'528u, 0u, 54u, 55u, 118u, 119u, 65'528u, 65'527u, 64u, 63u, 8'192u}) {
    records.push_back(ByteSpan(bytes).last(length));
  }
  EXPECT_EQ(hashes(records), expected(records));
  std::ranges::reverse(records);
  EXPECT_EQ(hashes(records), expected(records));
}

TEST_P(BulkHasherTest, HashesMessagesOfEveryLengthAsTheyAre) {
  const Bytes bytes = counting(300);
  std::vector<ByteSpan> messages;
  std::vector<Hash> expected_hashes;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    messages.push_back(ByteSpan(bytes).first(length));
    expected_hashes.push_back(reference::sha256(messages.back()));
  }
  std::vector<Hash> out(messages.size());
  hasher_.digests(messages, out);
  EXPECT_EQ(out, expected_hashes);
}

TEST_P(BulkHasherTest, HashesFewAndNone) {
  const Bytes bytes = counting(100);
  for (const std::size_t count : {0u, 1u, 2u, 3u}) {
    const std::vector<ByteSpan> records(count, ByteSpan(bytes));
    EXPECT_EQ(hashes(records), expected(records)) << count;
  }
}

TEST_P(BulkHasherTest, HasTheRootOfATileAndOfEachPartOfOne) {
  Tile tile;
  for (std::size_t i = 0; i < tile.size(); ++i) tile[i] = reference::leaf_hash(bytes_of("record " + std::to_string(i)));
  for (std::size_t size = 1; size <= tile.size(); ++size) {
    const auto part = std::span(tile).first(size);
    ASSERT_EQ(hasher_.root(part), reference::root(part)) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(With, BulkHasherTest, testing::Values(BulkHasher::By::processor, BulkHasher::By::library),
                         [](const auto& by) { return by.param == BulkHasher::By::processor ? "TheProcessor" : "TheLibrary"; });

// FIPS 180-4's own example, "abc", in either lane, beside another message.
TEST(Sha256Pair, HashesThePublishedExample) {
  if (!has_sha256_instructions()) GTEST_SKIP() << "this processor has no instructions for SHA-256";
  std::array<Byte, sha256_block_bytes> block{'a', 'b', 'c', 0x80};
  block.back() = 24;
  const std::array<Byte, sha256_block_bytes> other{0x80};
  constexpr std::string_view published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  for (const bool is_first : {true, false}) {
    Sha256State state = Sha256State::initial();
    Sha256State beside = Sha256State::initial();
    if (is_first)
      sha256_blocks(state, block.data(), beside, other.data(), 1);
    else
      sha256_blocks(beside, other.data(), state, block.data(), 1);
    EXPECT_EQ(to_hex(state.digest()), published);
    EXPECT_EQ(beside.digest(), empty_root);
  }
}

}  // namespace
}  // namespace muniment
