#include "events/vault/rocks_vault_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>

#include <algorithm>
#include <map>
#include <thread>

#include "events/vault/format.h"
#include "events/vault/vault_error.h"
#include "tests/events/vault/full_disk.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
namespace fs = std::filesystem;

std::string key(std::string prefix, const std::string& rest = "") {
  prefix.resize(vault_format::prefix_size, '.');
  return prefix + rest;
}

class Store : public testing::Test {
 protected:
  Store() {
    StoreWrites first;
    first.put("format", "1");
    RocksVaultStore::create(where, first);
  }

  void open(const RocksVaultOptions& options = {}) {
    store.reset();
    store = std::make_unique<RocksVaultStore>(where, options);
  }
  void put(const std::string& at, const std::string& value) {
    StoreWrites writes;
    writes.put(at, value);
    store->write(writes);
  }
  void remove(const std::string& at) {
    StoreWrites writes;
    writes.remove(at);
    store->write(writes);
  }
  std::map<std::string, std::string> scanned(const std::string& prefix) {
    std::map<std::string, std::string> found;
    store->scan(prefix, [&](std::string_view at, std::string_view value) { found.emplace(at, value); });
    return found;
  }
  // What a power cut would leave: the files as they are, without what is in memory.
  fs::path copy_as_killed() {
    const fs::path copy = folder / ("killed-" + std::to_string(++copies_));
    copy_at_one_moment(where, copy);
    return copy;
  }
  fs::path file_of(const fs::path& directory, const std::string& extension) {
    fs::path largest;
    for (const auto& entry : fs::directory_iterator(directory)) {
      if (entry.path().extension() == extension && (largest.empty() || entry.file_size() > fs::file_size(largest))) largest = entry.path();
    }
    return largest;
  }

  TempFolder folder;
  fs::path where = folder / "vault";
  std::unique_ptr<RocksVaultStore> store;

 private:
  int copies_ = 0;
};

TEST_F(Store, ReadsWhatWasWrittenAtOnce) {
  open();
  EXPECT_EQ(store->get("format"), "1");
  EXPECT_EQ(store->get("pool"), std::nullopt);
  put("pool", "one");
  EXPECT_EQ(store->get("pool"), "one");
  put("format", "2");
  EXPECT_EQ(store->get("format"), "2");
  remove("format");
  EXPECT_EQ(store->get("format"), std::nullopt);
}

TEST_F(Store, ReadsTheSameWhereverItIs) {
  open();
  const auto expect_all = [&](const char* where_it_is) {
    EXPECT_EQ(store->get(key("k")), "new") << where_it_is;
    EXPECT_EQ(store->get("format"), std::nullopt) << where_it_is;
    EXPECT_THAT(scanned(key("t")), ElementsAre(Pair(key("t", "1"), "one"), Pair(key("t", "3"), "three again"))) << where_it_is;
    EXPECT_THAT(scanned(key("u")), IsEmpty()) << where_it_is;
  };
  put(key("t", "2"), "two");
  put(key("t", "3"), "three");
  put(key("k"), "old");
  store->scrub();  // Now these are in the tables, and what follows is in memory.
  put(key("t", "1"), "one");
  remove(key("t", "2"));
  put(key("t", "3"), "three again");
  put(key("t"), "the prefix itself");
  put(key("k"), "new");
  remove("format");
  expect_all("overlay over tables");
  store->sync();
  expect_all("journal over tables");
  open();
  expect_all("journal read again");
  store->scrub();
  expect_all("tables");
  store->close();
  open();
  expect_all("tables read again");
}

TEST_F(Store, KeepsWhatWasSyncedWhenKilled) {
  open();
  put("pool", "synced");
  store->sync();
  put("pool", "staged");
  where = copy_as_killed();
  open();
  EXPECT_EQ(store->get("pool"), "synced");
}

TEST_F(Store, SettlesByItselfOnceThereIsMuch) {
  open({.settle_bytes = 2000});
  std::map<std::string, std::string> expected;
  for (int i = 0; i < 500; ++i) {
    const std::string at = key("k" + std::to_string(i % 90)), value = "value " + std::to_string(i);
    put(at, value);
    expected[at] = value;
    if (i % 7 == 0) store->sync();
    if (i % 7 == 3) {
      remove(key("k" + std::to_string(i % 11)));
      expected.erase(key("k" + std::to_string(i % 11)));
    }
    for (int n = 0; n < 90; n += 17) {  // Whether it is in memory, being settled or in a table.
      const std::string any = key("k" + std::to_string(n));
      ASSERT_EQ(store->get(any).value_or("none"), expected.contains(any) ? expected[any] : "none");
    }
  }
  store->sync();
  where = copy_as_killed();
  open();
  for (int n = 0; n < 90; ++n) {
    const std::string any = key("k" + std::to_string(n));
    EXPECT_EQ(store->get(any).value_or("none"), expected.contains(any) ? expected[any] : "none");
  }
}

TEST_F(Store, IsReadByManyThreadsWhileItSettles) {
  open({.settle_bytes = 5000});
  std::atomic<int> written = 0;
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const int upto = written;
        for (int n = std::max(0, upto - 100); n < upto; ++n) {
          ASSERT_EQ(store->get(key("k" + std::to_string(n))), std::to_string(n));
          ASSERT_EQ(scanned(key("t" + std::to_string(n))).size(), 1U);
        }
      }
    });
  }
  std::thread syncer([&] {
    while (!done) store->sync();
  });
  for (int n = 0; n < 3000; ++n) {
    StoreWrites writes;
    writes.put(key("k" + std::to_string(n)), std::to_string(n));
    writes.put(key("t" + std::to_string(n), "x"), "");
    store->write(writes);
    written = n + 1;
  }
  done = true;
  syncer.join();
  for (std::thread& reader : readers) reader.join();
}

// As a crash leaves it that comes before the last step of settling: some entries are in the tables, and the journal has them all.
TEST_F(Store, ReadsAJournalThatIsSettledInPart) {
  open();
  put(key("k1"), "old");
  put(key("k2"), "two");
  store->sync();
  put(key("k1"), "new");
  remove(key("k2"));
  store->sync();
  store.reset();
  rocksdb::DB* db = nullptr;
  rocksdb::Options options;
  options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
  ASSERT_TRUE(rocksdb::DB::Open(options, where.string(), &db).ok());
  ASSERT_TRUE(db->Put({}, key("k1"), "new").ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  open();
  EXPECT_EQ(store->get(key("k1")), "new");
  EXPECT_EQ(store->get(key("k2")), std::nullopt);
}

// As a crash leaves it that comes while a sorted file is written, or before the database has taken it in.
TEST_F(Store, MindsNoSortedFileThatACrashLeft) {
  open();
  put("pool", "synced");
  store->sync();
  store.reset();
  set_content(where / "settled.run", "half a file");
  open();
  EXPECT_EQ(store->get("pool"), "synced");
  store->scrub();
  EXPECT_EQ(store->get("pool"), "synced");
  store->close();
  EXPECT_FALSE(fs::exists(where / "settled.run"));
}

// A link to a file that the database has taken in: what is written to it by that name would be written into the table.
TEST_F(Store, KeepsATableWhoseFormerNameACrashLeft) {
  open();
  put("pool", "first");
  store->close();
  fs::create_hard_link(file_of(where, ".sst"), where / "settled.run");
  open();
  put(key("k"), "second");
  store->close();
  open();
  EXPECT_EQ(store->get("pool"), "first");
  EXPECT_EQ(store->get(key("k")), "second");
}

TEST_F(Store, FindsByPrefixWhatWasSettledSinceItLastLooked) {
  open();
  put(key("t", "1"), "one");
  store->scrub();
  EXPECT_THAT(scanned(key("t")), ElementsAre(Pair(key("t", "1"), "one")));
  put(key("t", "2"), "two");
  remove(key("t", "1"));
  store->scrub();
  EXPECT_THAT(scanned(key("t")), ElementsAre(Pair(key("t", "2"), "two")));
}

TEST_F(Store, NoticesAHoleInItsJournal) {
  open();
  for (const char* value : {"one", "two", "three"}) {
    put("pool", value);
    store->sync();
  }
  store.reset();
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, where.string(), &db).ok());
  const std::string middle(vault_format::Key::journal(1).text());
  std::string entry;
  ASSERT_TRUE(db->Get({}, middle, &entry).ok());
  ASSERT_TRUE(db->Delete({}, middle).ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  EXPECT_THAT(message_of<VaultError>([&] { open(); }),
              AllOf(HasSubstr(where.string()), HasSubstr("entry 1 of its journal"), HasSubstr("restore")));

  ASSERT_TRUE(rocksdb::DB::Open({}, where.string(), &db).ok());
  ASSERT_TRUE(db->Put({}, middle, entry.substr(0, entry.size() - 1)).ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  EXPECT_THAT(message_of<VaultError>([&] { open(); }), HasSubstr("entry 1 of its journal is missing or damaged"));

  ASSERT_TRUE(rocksdb::DB::Open({}, where.string(), &db).ok());
  ASSERT_TRUE(db->Put({}, middle, entry).ok());
  ASSERT_TRUE(db->Close().ok());
  delete db;
  open();
  EXPECT_EQ(store->get("pool"), "three");
}

TEST_F(Store, StartsNoJournalOverAnOldOne) {
  open();
  for (int run = 0; run < 3; ++run) {
    put("pool", "run " + std::to_string(run));
    store->close();
    open();
    EXPECT_EQ(store->get("pool"), "run " + std::to_string(run));
    put("pool", "more of run " + std::to_string(run));
    store->sync();
    open();
    EXPECT_EQ(store->get("pool"), "more of run " + std::to_string(run));
  }
}

TEST_F(Store, KeepsNothingWhenItRehearses) {
  open();
  put("pool", "before");
  store->close();
  open({.keeps_nothing = true});
  put("pool", "rehearsed");
  store->sync();
  EXPECT_EQ(store->get("pool"), "rehearsed");
  store->close();
  open();
  EXPECT_EQ(store->get("pool"), "before");
}

TEST_F(Store, RefusesAFolderWithoutAVault) {
  fs::create_directory(folder / "empty");
  EXPECT_THAT(message_of<VaultError>([&] { RocksVaultStore(folder / "empty", {}); }), AllOf(HasSubstr("empty"), HasSubstr("no vault")));
  EXPECT_TRUE(fs::is_empty(folder / "empty"));
}

TEST_F(Store, RefusesToBeMadeTwice) {
  StoreWrites first;
  first.put("format", "other");
  EXPECT_THAT(message_of<VaultError>([&] { RocksVaultStore::create(where, first); }), HasSubstr("exists"));
  open();
  EXPECT_EQ(store->get("format"), "1");
}

TEST_F(Store, BelongsToOneProcess) {
  open();
  EXPECT_THAT(message_of<VaultError>([&] { RocksVaultStore(where, {}); }),
              AllOf(HasSubstr(where.string()), HasSubstr("another process holds it")));
}

TEST_F(Store, RefusesEverythingOnceClosed) {
  open();
  store->close();
  store->close();
  EXPECT_THAT(message_of<VaultError>([&] { store->get("format"); }), HasSubstr("is closed"));
  EXPECT_THAT(message_of<VaultError>([&] { put("pool", ""); }), HasSubstr("is closed"));
  EXPECT_THAT(message_of<VaultError>([&] { store->sync(); }), HasSubstr("is closed"));
  EXPECT_THAT(message_of<VaultError>([&] { store->scrub(); }), HasSubstr("is closed"));
  EXPECT_THAT(message_of<VaultError>([&] { scanned(key("t")); }), HasSubstr("is closed"));
}

TEST_F(Store, RefusesEverythingOnceAWriteFailed) {
  open();
  put("pool", "first");
  store->sync();
  put("pool", std::string(100'000, 'x'));
  std::string message;
  {
    const FullDisk full(10'000);
    message = message_of<VaultError>([&] { store->sync(); });
  }
  EXPECT_THAT(message, AllOf(HasSubstr(where.string()), HasSubstr("cannot write its journal"), HasSubstr("check the disk")));
  EXPECT_THAT(message_of<VaultError>([&] { store->get("pool"); }), AllOf(HasSubstr("cannot write its journal"), HasSubstr("refusing")));
  EXPECT_NE(message_of<VaultError>([&] { put("pool", ""); }), "");
  EXPECT_NE(message_of<VaultError>([&] { store->sync(); }), "");
  store->close();
  open();
  EXPECT_EQ(store->get("pool"), "first");
}

TEST_F(Store, RefusesEverythingOnceSettlingFailed) {
  open();
  put("pool", "first");
  store->sync();
  fs::rename(where, folder / "moved");  // The journal's file is open and grows on; a table cannot be made.
  const std::string message = message_of<VaultError>([&] { store->scrub(); });
  EXPECT_THAT(message, HasSubstr("cannot write its tables"));
  EXPECT_NE(message_of<VaultError>([&] { store->get("pool"); }), "");
  store->close();
  fs::rename(folder / "moved", where);
  open();
  EXPECT_EQ(store->get("pool"), "first");
}

class StoreFiles : public Store {
 protected:
  StoreFiles() {
    open();
    for (int i = 0; i < 20; ++i) {
      put(key("k" + std::to_string(i)), std::string(1000, static_cast<char>('a' + i)));
      store->sync();
    }
  }
  bool has_all() {
    for (int i = 0; i < 20; ++i) {
      if (store->get(key("k" + std::to_string(i))) != std::string(1000, static_cast<char>('a' + i))) return false;
    }
    return true;
  }
  void flip_bit(const fs::path& file, std::size_t at) {
    std::string content = content_of(file);
    ASSERT_LT(at, content.size());
    content[at] = static_cast<char>(content[at] ^ 0x10);
    set_content(file, content);
  }
};

TEST_F(StoreFiles, OpenAfterAKill) {
  where = copy_as_killed();
  open();
  EXPECT_TRUE(has_all());
}

// RocksDB begins a file at every opening, and drops the empty ones only when it flushes something.
TEST_F(StoreFiles, DoNotPileUpWhenTheVaultIsOnlyRead) {
  long most = 0;
  for (int i = 0; i < 50; ++i) {
    open();
    EXPECT_TRUE(has_all());
    if (i % 2 == 0) store->close();
    const auto is_log = [](const fs::directory_entry& entry) { return entry.path().extension() == ".log"; };
    most = std::max(most, std::count_if(fs::directory_iterator(where), fs::directory_iterator(), is_log));
  }
  EXPECT_LE(most, 10);
}

TEST_F(StoreFiles, ShowAFlippedBitInTheNewestWrites) {
  where = copy_as_killed();
  const fs::path log = file_of(where, ".log");
  flip_bit(log, fs::file_size(log) / 2);
  EXPECT_THAT(message_of<VaultError>([&] { open(); }), AllOf(HasSubstr(where.string()), HasSubstr("Corruption"), HasSubstr("restore")));
  // The operator's last resort opens it without what stands behind the damage.
  open({.accept_damaged_tail = true});
  EXPECT_FALSE(has_all());
  EXPECT_EQ(store->get(key("k0")), std::string(1000, 'a'));
}

TEST_F(StoreFiles, LoseALastWriteThatWasCutShortAndNoOther) {
  put(key("torn"), std::string(1000, 't'));
  store->sync();
  where = copy_as_killed();
  const fs::path log = file_of(where, ".log");
  fs::resize_file(log, fs::file_size(log) - 100);
  open();
  EXPECT_TRUE(has_all());
  EXPECT_EQ(store->get(key("torn")), std::nullopt);
}

TEST_F(StoreFiles, ShowAFlippedBitInATable) {
  const std::string value = "some that no compression shortens: \x01\x02\x03";
  put(key("flipped"), value);
  store->close();
  const std::size_t at = content_of(file_of(where, ".sst")).find("\x01\x02\x03");
  ASSERT_NE(at, std::string::npos);
  open();
  EXPECT_EQ(store->get(key("flipped")), value);
  EXPECT_TRUE(has_all());
  store.reset();

  flip_bit(file_of(where, ".sst"), at);
  EXPECT_THAT(message_of<VaultError>([&] {
                open();
                store->get(key("flipped"));
              }),
              AllOf(HasSubstr(where.string()), HasSubstr("Corruption"), HasSubstr("restore")));
}

TEST_F(StoreFiles, HoldNothingThatWasRemovedOnceScrubbed) {
  const auto any_file_holds = [&](const std::string& text) {
    for (const auto& entry : fs::directory_iterator(where)) {
      if (content_of(entry.path()).find(text) != std::string::npos) return true;
    }
    return false;
  };
  put(key("secret"), "a value that goes");
  put(key("other"), "a value that stays");
  store->sync();
  remove(key("secret"));
  store->sync();
  EXPECT_TRUE(any_file_holds("a value that goes"));
  store->scrub();
  store->close();  // RocksDB may keep a file that it does not need for a moment longer.
  EXPECT_FALSE(any_file_holds("a value that goes"));
  EXPECT_TRUE(any_file_holds("a value that stays"));
}

}  // namespace
}  // namespace muniment
