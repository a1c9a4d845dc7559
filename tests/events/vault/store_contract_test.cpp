// What every store of a vault's entries promises (store.h), and the vault over each: store_kinds.h says which of them this program has.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "events/vault/format.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/rotation.h"
#include "events/vault/vault.h"
#include "tests/events/vault/store_kinds.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

using Entries = std::map<std::string, std::string>;

std::string key_of(std::string prefix, const std::string& rest = "") {
  prefix.resize(vault_format::prefix_size, '.');
  return prefix + rest;
}

Entries entries_of(VaultStore& store, std::string_view prefix = "") {
  Entries found;
  store.visit_all(prefix, [&](std::string_view key, std::string_view value) { found.emplace(key, value); });
  return found;
}

class VaultStoreContract : public testing::TestWithParam<VaultStoreKind> {
 protected:
  void SetUp() override {
    if (!place_) GTEST_SKIP() << GetParam().left_out;
    StoreWrites first;
    first.put("format", "1");
    place_->make(first);
    open();
  }
  // Without close(): what was not synced is gone, as when the process is killed.
  void open(bool keeps_nothing = false) {
    store_.reset();
    store_ = place_->open(keeps_nothing);
  }
  void put(const std::string& key, const std::string& value) {
    StoreWrites writes;
    writes.put(key, value);
    store_->write(writes);
  }
  void remove(const std::string& key) {
    StoreWrites writes;
    writes.remove(key);
    store_->write(writes);
  }
  Entries scanned(const std::string& prefix) const {
    Entries found;
    store_->scan(prefix, [&](std::string_view key, std::string_view value) { found.emplace(key, value); });
    return found;
  }

  std::unique_ptr<VaultStorePlace> place_ = GetParam().place();
  std::unique_ptr<VaultStore> store_;
};

TEST_P(VaultStoreContract, ReadsWhatWasWrittenAtOnce) {
  EXPECT_EQ(store_->get("format"), "1");
  EXPECT_EQ(store_->get("pool"), std::nullopt);
  put("pool", "one");
  EXPECT_EQ(store_->get("pool"), "one");
  put("format", "2");
  EXPECT_EQ(store_->get("format"), "2");
  remove("format");
  EXPECT_EQ(store_->get("format"), std::nullopt);
}

TEST_P(VaultStoreContract, KeepsWhatWasSyncedWhenKilledAndNothingElse) {
  put("pool", "synced");
  put(key_of("k"), std::string("\0 any \xff byte", 13));
  store_->sync();
  put("pool", "staged");
  remove(key_of("k"));
  open();
  EXPECT_EQ(store_->get("pool"), "synced");
  EXPECT_EQ(store_->get(key_of("k")), std::string("\0 any \xff byte", 13));
}

TEST_P(VaultStoreContract, KeepsWhatWasWrittenWhenClosed) {
  put("pool", "written");
  store_->close();
  open();
  EXPECT_EQ(store_->get("pool"), "written");
}

TEST_P(VaultStoreContract, TakesTheLastOfSeveralWritesOfAKey) {
  put(key_of("a"), "one");
  remove(key_of("a"));
  put(key_of("a"), "two");
  put(key_of("b"), "one");
  remove(key_of("b"));
  store_->sync();
  open();
  EXPECT_EQ(store_->get(key_of("a")), "two");
  EXPECT_EQ(store_->get(key_of("b")), std::nullopt);
}

TEST_P(VaultStoreContract, ScansWhatIsLongerThanThePrefixInOrderWhereverItIs) {
  put(key_of("t", "2"), "two");
  put(key_of("t", "3"), "three");
  put(key_of("t\xff", "1"), "behind it");
  store_->sync();
  put(key_of("t", "1"), "one");
  remove(key_of("t", "2"));
  put(key_of("t", "3"), "three again");
  put(key_of("t"), "the prefix itself");
  const auto expected = ElementsAre(Pair(key_of("t", "1"), "one"), Pair(key_of("t", "3"), "three again"));
  EXPECT_THAT(scanned(key_of("t")), expected);
  EXPECT_THAT(scanned(key_of("u")), IsEmpty());
  store_->sync();
  EXPECT_THAT(scanned(key_of("t")), expected);
  EXPECT_THAT(scanned(key_of("t\xff")), ElementsAre(Pair(key_of("t\xff", "1"), "behind it")));
}

TEST_P(VaultStoreContract, VisitsAllAsTheyAreWhenItIsCalled) {
  for (int i = 0; i < 10'000; ++i) put(key_of("a" + std::to_string(i)), "old");
  std::vector<std::string> keys;
  store_->visit_all("a", [&](std::string_view key, std::string_view value) {
    EXPECT_EQ(value, "old");
    keys.emplace_back(key);
    put(std::string(key), "new");
    if (keys.size() % 1'000 == 0) store_->sync();
    put(key_of("az" + std::to_string(keys.size())), "not to be visited");
  });
  EXPECT_EQ(keys.size(), 10'000U);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(entries_of(*store_, "a").size(), 20'000U);
  EXPECT_THAT(entries_of(*store_, "f"), ElementsAre(Pair("format", "1")));
}

TEST_P(VaultStoreContract, IsReadByManyThreadsWhileItSyncs) {
  constexpr int count = 500;
  std::atomic<int> written = 0;
  std::atomic<bool> is_done = false;
  std::thread syncer([&] {
    while (!is_done) store_->sync();
  });
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!is_done) {
        const int n = written - 1;
        if (n < 0) continue;
        ASSERT_EQ(store_->get(key_of("k" + std::to_string(n))), std::to_string(n));
        ASSERT_EQ(scanned(key_of("t" + std::to_string(n))).size(), 1U);
      }
    });
  }
  for (int n = 0; n < count; ++n) {
    put(key_of("k" + std::to_string(n)), std::to_string(n));
    put(key_of("t" + std::to_string(n), "x"), "");
    written = n + 1;
    if (n % 10 == 0) std::this_thread::yield();
  }
  store_->sync();
  is_done = true;
  syncer.join();
  for (std::thread& reader : readers) reader.join();
  open();
  EXPECT_EQ(entries_of(*store_, "k").size(), static_cast<std::size_t>(count));
}

TEST_P(VaultStoreContract, IsTheSameOnceScrubbed) {
  put(key_of("k"), "kept");
  put(key_of("l"), "removed");
  store_->sync();
  remove(key_of("l"));
  const Entries before = entries_of(*store_);
  store_->scrub();
  EXPECT_EQ(entries_of(*store_), before);
  open();
  EXPECT_EQ(entries_of(*store_), before);
}

TEST_P(VaultStoreContract, IsCopiedWholeIntoAFolder) {
  for (int i = 0; i < 5'000; ++i) put(key_of("a" + std::to_string(i)), std::to_string(i));
  const auto folder = place_->folder() / "copy";
  store_->back_up(folder);
  put(key_of("later"), "");
  RocksVaultStore copy(folder, {});
  Entries expected = entries_of(*store_);
  expected.erase(key_of("later"));
  EXPECT_EQ(entries_of(copy), expected);
  copy.close();
}

TEST_P(VaultStoreContract, KeepsNothingWhenItRehearses) {
  store_->close();
  open(true);
  put("pool", "rehearsed");
  store_->sync();
  EXPECT_EQ(store_->get("pool"), "rehearsed");
  store_->close();
  open();
  EXPECT_EQ(store_->get("pool"), std::nullopt);
}

TEST_P(VaultStoreContract, RefusesEverythingOnceClosed) {
  store_->close();
  store_->close();
  const auto is_closed = ThrowsMessage<VaultError>(HasSubstr("is closed"));
  EXPECT_THAT([&] { store_->get("format"); }, is_closed);
  EXPECT_THAT([&] { put("pool", ""); }, is_closed);
  EXPECT_THAT([&] { store_->sync(); }, is_closed);
  EXPECT_THAT([&] { store_->scrub(); }, is_closed);
  EXPECT_THAT([&] { scanned(key_of("t")); }, is_closed);
  EXPECT_THAT([&] { entries_of(*store_); }, is_closed);
}

INSTANTIATE_TEST_SUITE_P(Stores, VaultStoreContract, testing::ValuesIn(vault_store_kinds()), [](const auto& of) { return of.param.name; });

// A vault that was made in a folder and copied to where its store is.
class VaultOverStore : public testing::TestWithParam<VaultStoreKind> {
 protected:
  static constexpr TagKind email = 2;

  void SetUp() override {
    if (!place_) GTEST_SKIP() << GetParam().left_out;
    const auto made = place_->folder() / "made";
    epoch_ = Vault::create(made, key_file());
    RocksVaultStore from(made, {});
    StoreWrites first;
    from.visit_all("", [&](std::string_view key, std::string_view value) { first.put(key, value); });
    from.close();
    place_->make(first);
    open();
  }
  std::filesystem::path key_file() const { return place_->folder() / "epoch.key"; }
  void open() {
    vault_.reset();
    vault_ = std::make_unique<Vault>(
        place_->open(false), *epoch_, [this](const AccountId& id) { return used_.contains(id); }, VaultOptions{.pool_batch = 8});
  }
  NewAccount new_account() {
    const NewAccount account = vault_->take_account();
    used_.insert(account.id);
    return account;
  }
  bool has_key(const NewAccount& account) {
    const auto key = vault_->account_key(account.id);
    return key && std::ranges::equal(key->bytes(), account.key.bytes());
  }
  Vault::StagedNumber stage(const AccountId& account, const EventId& event, std::string_view pin, std::string_view address) {
    VaultBatch batch;
    batch.put_pin(account, event, pin);
    batch.add_tag(email, "", bytes_of(address), account);
    return vault_->stage(batch);
  }

  std::unique_ptr<VaultStorePlace> place_ = GetParam().place();
  std::optional<EpochKey> epoch_;
  std::set<AccountId> used_;  // What the log would have.
  std::unique_ptr<Vault> vault_;
  IdSource ids_;
};

TEST_P(VaultOverStore, KeepsKeysPinsAndTagsThatWereCommittedWhenKilled) {
  const NewAccount account = new_account();
  const EventId event = ids_.next_event();
  const EventId staged = ids_.next_event();
  vault_->commit(stage(account.id, event, "0123", "ada@example.org"));
  stage(account.id, staged, "9999", "other@example.org");
  const Fingerprint before = vault_->fingerprint(bytes_of("content"));
  open();
  EXPECT_TRUE(has_key(account));
  EXPECT_EQ(vault_->pin(account.id, event), "0123");
  // What was not committed is there whole or not at all: a sync of ready accounts may have taken it along.
  const bool is_there = vault_->pin(account.id, staged).has_value();
  EXPECT_THAT(vault_->accounts_with_tag(email, "", bytes_of("ada@example.org")), ElementsAre(account.id));
  EXPECT_EQ(vault_->accounts_with_tag(email, "", bytes_of("other@example.org")).size(), is_there ? 1U : 0U);
  EXPECT_EQ(vault_->fingerprint(bytes_of("content")), before);
}

TEST_P(VaultOverStore, GivesOutAgainWhatAnEarlierRunMadeReadyAndNobodyUsed) {
  const NewAccount used = new_account();
  const NewAccount unused = vault_->take_account();
  open();
  bool was_given_again = false;
  for (int i = 0; i < 64; ++i) {
    const NewAccount next = vault_->take_account();
    EXPECT_NE(next.id, used.id);
    was_given_again |= next.id == unused.id;
  }
  EXPECT_TRUE(was_given_again);
  EXPECT_TRUE(has_key(used));
}

TEST_P(VaultOverStore, ErasesForGood) {
  const NewAccount account = new_account();
  const EventId event = ids_.next_event();
  vault_->commit(stage(account.id, event, "0123", "ada@example.org"));
  vault_->erase(account.id);
  vault_->note_erasures({.count = 1, .last = event});
  vault_->scrub();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(vault_->account_key(account.id), std::nullopt);
    EXPECT_EQ(vault_->pin(account.id, event), std::nullopt);
    EXPECT_THAT(vault_->accounts_with_tag(email, "", bytes_of("ada@example.org")), IsEmpty());
    EXPECT_EQ(vault_->erasures_done(), (ErasuresDone{.count = 1, .last = event}));
    open();
  }
}

TEST_P(VaultOverStore, RefusesAnotherEpochKeyAndIsAsItWas) {
  const NewAccount account = new_account();
  vault_.reset();
  const EpochKey other = create_epoch_key(place_->folder() / "other.key");
  EXPECT_THAT([&] { Vault(place_->open(false), other, [](const AccountId&) { return false; }); },
              ThrowsMessage<VaultError>(HasSubstr("wrong epoch key")));
  open();
  EXPECT_TRUE(has_key(account));
}

TEST_P(VaultOverStore, IsRotatedToAnotherEpochKeyAndGoesOnWhereThatWasCutOff) {
  struct CutOff {};
  const NewAccount account = new_account();
  vault_->close();
  vault_.reset();
  const EpochKey next = prepare_next_epoch_key(key_file());
  for (const std::string_view at : {"wrap the vault's own keys", "ask for the current key", "rewrite the files"}) {
    EXPECT_THROW(rotate_vault(*place_->open(false), *epoch_, next,
                              [&](std::string_view step) {
                                if (step == at) throw CutOff{};
                              }),
                 CutOff);
  }
  const auto store = place_->open(false);
  EXPECT_GE(rotate_vault(*store, *epoch_, next), 1U);
  EXPECT_EQ(epoch_of_vault(*store), next.id);
  store->close();
  EXPECT_THAT(([&] { open(); }), ThrowsMessage<VaultError>(HasSubstr("wrong epoch key")));
  epoch_ = next;
  open();
  EXPECT_TRUE(has_key(account));
}

INSTANTIATE_TEST_SUITE_P(Stores, VaultOverStore, testing::ValuesIn(vault_store_kinds()), [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace muniment
