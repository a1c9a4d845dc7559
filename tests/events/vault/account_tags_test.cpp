#include "events/vault/account_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using vault_format::Tag;

Tag tag(Byte n) {
  Tag bytes{};
  bytes[0] = n;
  return bytes;
}

TEST(AccountTags, AddsATagBesideTheFormerOne) {
  AccountTags tags;
  EXPECT_TRUE(tags.add(1, "here", tag(1)));
  EXPECT_TRUE(tags.add(1, "here", tag(2)));
  EXPECT_FALSE(tags.add(1, "here", tag(1))) << "it is there already";
  EXPECT_THAT(tags.all(), ElementsAre(tag(1), tag(2)));
}

TEST(AccountTags, KeepsOneTagOfItsKindAndScope) {
  AccountTags tags;
  tags.add(1, "here", tag(1));
  tags.add(1, "there", tag(2));
  tags.add(2, "here", tag(3));
  tags.add(1, "here", tag(4));
  EXPECT_THAT(tags.keep_only(1, "here", tag(4)), ElementsAre(tag(1)));
  EXPECT_THAT(tags.all(), ElementsAre(tag(2), tag(3), tag(4)));
  EXPECT_THAT(tags.keep_only(1, "here", tag(4)), IsEmpty());
  EXPECT_THAT(tags.keep_only(2, "here", tag(9)), ElementsAre(tag(3))) << "what is kept need not be there";
}

TEST(AccountTags, HasTheGoldenForm) {
  AccountTags tags;
  tags.add(1, "110012345A", tag(0xaa));
  tags.add(2, "", tag(0xbb));
  EXPECT_EQ(to_hex(bytes_of(tags.encode())),
            "010a31313030313233343541aa000000000000000000000000000000"
            "0200bb000000000000000000000000000000");
}

TEST(AccountTags, DecodesWhatItEncoded) {
  AccountTags tags;
  tags.add(1, "110012345A", tag(1));
  tags.add(255, "", tag(2));
  std::optional<AccountTags> decoded = AccountTags::decode(tags.encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->encode(), tags.encode());
  EXPECT_FALSE(decoded->add(1, "110012345A", tag(1)));
  EXPECT_THAT(AccountTags::decode("")->all(), IsEmpty());
}

TEST(AccountTags, RefusesBytesThatAreCutShort) {
  AccountTags tags;
  tags.add(1, "110012345A", tag(1));
  const std::string bytes = tags.encode();
  for (std::size_t size = 1; size < bytes.size(); ++size) EXPECT_FALSE(AccountTags::decode(bytes.substr(0, size))) << size << " bytes";
  EXPECT_TRUE(AccountTags::decode(bytes));
}

}  // namespace
}  // namespace muniment
