#include "projections/cursor.h"

#include <gtest/gtest.h>

#include <random>

#include "events/values/bytes.h"

namespace muniment::view {
namespace {

const Fingerprint question = Fingerprint{}.add("one").add(std::uint64_t{2});

TEST(Cursor, ComesBackAsItWasWritten) {
  const Cursor cursor{70'000, std::string("a place\0with a zero", 19)};
  const auto read = read_cursor('a', question, write_cursor('a', question, cursor));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->position, cursor.position);
  EXPECT_EQ(read->place, cursor.place);
}

TEST(Cursor, HasTheBytesThatItsFormatSays) {
  EXPECT_EQ(write_cursor('a', Fingerprint{}, {0x1234, "xy"}), "0161cbf29ce4842223250212347879bfd7f767");
}

TEST(Cursor, SaysItsPositionWhateverTheQuestionWas) {
  const std::string text = write_cursor('a', question, {70'000, "x"});
  EXPECT_EQ(cursor_position(text), Position{70'000});
  for (const std::string_view none : {std::string_view{}, std::string_view{text}.substr(0, text.size() - 2), std::string_view{"ff"}})
    EXPECT_EQ(cursor_position(none), std::nullopt);
}

TEST(Cursor, IsRefusedForAnotherQuestionOrProjection) {
  const auto text = write_cursor('a', question, {1, "x"});
  EXPECT_FALSE(read_cursor('b', question, text).has_value());
  EXPECT_FALSE(read_cursor('a', Fingerprint{}.add("one").add(std::uint64_t{3}), text).has_value());
  EXPECT_TRUE(read_cursor('a', question, text).has_value());
}

TEST(Cursor, IsRefusedWhenItIsOfAnotherVersion) {
  auto bytes = *from_hex(write_cursor('a', question, {1, "x"}));
  bytes[0] = 2;
  // The checksum must be right, or that alone would refuse it.
  std::string body{text_of(bytes).substr(0, bytes.size() - 4)};
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : body) hash = (hash ^ static_cast<Byte>(c)) * 0x100000001b3;
  put_u32be(body, static_cast<std::uint32_t>(hash));
  const auto read = read_cursor('a', question, to_hex(bytes_of(body)));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "the cursor is of version 2: this program reads 1");
}

TEST(Cursor, IsRefusedWithAnyBitFlippedAndAtAnyShorterLength) {
  const auto bytes = *from_hex(write_cursor('a', question, {300, "place"}));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<Byte>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(read_cursor('a', question, to_hex(flipped)).has_value()) << bit;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read_cursor('a', question, to_hex({bytes.data(), size})).has_value()) << size;
  }
}

TEST(Cursor, IsRefusedWhenItIsNoCursorAtAll) {
  for (const char* text : {"x", "zz", "00", "select 1", "deadbeefdeadbeef"})
    EXPECT_FALSE(read_cursor('a', question, text).has_value()) << text;
  EXPECT_FALSE(read_cursor('a', question, std::string(100'000, '0')).has_value());
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(random() % 64);
    for (auto& byte : bytes) byte = static_cast<Byte>(random());
    EXPECT_FALSE(read_cursor('a', question, to_hex(bytes)).has_value());
  }
}

TEST(Fingerprint, TellsWhereOneTextEndsAndAnAbsentOneFromAnEmptyOne) {
  EXPECT_NE(Fingerprint{}.add("ab").add("c").value(), Fingerprint{}.add("a").add("bc").value());
  EXPECT_NE(Fingerprint{}.add(std::optional<std::string>{}).value(), Fingerprint{}.add(std::optional<std::string>{""}).value());
  EXPECT_EQ(Fingerprint{}.add("ab").value(), Fingerprint{}.add("ab").value());
}

}  // namespace
}  // namespace muniment::view
