#include "projections/store/coding.h"

#include <gtest/gtest.h>

#include <limits>

#include "events/values/bytes.h"

namespace muniment::view {
namespace {

template <typename Put>
std::string hex_of(Put put) {
  std::string out;
  put(out);
  return to_hex(bytes_of(out));
}

TEST(Coding, WritesTheBytesOfTheFormat) {
  EXPECT_EQ(hex_of([](std::string& out) { put_ordered(out, 0); }), "00");
  EXPECT_EQ(hex_of([](std::string& out) { put_ordered(out, 0x1234); }), "021234");
  EXPECT_EQ(hex_of([](std::string& out) { put_varint(out, 300); }), "ac02");
  EXPECT_EQ(hex_of([](std::string& out) { put_time(out, Timestamp{1}); }), "8000000000000001");
  EXPECT_EQ(hex_of([](std::string& out) { put_provider(out, *pack_provider("110012345A")); }), "00aa7d08ca");
  EXPECT_EQ(hex_of([](std::string& out) { put_text(out, "ab"); }), "026162");
  EXPECT_EQ(hex_of([](std::string& out) { put_key_text(out, "ab"); }), "616200");
  EXPECT_EQ(hex_of([](std::string& out) { put_tag(out, TableTag::grant); }), "13");
}

TEST(Coding, ReadsWhatItWrote) {
  std::string bytes;
  put_ordered(bytes, std::numeric_limits<std::uint64_t>::max());
  put_varint(bytes, std::numeric_limits<std::uint64_t>::max());
  put_time(bytes, Timestamp{-5});
  put_provider(bytes, *pack_provider("999999999Z"));
  put_text(bytes, std::string_view("a\0b", 3));
  put_key_text(bytes, "ab");
  put_byte(bytes, 7);
  ByteReader from(bytes);
  EXPECT_EQ(from.ordered(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(from.varint(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(from.time(), Timestamp{-5});
  EXPECT_EQ(unpack_provider(from.provider()).text(), "999999999Z");
  EXPECT_EQ(from.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(from.key_text(), "ab");
  EXPECT_EQ(from.byte(), 7);
  EXPECT_TRUE(from.at_end());
}

TEST(Coding, KeepsTheOrderOfNumbersAndTimes) {
  const auto ordered = [](std::uint64_t value) {
    std::string out;
    put_ordered(out, value);
    return out;
  };
  std::uint64_t before = 0;
  for (const std::uint64_t value : {1ull, 255ull, 256ull, 65'535ull, 65'536ull, 1ull << 40, ~0ull}) {
    EXPECT_LT(ordered(before), ordered(value)) << value;
    before = value;
  }
  const auto timed = [](std::int64_t ns) {
    std::string out;
    put_time(out, Timestamp{ns});
    return out;
  };
  EXPECT_LT(timed(std::numeric_limits<std::int64_t>::min()), timed(-1));
  EXPECT_LT(timed(-1), timed(0));
  EXPECT_LT(timed(0), timed(1));
  EXPECT_LT(timed(1), timed(std::numeric_limits<std::int64_t>::max()));
}

TEST(Coding, PacksProvidersInTheOrderOfTheirTexts) {
  EXPECT_LT(*pack_provider("000000000A"), *pack_provider("000000000B"));
  EXPECT_LT(*pack_provider("000000000Z"), *pack_provider("000000001A"));
  EXPECT_EQ(unpack_provider(*pack_provider("000000000A")).text(), "000000000A");
  EXPECT_EQ(pack_provider(*ProviderId::parse("110012345 a")), pack_provider("110012345A"));
}

TEST(Coding, PacksOnlyTheFormThatEventsHave) {
  for (const char* text : {"", "110012345", "110012345a", "110012345 A", "1100123456", "11001234AA", "110012345AB"}) {
    EXPECT_EQ(pack_provider(std::string_view{text}), std::nullopt) << text;
  }
}

TEST(Coding, ThrowsWhenTheBytesEndTooSoon) {
  EXPECT_THROW(ByteReader("").byte(), Failed);
  EXPECT_THROW(ByteReader("\x02\x01").ordered(), Failed);
  EXPECT_THROW(ByteReader("\x09").ordered(), Failed);
  EXPECT_THROW(ByteReader("\x80").varint(), Failed);
  EXPECT_THROW(ByteReader(std::string(11, '\xff')).varint(), Failed);
  EXPECT_THROW(ByteReader("1234567").time(), Failed);
  EXPECT_THROW(ByteReader("\x05"
                          "abc")
                   .text(),
               Failed);
  EXPECT_THROW(ByteReader("abc").key_text(), Failed);
  EXPECT_THROW(unpack_provider(std::uint64_t{1} << 39), Failed);
}

}  // namespace
}  // namespace muniment::view
