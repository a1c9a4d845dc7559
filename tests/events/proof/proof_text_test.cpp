#include "events/proof/proof_text.h"

#include <gtest/gtest.h>

#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

const std::string checkpoint = "example.com/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n\u2014 x AAAAAQI=\n";
const std::string one = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
const std::string other = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";

TEST(InclusionText, IsTheSpecificationsForm) {
  const std::string text = "c2sp.org/tlog-proof@v1\nindex 5\n" + one + "\n" + other + "\n\n" + checkpoint;
  const auto parsed = InclusionText::parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->index, 5u);
  EXPECT_EQ(parsed->proof, (Proof{*parse_hash(one), *parse_hash(other)}));
  EXPECT_EQ(parsed->checkpoint, checkpoint);
  EXPECT_EQ(parsed->text(), text);
}

TEST(InclusionText, MayHaveNoHashAndExtraData) {
  const auto parsed = InclusionText::parse("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n" + checkpoint);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->proof.empty());
  EXPECT_EQ(parsed->text(), "c2sp.org/tlog-proof@v1\nindex 0\n\n" + checkpoint);
}

TEST(InclusionText, IsRefusedInAnyOtherForm) {
  for (const std::string& bad :
       {std::string{}, std::string{"c2sp.org/tlog-proof@v2\nindex 0\n\n"}, std::string{"c2sp.org/tlog-proof@v1\nindex 00\n\n"},
        std::string{"c2sp.org/tlog-proof@v1\nindex 0\n"}, "c2sp.org/tlog-proof@v1\nindex 0\n" + one.substr(1) + "\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + one, std::string{"c2sp.org/tlog-proof@v1\n\n"}})
    EXPECT_FALSE(InclusionText::parse(bad)) << bad;
  std::string many = "c2sp.org/tlog-proof@v1\nindex 0\n";
  for (int i = 0; i < 65; ++i) many += one + "\n";
  EXPECT_FALSE(InclusionText::parse(many + "\n" + checkpoint));
}

TEST(ConsistencyText, IsTheSpecificationsForm) {
  const std::string text = "old 3\n" + one + "\n\n" + checkpoint;
  const auto parsed = ConsistencyText::parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->old_size, 3u);
  EXPECT_EQ(parsed->proof, Proof{*parse_hash(one)});
  EXPECT_EQ(parsed->checkpoint, checkpoint);
  EXPECT_EQ(parsed->text(), text);
}

TEST(ConsistencyText, IsRefusedInAnyOtherForm) {
  for (const std::string& bad :
       {std::string{}, std::string{"old 03\n\n"}, std::string{"old\n\n"}, std::string{"new 3\n\n"}, "old 3\n" + one})
    EXPECT_FALSE(ConsistencyText::parse(bad)) << bad;
  std::string many = "old 3\n";
  for (int i = 0; i < 64; ++i) many += one + "\n";
  EXPECT_FALSE(ConsistencyText::parse(many + "\n" + checkpoint));
}

}  // namespace
}  // namespace muniment
