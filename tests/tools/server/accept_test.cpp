#include "tools/server/accept.h"

#include <gtest/gtest.h>

#include <array>

namespace muniment {
namespace {

constexpr std::array<std::string_view, 3> types{"application/json", "application/x-ndjson", "text/csv"};
constexpr std::array<std::string_view, 2> codings{"zstd", "gzip"};

std::string_view type(std::string_view accept) { return preferred_type(accept, types); }
std::string_view coding(std::string_view accept) { return preferred_coding(accept, codings); }

TEST(PreferredType, IsTheOneAskedFor) {
  EXPECT_EQ(type("text/csv"), "text/csv");
  EXPECT_EQ(type("Text/CSV; charset=utf-8"), "text/csv");
  EXPECT_EQ(type("text/html, text/csv"), "text/csv");
  EXPECT_EQ(type("text/*"), "text/csv");
}

TEST(PreferredType, IsFoundWithParametersOfItsOwn) {
  constexpr std::array<std::string_view, 2> pages{"application/json", "text/html; charset=utf-8"};
  EXPECT_EQ(preferred_type("text/html", pages), pages[1]);
  EXPECT_EQ(preferred_type("text/*;q=0.5", pages), pages[1]);
  EXPECT_EQ(preferred_type("text/htm", pages), pages[0]);
}

TEST(PreferredType, IsTheFirstWhereNoneIsLikedBetter) {
  EXPECT_EQ(type(""), "application/json");
  EXPECT_EQ(type("*/*"), "application/json");
  EXPECT_EQ(type("text/html"), "application/json");
  EXPECT_EQ(type("application/*"), "application/json");
}

TEST(PreferredType, FollowsTheWeights) {
  EXPECT_EQ(type("application/json;q=0.5, text/csv;q=0.9, application/x-ndjson; q=0.7"), "text/csv");
  EXPECT_EQ(type("*/*, application/json;q=0"), "application/x-ndjson");
  EXPECT_EQ(type("text/csv;q=0"), "application/json");
  EXPECT_EQ(type("text/csv;q=nonsense, application/x-ndjson;q=0.001"), "application/x-ndjson");
  EXPECT_EQ(type(",,;q=1,;;,text/csv;q=1.000"), "text/csv");
}

TEST(PreferredCoding, IsNoneWhereNothingIsSaid) {
  EXPECT_EQ(coding(""), "");
  EXPECT_EQ(coding("br, deflate"), "");
  EXPECT_EQ(coding("identity"), "");
}

TEST(PreferredCoding, FollowsTheWeights) {
  EXPECT_EQ(coding("gzip"), "gzip");
  EXPECT_EQ(coding("gzip, zstd"), "zstd");
  EXPECT_EQ(coding("gzip;q=1.0, zstd;q=0.8"), "gzip");
  EXPECT_EQ(coding("gzip;q=0, zstd;q=0"), "");
  EXPECT_EQ(coding("*"), "zstd");
  EXPECT_EQ(coding("*, zstd;q=0"), "gzip");
  EXPECT_EQ(coding("identity, gzip;q=0.5"), "");
  EXPECT_EQ(coding("GZIP, identity;q=0.5"), "gzip");
}

}  // namespace
}  // namespace muniment
