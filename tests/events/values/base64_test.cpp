#include "events/values/base64.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::string_view_literals;

std::string encoded(std::string_view text) {
  std::string out;
  append_base64(out, bytes_of(text));
  return out;
}

// RFC 4648, section 10.
constexpr std::pair<std::string_view, std::string_view> vectors[] = {
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

TEST(Base64, EncodesTheVectorsOfItsRfc) {
  for (const auto& [bytes, text] : vectors) EXPECT_EQ(encoded(bytes), text);
}

TEST(Base64, DecodesTheVectorsOfItsRfc) {
  for (const auto& [bytes, text] : vectors) {
    const auto decoded = from_base64(text);
    ASSERT_TRUE(decoded) << text;
    EXPECT_EQ(text_of(*decoded), bytes);
  }
}

TEST(Base64, ComesBackForEveryByteValue) {
  for (int value = 0; value < 256; ++value) {
    const Bytes bytes{static_cast<Byte>(value), static_cast<Byte>(255 - value), static_cast<Byte>(value ^ 0x55)};
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      const ByteSpan part = ByteSpan(bytes).first(size);
      std::string text;
      append_base64(text, part);
      const auto decoded = from_base64(text);
      ASSERT_TRUE(decoded) << text;
      EXPECT_EQ(text_of(*decoded), text_of(part));
    }
  }
}

TEST(Base64, RefusesEverySecondSpellingOfAValue) {
  EXPECT_TRUE(from_base64("Zg=="));
  for (const std::string_view text : {"Zg"sv, "Zg="sv, "Zh=="sv, "Zm9="sv, "Zg==\n"sv, " Zg=="sv, "Z g="sv, "Zg==Zg=="sv, "Z==="sv,
                                      "===="sv, "="sv, "Zm-_"sv, "Zm9v\0aa="sv})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace muniment
