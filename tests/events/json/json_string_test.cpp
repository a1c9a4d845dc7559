#include "events/json/json_string.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "before ";
  write_json_string(out, text);
  return out.substr(7);
}

TEST(JsonString, QuotesPlainText) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted("View Provider Reports"), R"("View Provider Reports")");
}

TEST(JsonString, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(quoted("\"a\\b\""), R"("\"a\\b\"")");
  EXPECT_EQ(quoted("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
}

TEST(JsonString, LeavesOtherTextAsItIs) { EXPECT_EQ(quoted("/ Nuñez \x7f 😀 \u2028"), "\"/ Nuñez \x7f 😀 \u2028\""); }

// Each character beside each other, wherever it stands in a text that is looked at eight characters at a time.
TEST(JsonString, EscapesTheSameWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    const std::string character(1, static_cast<char>(c));
    std::string escaped = quoted(std::string_view{character});
    escaped = escaped.substr(1, escaped.size() - 2);
    for (std::size_t size = 1; size <= 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        for (const char other : {'a', '\x21', '\x80', '\xff'}) {
          std::string text(size, other);
          text[at] = static_cast<char>(c);
          ASSERT_EQ(quoted(std::string_view{text}), '"' + std::string(at, other) + escaped + std::string(size - at - 1, other) + '"')
              << c << " at " << at;
        }
      }
    }
  }
}

TEST(JsonString, EscapesSeveralInARow) { EXPECT_EQ(quoted("\"\"12345678\\\\12345678901\n\n"), R"("\"\"12345678\\\\12345678901\n\n")"); }

}  // namespace
}  // namespace muniment
