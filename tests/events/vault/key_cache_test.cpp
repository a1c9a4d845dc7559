#include "events/vault/key_cache.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

AccountId account(Byte n) { return AccountId(std::array<Byte, 16>{n}); }
AccountKey key(Byte n) { return AccountKey(std::array<Byte, 32>{n}); }
void insert(KeyCache& cache, Byte n) { cache.insert(account(n), key(n), cache.erasures()); }
int held(const KeyCache& cache, Byte n) {
  const auto found = cache.find(account(n));
  return found ? found->bytes()[0] : -1;
}

TEST(KeyCache, FindsWhatWasPutIn) {
  KeyCache cache(2);
  insert(cache, 1);
  EXPECT_EQ(held(cache, 1), 1);
  EXPECT_EQ(held(cache, 2), -1);
}

TEST(KeyCache, DropsTheOldestWhenFull) {
  KeyCache cache(2);
  for (Byte n = 1; n <= 3; ++n) insert(cache, n);
  EXPECT_EQ(held(cache, 1), -1);
  EXPECT_EQ(held(cache, 2), 2);
  EXPECT_EQ(held(cache, 3), 3);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(KeyCache, HoldsAKeyOnce) {
  KeyCache cache(2);
  insert(cache, 1);
  insert(cache, 2);
  insert(cache, 2);
  EXPECT_EQ(held(cache, 1), 1);
}

TEST(KeyCache, ForgetsWhatIsErased) {
  KeyCache cache(2);
  insert(cache, 1);
  cache.erase(account(1));
  EXPECT_EQ(held(cache, 1), -1);
  cache.erase(account(1));
}

// Between the reading of a key and its way into the cache, the account may have been erased.
TEST(KeyCache, TakesNoKeyThatWasReadBeforeAnErasure) {
  KeyCache cache(2);
  const std::uint64_t before = cache.erasures();
  cache.erase(account(1));
  cache.insert(account(1), key(1), before);
  EXPECT_EQ(held(cache, 1), -1);
  cache.insert(account(1), key(1), cache.erasures());
  EXPECT_EQ(held(cache, 1), 1);
}

TEST(KeyCache, KnowsWhichAccountsOwnNothingButTheirKey) {
  KeyCache cache(2);
  insert(cache, 1);
  cache.insert_new(account(2), key(2), Wrapped{22});
  EXPECT_EQ(cache.key_alone(account(1)), std::nullopt);
  EXPECT_EQ(cache.key_alone(account(2)), Wrapped{22});
  EXPECT_EQ(held(cache, 2), 2);
  cache.owns_more(account(2));
  EXPECT_EQ(cache.key_alone(account(2)), std::nullopt);
  EXPECT_EQ(held(cache, 2), 2);
  insert(cache, 2);
  EXPECT_EQ(cache.key_alone(account(2)), std::nullopt);
  EXPECT_EQ(cache.key_alone(account(3)), std::nullopt);
}

TEST(KeyCache, NeverOutgrowsItsBoundThroughErasures) {
  KeyCache cache(3);
  for (int i = 0; i < 1000; ++i) {
    const Byte n = static_cast<Byte>(1 + i % 7);
    insert(cache, n);
    if (i % 3 == 0) cache.erase(account(static_cast<Byte>(1 + i % 5)));
    ASSERT_LE(cache.size(), 3U);
    ASSERT_EQ(held(cache, n), i % 3 == 0 && i % 7 == i % 5 ? -1 : n);
  }
}

}  // namespace
}  // namespace muniment
