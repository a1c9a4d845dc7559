#include "events/values/id.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>
#include <utility>

namespace muniment {
namespace {

std::array<Byte, 16> counted() {
  std::array<Byte, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<Byte>(i + 1);
  return bytes;
}

TEST(Id, IsReadFromExactly16Bytes) {
  const Bytes bytes(17, 7);
  for (std::size_t size = 0; size <= 17; ++size) {
    EXPECT_EQ(AccountId::from(ByteSpan(bytes).first(size)).has_value(), size == 16) << size;
  }
}

TEST(Id, GivesBackItsBytes) {
  const AccountId id{counted()};
  EXPECT_EQ(id.hex(), "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(AccountId::from(id.bytes()), id);
}

TEST(Id, IsZeroUntilItIsGiven) {
  EXPECT_TRUE(AccountId{}.is_zero());
  std::array<Byte, 16> bytes{};
  bytes[15] = 1;
  EXPECT_FALSE(AccountId{bytes}.is_zero());
}

TEST(Id, IsOrderedByItsBytes) {
  std::array<Byte, 16> low{};
  std::array<Byte, 16> high{};
  low[15] = 0xff;
  high[0] = 1;
  EXPECT_LT(EventId{low}, EventId{high});
  EXPECT_NE(EventId{low}, EventId{high});
}

TEST(Id, OfOneKindIsNoIdOfAnother) {
  EXPECT_FALSE((std::is_convertible_v<AccountId, EventId>));
  EXPECT_FALSE((std::is_constructible_v<AccountId, EventId>));
}

TEST(IdSource, NeverGivesAnIdTwice) {
  IdSource source;
  std::unordered_set<AccountId> accounts;
  std::unordered_set<EventId> events;
  for (int i = 0; i < 2'000; ++i) {  // about 16 buffers
    EXPECT_TRUE(accounts.insert(source.next_account()).second);
    EXPECT_TRUE(events.insert(source.next_event()).second);
  }
  for (const AccountId& id : accounts) {
    EXPECT_FALSE(id.is_zero());
    EXPECT_FALSE(events.contains(*EventId::from(id.bytes())));
  }
}

// A copy would hand out the rest of the buffer a second time.
TEST(IdSource, IsNotCopied) {
  EXPECT_FALSE(std::is_copy_constructible_v<IdSource>);
  EXPECT_FALSE(std::is_copy_assignable_v<IdSource>);
}

TEST(FillRandom, FillsAllThatItIsGivenAndNothingElse) {
  std::array<Byte, 66> bytes{};
  const auto inner = std::span(bytes).subspan(1, 64);
  std::array<bool, 64> changed{};
  for (int round = 0; round < 8; ++round) {  // A byte stays zero eight times in a row once in 2^64.
    fill_random(inner);
    for (std::size_t i = 0; i < inner.size(); ++i) changed[i] = changed[i] || inner[i] != 0;
  }
  for (std::size_t i = 0; i < changed.size(); ++i) EXPECT_TRUE(changed[i]) << i;
  EXPECT_EQ(bytes.front(), 0);
  EXPECT_EQ(bytes.back(), 0);
  EXPECT_NO_THROW(fill_random({}));
}

}  // namespace
}  // namespace muniment
