#include "events/vault/account_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using vault_format::Tag;

Tag tag(Byte n) {
  Tag bytes{};
  bytes[0] = n;
  return bytes;
}

TEST(AccountTags, HoldsOneTagForAKindAndScope) {
  AccountTags tags;
  EXPECT_EQ(tags.replace(1, "here", tag(1)), std::nullopt);
  EXPECT_EQ(tags.replace(1, "there", tag(2)), std::nullopt);
  EXPECT_EQ(tags.replace(2, "here", tag(3)), std::nullopt);
  EXPECT_THAT(tags.replace(1, "here", tag(4)), Optional(tag(1)));
  EXPECT_THAT(tags.all(), ElementsAre(tag(4), tag(2), tag(3)));
}

TEST(AccountTags, DropsOne) {
  AccountTags tags;
  tags.replace(1, "", tag(1));
  tags.replace(2, "", tag(2));
  EXPECT_THAT(tags.drop(1, ""), Optional(tag(1)));
  EXPECT_EQ(tags.drop(1, ""), std::nullopt);
  EXPECT_THAT(tags.all(), ElementsAre(tag(2)));
  tags.drop(2, "");
  EXPECT_TRUE(tags.empty());
}

TEST(AccountTags, HasTheGoldenForm) {
  AccountTags tags;
  tags.replace(1, "110012345A", tag(0xaa));
  tags.replace(2, "", tag(0xbb));
  EXPECT_EQ(to_hex(bytes_of(tags.encode())),
            "010a31313030313233343541aa000000000000000000000000000000"
            "0200bb000000000000000000000000000000");
}

TEST(AccountTags, DecodesWhatItEncoded) {
  AccountTags tags;
  tags.replace(1, "110012345A", tag(1));
  tags.replace(255, "", tag(2));
  std::optional<AccountTags> decoded = AccountTags::decode(tags.encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->encode(), tags.encode());
  EXPECT_THAT(decoded->drop(1, "110012345A"), Optional(tag(1)));
  EXPECT_THAT(AccountTags::decode("")->all(), IsEmpty());
}

TEST(AccountTags, RefusesBytesThatAreCutShort) {
  AccountTags tags;
  tags.replace(1, "110012345A", tag(1));
  const std::string bytes = tags.encode();
  for (std::size_t size = 1; size < bytes.size(); ++size) EXPECT_FALSE(AccountTags::decode(bytes.substr(0, size))) << size << " bytes";
  EXPECT_TRUE(AccountTags::decode(bytes));
}

}  // namespace
}  // namespace muniment
