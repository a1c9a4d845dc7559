#include "tools/client/server_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

std::string read(std::string_view text) {
  const auto url = parse_server_url(text);
  return url ? (url->is_tls ? "tls " : "clear ") + url->authority() : "refused";
}

TEST(ServerUrl, HasAHostAndAPort) {
  EXPECT_EQ(read("https://node.example"), "tls node.example:443");
  EXPECT_EQ(read("https://node.example:8443/"), "tls node.example:8443");
  EXPECT_EQ(read("http://localhost:8080"), "clear localhost:8080");
  EXPECT_EQ(read("http://127.0.0.1"), "clear 127.0.0.1:80");
  EXPECT_EQ(read("http://[::1]:8080"), "clear [::1]:8080");
  EXPECT_EQ(read("https://[2001:db8::1]"), "tls [2001:db8::1]:443");
}

TEST(ServerUrl, IsRefusedInAnyOtherForm) {
  for (const char* text : {"", "node.example", "ftp://node.example", "https://", "https://:443", "https://node.example:",
                           "https://node.example:0", "https://node.example:70000", "https://node.example:x", "https://node.example/v1",
                           "https://user@node.example", "https://[::1", "https://[::1]x", "https://a b", "https://node.example?x=1"}) {
    EXPECT_EQ(read(text), "refused") << text;
  }
}

TEST(ServerUrl, IsInTheClearToThisMachineOnly) {
  const auto url = parse_server_url("http://node.example:8080");
  ASSERT_FALSE(url.has_value());
  EXPECT_THAT(url.error(), testing::HasSubstr("https"));
  EXPECT_FALSE(parse_server_url("http://127.0.0.1.evil.example").has_value());
}

}  // namespace
}  // namespace muniment
