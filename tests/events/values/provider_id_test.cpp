#include "events/values/provider_id.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace muniment {
namespace {

TEST(ProviderId, IsNineDigitsAndOneLetter) {
  const auto id = ProviderId::parse("110012345A");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "110012345A");
  EXPECT_EQ(id->display(), "110012345 A");
}

TEST(ProviderId, IsTheSameWithASpaceAndInEitherCase) {
  const auto id = ProviderId::parse("110012345A");
  EXPECT_EQ(ProviderId::parse("110012345 A"), id);
  EXPECT_EQ(ProviderId::parse("110012345a"), id);
  EXPECT_EQ(ProviderId::parse("110012345 a"), id);
}

TEST(ProviderId, KeepsLeadingZeros) {
  EXPECT_EQ(ProviderId::parse("000000000A")->text(), "000000000A");
  EXPECT_EQ(ProviderId::parse("000000042Z")->text(), "000000042Z");
  EXPECT_EQ(ProviderId::parse("999999999Z")->text(), "999999999Z");
}

TEST(ProviderId, RefusesWhatIsNone) {
  for (const std::string_view text : {"",
                                      "A",
                                      "110012345",
                                      "11001234A",
                                      "1100123456A",
                                      "110012345AB",
                                      "110012345  A",
                                      "110012345A ",
                                      " 110012345A",
                                      "110012345-A",
                                      "110012345\tA",
                                      "11001234 5A",
                                      "11001234O5",
                                      "110012345.",
                                      "110012345@",
                                      "110012345[",
                                      "110012345`",
                                      "110012345{",
                                      "110012345 ",
                                      "110012345\xc3\x84",
                                      "+10012345A",
                                      "-10012345A",
                                      "\xd9\xa1"
                                      "10012345A",
                                      "110012345\xef\xbc\xa1"}) {
    EXPECT_FALSE(ProviderId::parse(text)) << text;
  }
  EXPECT_FALSE(ProviderId::parse(std::string_view("110012345\0A", 11)));
  EXPECT_FALSE(ProviderId::parse(std::string_view("110012345A\0", 11)));
}

TEST(ProviderId, IsOrderedAsItsText) {
  const auto texts = {"000000000A", "000000000B", "000000001A", "110012345A", "110012345Z", "110012346A", "999999999Z"};
  for (const std::string_view a : texts) {
    for (const std::string_view b : texts) {
      EXPECT_EQ(*ProviderId::parse(a) < *ProviderId::parse(b), a < b) << a << " " << b;
      EXPECT_EQ(*ProviderId::parse(a) == *ProviderId::parse(b), a == b) << a << " " << b;
    }
  }
}

TEST(ProviderId, IsFoundInASet) {
  std::unordered_set<ProviderId> ids;
  for (int i = 0; i < 1'000; ++i) ids.insert(*ProviderId::parse(std::to_string(110'000'000 + i) + 'C'));
  EXPECT_EQ(ids.size(), 1'000u);
  EXPECT_TRUE(ids.contains(*ProviderId::parse("110000999 c")));
  EXPECT_FALSE(ids.contains(*ProviderId::parse("110000999B")));
}

}  // namespace
}  // namespace muniment
