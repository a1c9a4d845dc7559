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

}  // namespace
}  // namespace muniment
