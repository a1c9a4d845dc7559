#include "events/vault/account_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using vault_format::Tag;

constexpr Wrapped wrapped{7, 7, 7};

Tag tag(Byte n) { return {n}; }
EventId event(Byte n) { return EventId(std::array<Byte, 16>{n}); }
SealedPin pin(Byte n) { return {n}; }

TEST(AccountEntry, HasAKeyAloneAtFirst) {
  const AccountEntry entry(wrapped);
  EXPECT_TRUE(entry.has_key_alone());
  EXPECT_THAT(entry.wrapped_key(), testing::ElementsAreArray(wrapped));
  EXPECT_THAT(entry.tags(), IsEmpty());
  EXPECT_EQ(entry.pin(event(1)), std::nullopt);
}

TEST(AccountEntry, AddsATagBesideTheFormerOne) {
  AccountEntry entry(wrapped);
  EXPECT_TRUE(entry.add_tag(1, "here", tag(1)));
  EXPECT_TRUE(entry.add_tag(1, "here", tag(2)));
  EXPECT_FALSE(entry.add_tag(1, "here", tag(1))) << "it is there already";
  EXPECT_THAT(entry.tags(), ElementsAre(tag(1), tag(2)));
}

TEST(AccountEntry, KeepsOneTagOfItsKindAndScope) {
  AccountEntry entry(wrapped);
  entry.add_tag(1, "here", tag(1));
  entry.add_tag(1, "there", tag(2));
  entry.add_tag(2, "here", tag(3));
  entry.put_pin(event(1), pin(5));
  entry.add_tag(1, "here", tag(4));
  EXPECT_THAT(entry.keep_only_tag(1, "here", tag(4)), ElementsAre(tag(1)));
  EXPECT_THAT(entry.tags(), ElementsAre(tag(2), tag(3), tag(4)));
  EXPECT_THAT(entry.keep_only_tag(1, "here", tag(4)), IsEmpty());
  EXPECT_THAT(entry.keep_only_tag(2, "here", tag(9)), ElementsAre(tag(3))) << "what is kept need not be there";
  EXPECT_EQ(entry.pin(event(1)), pin(5));
  EXPECT_THAT(entry.wrapped_key(), testing::ElementsAreArray(wrapped));
}

TEST(AccountEntry, KeepsThePinOfEachEvent) {
  AccountEntry entry(wrapped);
  entry.put_pin(event(1), pin(1));
  entry.add_tag(1, "", tag(1));
  entry.put_pin(event(2), pin(2));
  EXPECT_EQ(entry.pin(event(1)), pin(1));
  EXPECT_EQ(entry.pin(event(2)), pin(2));
  entry.put_pin(event(1), pin(3));
  EXPECT_EQ(entry.pin(event(1)), pin(3));
  entry.drop_pin(event(1));
  entry.drop_pin(event(9));
  EXPECT_EQ(entry.pin(event(1)), std::nullopt);
  EXPECT_EQ(entry.pin(event(2)), pin(2));
  EXPECT_THAT(entry.tags(), ElementsAre(tag(1)));
}

TEST(AccountEntry, HasTheGoldenForm) {
  AccountEntry entry(wrapped);
  entry.add_tag(1, "110012345A", tag(0xaa));
  entry.put_pin(event(0xee), pin(0xcc));
  entry.add_tag(2, "", tag(0xbb));
  EXPECT_EQ(to_hex(bytes_of(entry.bytes()).subspan(wrapped_size)),
            "010a31313030313233343541aa000000000000000000000000000000"
            "00ee000000000000000000000000000000cc00000000000000000000000000000000000000000000000000000000000000"
            "0200bb000000000000000000000000000000");
}

TEST(AccountEntry, DecodesItsBytes) {
  AccountEntry entry(wrapped);
  entry.add_tag(1, "110012345A", tag(1));
  entry.put_pin(event(1), pin(1));
  entry.add_tag(255, "", tag(2));
  std::optional<AccountEntry> decoded = AccountEntry::decode(entry.bytes());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->bytes(), entry.bytes());
  EXPECT_FALSE(decoded->add_tag(1, "110012345A", tag(1)));
  EXPECT_EQ(decoded->pin(event(1)), pin(1));
}

TEST(AccountEntry, RefusesBytesThatAreCutShort) {
  AccountEntry entry(wrapped);
  std::vector<std::size_t> whole{entry.bytes().size()};
  entry.add_tag(1, "110012345A", tag(1));
  whole.push_back(entry.bytes().size());
  entry.put_pin(event(1), pin(1));
  whole.push_back(entry.bytes().size());
  for (std::size_t size = 0; size <= entry.bytes().size(); ++size) {
    EXPECT_EQ(AccountEntry::decode(entry.bytes().substr(0, size)).has_value(), std::ranges::find(whole, size) != whole.end())
        << size << " bytes";
  }
}

}  // namespace
}  // namespace muniment
