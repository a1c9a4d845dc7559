#include "events/values/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace muniment {
namespace {

TEST(Bytes, AreWrittenAsLowerCaseHex) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa0, 0xff}), "000fa0ff");
}

TEST(Bytes, AreReadFromHexOfEitherCase) {
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(from_hex("000fa0ff"), (Bytes{0x00, 0x0f, 0xa0, 0xff}));
  EXPECT_EQ(from_hex("000Fa0FF"), (Bytes{0x00, 0x0f, 0xa0, 0xff}));
}

TEST(Bytes, AreReadFromHexOfEveryByte) {
  for (int value = 0; value < 256; ++value) {
    const Bytes byte{static_cast<Byte>(value)};
    EXPECT_EQ(from_hex(to_hex(byte)), byte) << value;
  }
}

TEST(Bytes, AreNotReadFromWhatIsNoHex) {
  for (const std::string_view text : {"0", "000", "0g", "g0", "0x", " 0", "0 ", "-1", "+1", "/0", ":0", "@0", "G0", "`0", "\xc3\xa9"}) {
    EXPECT_FALSE(from_hex(text)) << text;
  }
  EXPECT_FALSE(from_hex(std::string_view("0\0", 2)));
}

TEST(Bytes, ArePutBigEndianBehindWhatIsThere) {
  std::string out = "x";
  put_u16be(out, 0x0102);
  put_u32be(out, 0x03040506);
  put_u64be(out, 0x0708090a0b0c0d0e);
  EXPECT_EQ(out, "x\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e");
  EXPECT_EQ(get_u16be(out.data() + 1), 0x0102);
  EXPECT_EQ(get_u32be(out.data() + 3), 0x03040506u);
  EXPECT_EQ(get_u64be(out.data() + 7), 0x0708090a0b0c0d0eu);
}

TEST(Bytes, ComeBackFromBigEndianAtTheLimits) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x80}, std::uint64_t{0xff}, std::uint64_t{1} << 63,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    std::string out;
    put_u64be(out, value);
    put_u32be(out, static_cast<std::uint32_t>(value));
    put_u16be(out, static_cast<std::uint16_t>(value));
    ASSERT_EQ(out.size(), 14u);
    EXPECT_EQ(get_u64be(out.data()), value);
    EXPECT_EQ(get_u32be(out.data() + 8), static_cast<std::uint32_t>(value));
    EXPECT_EQ(get_u16be(out.data() + 12), static_cast<std::uint16_t>(value));
  }
}

TEST(Bytes, AreOrderedAsTheNumbersTheyHold) {
  const auto key = [](std::uint64_t value) {
    std::string out;
    put_u64be(out, value);
    return out;
  };
  EXPECT_LT(key(1), key(2));
  EXPECT_LT(key(255), key(256));
  EXPECT_LT(key(0x7fffffffffffffff), key(0x8000000000000000));
}

TEST(Bytes, AreViewedAsTextAndBack) {
  const std::string_view text("a\0\xff", 3);
  EXPECT_EQ(bytes_of(text).size(), 3u);
  EXPECT_EQ(bytes_of(text)[2], 0xff);
  EXPECT_EQ(text_of(bytes_of(text)), text);
  EXPECT_EQ(text_of({}), "");
}

}  // namespace
}  // namespace muniment
