#include <regex>

#include "node_fixture.h"
#include "tools/console/assets.h"
#include "tools/server/content_coding.h"

namespace muniment {
namespace {

std::string header_in(const Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return "";
}

class Console : public WithNode {
 protected:
  Response look_at(std::string_view target, std::string_view accept_encoding = {}) {
    return ask({.method = "GET",
                .target = target,
                .authorization = {},
                .content_type = {},
                .accept = {},
                .accept_encoding = accept_encoding,
                .idempotency_key = {},
                .if_match = {},
                .last_event_id = {}});
  }
};

TEST_F(Console, IsShownToWhoeverAsksUnderAStrictPolicy) {
  const Response page = look_at("/console");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(
      header_in(page, "Content-Security-Policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action "
      "'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
  EXPECT_EQ(header_in(page, "X-Frame-Options"), "DENY");
  EXPECT_EQ(header_in(page, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header_in(page, "Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(header_in(page, "Cache-Control"), "") << "the node's own no-store";
}

TEST_F(Console, HasNoScriptOrStyleInItsDocument) {
  const std::string page = look_at("/console").body;
  EXPECT_FALSE(std::regex_search(page, std::regex("<script(?![^>]* src=)"))) << page;
  EXPECT_FALSE(std::regex_search(page, std::regex("<style|style=|\\son[a-z]+="))) << page;
  EXPECT_FALSE(std::regex_search(page, std::regex("https?://"))) << "nothing is fetched from elsewhere";
}

TEST_F(Console, NamesFilesThatAreThereAndMayBeKeptForEver) {
  const std::string page = look_at("/console").body;
  const std::regex named("/console/assets/([A-Za-z0-9_.-]+)");
  std::size_t found = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), named), end; at != end; ++at, ++found) {
    const Response file = look_at((*at)[0].str());
    EXPECT_EQ(file.status, 200U) << (*at)[0];
    EXPECT_EQ(header_in(file, "Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_FALSE(file.body.empty());
  }
  EXPECT_GE(found, 2U) << "a script and a style sheet";
}

TEST_F(Console, IsSentInTheCodingThatTheBrowserTakes) {
  for (const console::Asset& asset : console::assets()) {
    const std::string target = asset.name == "index.html" ? "/console" : "/console/assets/" + std::string{asset.name};
    const Response plain = look_at(target);
    EXPECT_EQ(header_in(plain, "Content-Encoding"), "");
    EXPECT_EQ(plain.body, decoded_gzip(asset.gzip));
    const Response gzip = look_at(target, "gzip");
    EXPECT_EQ(header_in(gzip, "Content-Encoding"), "gzip");
    EXPECT_EQ(gzip.body, asset.gzip);
    const Response zstd = look_at(target, "gzip, deflate, br, zstd");
    EXPECT_EQ(header_in(zstd, "Content-Encoding"), "zstd");
    EXPECT_THAT(zstd.body, testing::StartsWith("\x28\xb5\x2f\xfd")) << "also what is too short to be worth it";
  }
}

TEST_F(Console, HasNothingElse) {
  EXPECT_EQ(problem_of(look_at("/console/assets/index.html")), "not_known");
  EXPECT_EQ(problem_of(look_at("/console/assets/none.js")), "not_known");
  EXPECT_EQ(problem_of(look_at("/console/assets/..%2Findex.html")), "not_known");
  EXPECT_EQ(problem_of(look_at("/console/assets/")), "route_unknown");
  EXPECT_EQ(problem_of(look_at("/console/index.html")), "route_unknown");
}

TEST(DecodedGzip, ThrowsForWhatGzipDidNotMake) {
  EXPECT_THROW(decoded_gzip("nonsense"), std::runtime_error);
  EXPECT_THROW(decoded_gzip(""), std::runtime_error);
}

}  // namespace
}  // namespace muniment
