#include "events/vault/key_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <set>

#include "events/vault/vault_error.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

// What a disk would hold.
class Kept {
 public:
  KeyPool::Keep keep() {
    return [this](std::span<NewAccount> made, std::span<const AccountId> listed) {
      const std::lock_guard lock(mutex_);
      for (const NewAccount& account : made) durable_.insert(account.id);
      listed_.assign(listed.begin(), listed.end());
      ++refills_;
    };
  }
  bool is_durable(const AccountId& id) {
    const std::lock_guard lock(mutex_);
    return durable_.contains(id);
  }
  bool is_listed(const AccountId& id) {
    const std::lock_guard lock(mutex_);
    return std::ranges::find(listed_, id) != listed_.end();
  }
  int refills() {
    const std::lock_guard lock(mutex_);
    return refills_;
  }

 private:
  std::mutex mutex_;
  std::set<AccountId> durable_;
  std::vector<AccountId> listed_;
  int refills_ = 0;
};

std::vector<NewAccount> accounts(std::size_t count) {
  IdSource ids;
  std::vector<NewAccount> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) made.push_back({ids.next_account(), AccountKey::random()});
  return made;
}

TEST(KeyPool, GivesOutNoAccountTwiceAndNoneThatIsNotDurable) {
  Kept kept;
  KeyPool pool({}, 16, kept.keep());
  std::set<AccountId> ids;
  std::set<Bytes> keys;
  for (int i = 0; i < 1000; ++i) {
    const NewAccount account = pool.take();
    ASSERT_TRUE(kept.is_durable(account.id));
    ids.insert(account.id);
    keys.emplace(account.key.bytes().begin(), account.key.bytes().end());
  }
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_EQ(keys.size(), 1000U);
}

TEST(KeyPool, GivesOutFirstWhatAnEarlierRunLeft) {
  Kept kept;
  const std::vector<NewAccount> left = accounts(5);
  KeyPool pool(left, 16, kept.keep());
  for (const NewAccount& account : left) EXPECT_EQ(pool.take().id, account.id);
}

TEST(KeyPool, ListsWhatIsReadyAndWhatWasGivenOutLately) {
  Kept kept;
  KeyPool pool({}, 8, kept.keep());
  std::vector<AccountId> taken;
  const int refills = kept.refills();
  while (kept.refills() < refills + 4) taken.push_back(pool.take().id);
  // The last refill may have begun before the last ids were taken; they were ready then, and so listed all the same.
  for (const AccountId& id : taken) EXPECT_TRUE(kept.is_listed(id));
}

TEST(KeyPool, ForgetsWhatWasGivenOutLongAgo) {
  Kept kept;
  KeyPool pool({}, 64, kept.keep());
  const AccountId first = pool.take().id;
  for (std::size_t i = 0; i < KeyPool::given_listed; ++i) pool.take();
  const int refills = kept.refills();
  while (kept.refills() < refills + 2) pool.take();
  EXPECT_FALSE(kept.is_listed(first));
}

TEST(KeyPool, WaitsWhenItIsEmpty) {
  std::latch may_keep(1);
  KeyPool pool({}, 4, [&](std::span<const NewAccount>, std::span<const AccountId>) { may_keep.wait(); });
  std::atomic<bool> taken = false;
  std::thread taker([&] {
    pool.take();
    taken = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(taken);
  may_keep.count_down();
  taker.join();
  EXPECT_TRUE(taken);
}

TEST(KeyPool, ServesManyThreads) {
  Kept kept;
  KeyPool pool({}, 16, kept.keep());
  std::mutex mutex;
  std::set<AccountId> ids;
  std::vector<std::thread> takers;
  takers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    takers.emplace_back([&] {
      for (int n = 0; n < 250; ++n) {
        const AccountId id = pool.take().id;
        const std::lock_guard lock(mutex);
        ids.insert(id);
      }
    });
  }
  for (std::thread& taker : takers) taker.join();
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(KeyPool, FailsForEverOnceARefillFailed) {
  KeyPool pool({}, 4, [](std::span<const NewAccount>, std::span<const AccountId>) { throw VaultError("the disk is full"); });
  EXPECT_EQ(message_of<VaultError>([&] { pool.take(); }), "the disk is full");
  EXPECT_EQ(message_of<VaultError>([&] { pool.take(); }), "the disk is full");
}

TEST(KeyPool, GivesOutNothingOnceStopped) {
  Kept kept;
  KeyPool pool({}, 4, kept.keep());
  pool.take();
  pool.stop();
  EXPECT_NE(message_of<VaultError>([&] { pool.take(); }), "");
}

}  // namespace
}  // namespace muniment
