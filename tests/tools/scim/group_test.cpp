// What a Group that was sent says of its members.
#include "tools/scim/group.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

using Names = std::vector<std::string>;

std::optional<Names> members_of(const std::string& text) {
  const auto out = read_members(json::parse(text).as_object());
  EXPECT_TRUE(out.has_value()) << text;
  return out ? *out : std::nullopt;
}

TEST(ScimGroup, ThatDoesNotSayMembersIsNotOneThatSaysNone) {
  EXPECT_EQ(members_of(R"({"displayName":"G"})"), std::nullopt);
  EXPECT_EQ(members_of(R"({"member":[{"value":"a"}]})"), std::nullopt);
  EXPECT_EQ(members_of(R"({"members":[]})"), Names{});
  EXPECT_EQ(members_of(R"({"members":null})"), Names{});
}

TEST(ScimGroup, NamesEachMemberOnce) {
  EXPECT_EQ(members_of(R"({"Members":[{"value":"b"},{"value":"a"},{"value":"b"}]})"), (Names{"b", "a"}));
  EXPECT_EQ(members_of(R"({"members":{"value":"a"}})"), Names{"a"});
  for (const std::string_view text : {R"({"members":["a"]})", R"({"members":[{}]})", R"({"members":[{"value":1}]})", R"({"members":5})"})
    EXPECT_FALSE(read_members(json::parse(text).as_object()).has_value()) << text;
}

}  // namespace
}  // namespace muniment::scim
