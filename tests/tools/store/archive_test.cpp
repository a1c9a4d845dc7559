#include "tools/store/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "cosignature.h"
#include "events/log/verification.h"
#include "events/proof/tile_path.h"
#include "people.h"
#include "store_process.h"
#include "tests/files/file_scan.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/restore.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() : folder_(fs::path(testing::TempDir()) / ("muniment_archive_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    make_store_with_person(store_);
    write(600);
  }
  ~ArchiveTest() override { fs::remove_all(folder_); }

  // So many more events, and the checkpoint over them.
  void write(int count) {
    Store store(store_);
    for (int i = 0; i < count; ++i) {
      const char* const service = ++written_ % 2 == 0 ? "view_provider_reports" : "manage_referrals";  // Each time another.
      Submission next = command("assign_services", AssignServices{clinic, person_name, {service}}, administrator);
      next.answer = [](const Answer&) {};
      store.sequencer().submit(std::move(next));
    }
    store.close();
  }
  // All that a checkpoint covers; where it ends then.
  static Position archive_all(Store& store, const fs::path& folder, const ArchiveSteps& steps = {}) {
    store.sequencer();  // Signs what no checkpoint covers yet.
    const auto plan = plan_archive(store, store.log().head(0).position);
    if (!plan) return 0;
    archive_log(store, *plan, folder, steps);
    return plan->last;
  }
  Position archive_all() {
    Store store(store_);
    const Position last = archive_all(store, archive_);
    store.close();
    return last;
  }
  static StoreOptions without_vault_where_there_is_none(const fs::path& store) {
    StoreOptions options;
    options.without_vault = !fs::exists(store / "vault");
    return options;
  }
  // The root over the records as they are read.
  Hash root_as_read(const fs::path& store_folder, Position last = ~Position{0}) {
    Store store(store_folder, without_vault_where_there_is_none(store_folder));
    LeafHasher hasher;
    MerkleTree tree;
    store.log().read(0, 1, last, [&](Position, RecordWords words) {
      tree.append(hasher.leaf_hash(bytes_of(words)));
      return true;
    });
    store.close();
    return tree.root();
  }
  LogHead head(const fs::path& store_folder) {
    Store store(store_folder, without_vault_where_there_is_none(store_folder));
    const LogHead out = store.log().head(0);
    store.close();
    return out;
  }
  void expect_verifies() {
    const std::vector<VerifierKey> keys = read_public_log_keys(store_);
    const LogVerified verified = verify_log(log_options_of(store_), {.threads = 1, .log_keys = keys});
    EXPECT_FALSE(verified.fault) << verified.fault->what;
  }

  fs::path folder_;
  fs::path store_ = folder_ / "store";
  fs::path archive_ = folder_ / "archive";
  int written_ = 0;
};

TEST_F(ArchiveTest, HasWhatTheLogReadsOnAsBefore) {
  const Hash before = root_as_read(store_);
  const LogHead head_before = head(store_);
  EXPECT_EQ(archive_all(), 512u);
  EXPECT_EQ(head(store_), head_before);
  EXPECT_EQ(root_as_read(store_), before);
  expect_verifies();
  EXPECT_EQ(read_archive_folder(store_), fs::canonical(archive_));
  write(10);
  expect_verifies();
}

TEST_F(ArchiveTest, IsTheWholeExportOfItsCheckpoint) {
  archive_all();
  const auto checkpoint = open_checkpoint(read_whole_file(archive_ / "checkpoint"), read_public_log_key(store_));
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ((LogHead{checkpoint->size, checkpoint->root}), head(store_));
  each_tile(checkpoint->size, [&](const TilePath& path) { EXPECT_TRUE(fs::exists(archive_ / path.text())) << path.text(); });
  EXPECT_EQ(read_whole_file(archive_ / "log.vkey"), read_public_log_key(store_).text() + '\n');
}

TEST_F(ArchiveTest, GrowsAndKeepsNothingThatItHasOutgrown) {
  EXPECT_EQ(archive_all(), 512u);
  EXPECT_EQ(archive_all(), 0u) << "nothing more to move";
  const Hash before = root_as_read(store_);
  write(300);
  const Hash after = root_as_read(store_);
  EXPECT_NE(after, before);
  EXPECT_EQ(archive_all(), 768u);
  EXPECT_EQ(root_as_read(store_), after);
  const auto checkpoint = open_checkpoint(read_whole_file(archive_ / "checkpoint"), read_public_log_key(store_));
  std::set<fs::path> expected;
  each_tile(checkpoint->size, [&](const TilePath& path) { expected.insert(archive_ / path.text()); });
  for (const auto& entry : fs::recursive_directory_iterator(archive_ / "tile")) {
    EXPECT_TRUE(!entry.is_regular_file() || expected.contains(entry.path())) << entry.path();
  }
}

TEST_F(ArchiveTest, IsWrittenAnewIntoAnotherFolder) {
  archive_all();
  write(300);
  const Hash before = root_as_read(store_);
  {
    Store store(store_);
    EXPECT_EQ(archive_all(store, folder_ / "other"), 768u);
    store.close();
  }
  fs::remove_all(archive_);
  EXPECT_EQ(root_as_read(store_), before);
}

TEST_F(ArchiveTest, IsReadWhereItWasMovedToOnceTheStoreIsToldSo) {
  archive_all();
  const Hash before = root_as_read(store_);
  fs::rename(archive_, folder_ / "other");
  EXPECT_THAT([&] { root_as_read(store_); }, ThrowsMessage<LogDamaged>(HasSubstr((archive_ / "tile" / "entries" / "000").string())));
  {
    Store store(store_, {.archive = folder_ / "other"});
    name_archive(store, folder_ / "other", {});
    store.close();
  }
  EXPECT_EQ(root_as_read(store_), before);
}

TEST_F(ArchiveTest, IsNotReadWhereItWasNotMovedTo) {
  archive_all();
  const Hash before = root_as_read(store_);
  fs::copy(archive_, folder_ / "other", fs::copy_options::recursive);
  fs::remove(folder_ / "other" / "tile" / "entries" / "001");
  EXPECT_THROW(
      {
        Store store(store_, {.archive = folder_ / "other"});
        name_archive(store, folder_ / "other", {});
      },
      LogDamaged);
  EXPECT_EQ(root_as_read(store_), before);
}

TEST_F(ArchiveTest, LosesNothingWhereverItIsKilledAndIsCompletedByTheNextRun) {
  const Hash before = root_as_read(store_);
  const LogHead head_before = head(store_);
  std::size_t step = 1;
  for (; is_killed_at("archive", store_, step); ++step) {
    ASSERT_EQ(head(store_), head_before) << "before step " << step;
    ASSERT_EQ(root_as_read(store_), before) << "before step " << step;
  }
  EXPECT_EQ(step, 7u + 1) << "all steps, and then the run that had nothing left to do";
  expect_verifies();
  EXPECT_EQ(root_as_read(store_), before);
  Store store(store_);
  EXPECT_EQ(store.log_in_folder("a test").archived(), 512u);
}

TEST_F(ArchiveTest, TakesNothingOutWhereWhoeverIsToldSaysNo) {
  Store store(store_);
  EXPECT_THROW(archive_all(store, archive_, {.on_whole = [] { throw std::runtime_error("no"); }}), std::runtime_error);
  EXPECT_EQ(store.log_in_folder("a test").archived(), 0u);
  EXPECT_FALSE(fs::exists(archive_file_of(store_)));
}

TEST_F(ArchiveTest, TakesNothingOutThatDoesNotReadBackFromTheFiles) {
  Store store(store_);
  const auto damage = [&](std::string_view step) {
    if (step == "read it back") fs::resize_file(archive_ / "tile" / "entries" / "001", 100);
  };
  EXPECT_THROW(archive_all(store, archive_, {.on_step = damage}), LogDamaged);
  EXPECT_EQ(store.log_in_folder("a test").archived(), 0u);
  EXPECT_EQ(archive_all(store, archive_), 512u) << "the next run writes what is damaged anew";
}

TEST_F(ArchiveTest, TakesNoMoreThanIsAskedForAndThanWitnessesHaveSeen) {
  const std::string early = read_whole_file(store_ / "checkpoint");
  const Position covered = head(store_).position;
  write(300);
  Store store(store_);
  EXPECT_EQ(plan_archive(store, 255), std::nullopt);
  EXPECT_EQ(plan_archive(store, covered)->last, 512u);
  EXPECT_EQ(plan_archive(store, ~Position{0})->last, 768u);
  replace_file(store_ / "cosigned", early);
  EXPECT_EQ(plan_archive(store, ~Position{0})->last, 768u) << "nobody but the log has signed it";
  replace_file(store_ / "cosigned", with_cosignature(early));
  EXPECT_EQ(plan_archive(store, ~Position{0})->last, 512u);
}

TEST_F(ArchiveTest, IsNotPutIntoAFolderOfSomethingElse) {
  Store store(store_);
  fs::create_directories(folder_ / "taken");
  replace_file(folder_ / "taken" / "letter", "dear");
  EXPECT_THAT([&] { archive_all(store, folder_ / "taken"); }, ThrowsMessage<FolderTaken>(HasSubstr("letter is no part of an archive")));
  EXPECT_THAT([&] { archive_all(store, folder_ / "of two\nlines"); }, ThrowsMessage<FolderTaken>(HasSubstr("a control character")));
  const fs::path backups = folder_ / "backups";
  back_up_log(store, backups);
  EXPECT_THAT([&] { archive_all(store, backups); }, ThrowsMessage<FolderTaken>(HasSubstr("is no part of an archive")));
  EXPECT_THAT([&] { archive_all(store, store_ / "archived"); }, ThrowsMessage<FolderTaken>(HasSubstr("the store's own folder")));
  Store::create(folder_ / "another", "rkelly");
  fs::create_directories(archive_);
  fs::copy(folder_ / "another" / "log.vkey", archive_ / "log.vkey");
  EXPECT_THAT([&] { archive_all(store, archive_); }, ThrowsMessage<FolderTaken>(HasSubstr("the archive of another log")));
  EXPECT_EQ(store.log_in_folder("a test").archived(), 0u);
}

TEST_F(ArchiveTest, IsNotTakenForAFolderOfBackups) {
  archive_all();
  Store store(store_);
  EXPECT_THAT([&] { back_up_log(store, archive_); }, ThrowsMessage<FolderTaken>(HasSubstr("has an archive")));
}

TEST_F(ArchiveTest, IsNotReadInTheStoresOwnFolder) {
  archive_all();
  fs::copy(archive_, store_ / "inside", fs::copy_options::recursive);
  Store store(store_, {.archive = store_ / "inside"});
  EXPECT_THAT([&] { name_archive(store, store_ / "inside", {}); }, ThrowsMessage<FolderTaken>(HasSubstr("the store's own folder")));
}

// Every copy of a store has the log's key.
TEST_F(ArchiveTest, OfAnotherHistoryOfTheLogIsNotTouched) {
  const fs::path backups = folder_ / "backups";
  const fs::path copy = folder_ / "copy";
  {
    Store store(store_);
    back_up_log(store, backups);
    store.close();
  }
  write(300);
  ASSERT_EQ(archive_all(), 768u);
  const Hash before = root_as_read(store_);
  const StoreOptions with_log_key{.without_vault = true, .log_key_file = store_ / "keys" / "log.key"};
  restore_store(copy, {.backup = backups, .requested_by = "operator:ops"}, with_log_key);
  {
    Store store(copy, with_log_key);
    store.sequencer();
    EXPECT_THAT([&] { archive_all(store, archive_); }, ThrowsMessage<FolderTaken>(HasSubstr("another history of this log")));
    fs::copy(archive_, folder_ / "unproven", fs::copy_options::recursive);
    fs::remove(folder_ / "unproven" / "checkpoint");
    fs::resize_file(folder_ / "unproven" / "tile" / "entries" / "001", 300);  // Whoever wrote it, and whatever it was.
    EXPECT_THAT([&] { archive_all(store, folder_ / "unproven"); }, ThrowsMessage<FolderTaken>(HasSubstr("no checkpoint says whose it is")));
    store.close();
  }
  EXPECT_EQ(root_as_read(store_), before);
  expect_verifies();
}

TEST_F(ArchiveTest, IsCompletedWhereItLacksItsProof) {
  archive_all();
  write(20);
  const std::vector<VerifierKey> keys = read_public_log_keys(store_);
  EXPECT_THAT(proof_in_archive(archive_, 512, keys).missing, IsEmpty());
  fs::remove(archive_ / "checkpoint");
  fs::remove_all(archive_ / "tile" / "0");
  replace_file(archive_ / "tile" / "entries" / "000.new", "cut off");
  EXPECT_THAT(proof_in_archive(archive_, 512, keys).missing, testing::Contains(archive_ / "checkpoint"));
  EXPECT_THAT(proof_in_archive(archive_, 512, keys).missing, testing::Contains(archive_ / "tile" / "0" / "001"));
  {
    Store store(store_);
    EXPECT_EQ(plan_completion(store, folder_ / "other"), std::nullopt);
    const auto plan = plan_completion(store, archive_);
    ASSERT_TRUE(plan);
    archive_log(store, *plan, archive_, {});
    EXPECT_EQ(plan_completion(store, archive_), std::nullopt);
    store.close();
  }
  EXPECT_THAT(proof_in_archive(archive_, 512, keys).missing, IsEmpty());
  EXPECT_FALSE(fs::exists(archive_ / "tile" / "entries" / "000.new"));
  expect_verifies();
}

TEST_F(ArchiveTest, IsNeededByABackupOfWhatItHasAndOnlyByThat) {
  archive_all();
  write(5);
  const fs::path backups = folder_ / "backups";
  {
    Store store(store_);
    EXPECT_EQ(back_up_log(store, backups).archived, 512u);
    store.close();
  }
  EXPECT_EQ(backups_in(backups).back().archived, 512u);
  const Position last = head(store_).position;
  const Hash before = root_as_read(store_);
  const StoreOptions with_log_key{.log_key_file = store_ / "keys" / "log.key"};
  LogRestore restore{.backup = backups, .requested_by = "operator:ops"};
  EXPECT_THAT([&] { plan_restore(folder_ / "elsewhere", restore); },
              ThrowsMessage<RestoreRefused>(HasSubstr("nothing says where that is: name the folder with --archive")));
  restore.archive = folder_ / "nowhere";
  EXPECT_THAT([&] { plan_restore(folder_ / "elsewhere", restore); }, ThrowsMessage<RestoreRefused>(HasSubstr("is not there")));
  restore.archive = archive_;
  restore_store(folder_ / "elsewhere", restore, with_log_key);
  EXPECT_EQ(root_as_read(folder_ / "elsewhere", last), before);
  EXPECT_EQ(read_archive_folder(folder_ / "elsewhere"), fs::canonical(archive_));

  restore.position = last;  // Asked for, so that nothing else is needed.
  restore_store(folder_ / "whole", restore, with_log_key);
  EXPECT_FALSE(fs::exists(archive_file_of(folder_ / "whole")));

  restore.position = 550;  // Copied record by record: it needs no archive any more.
  restore_store(folder_ / "earlier", restore, with_log_key);
  EXPECT_FALSE(fs::exists(archive_file_of(folder_ / "earlier")));
  const Hash up_to_550 = root_as_read(store_, 550);
  fs::remove_all(archive_);
  EXPECT_EQ(root_as_read(folder_ / "earlier", 550), up_to_550);
  EXPECT_EQ(root_as_read(folder_ / "whole", last), before);
}

// The archive's bytes are those of the log: what was sealed there is as closed as here once the key is gone.
TEST_F(ArchiveTest, HasNoValueOfAPersonAndIsNotOpenedAfterTheErasure) {
  archive_all();
  const auto opened = [&] {
    Store store(store_);
    bool is_opened = false;
    store.log().read(0, 1, 512, [&](Position, RecordWords words) {
      RecordReader reader(words);
      const std::optional<Personal> personal = store.open_personal(reader.event());
      is_opened = is_opened || (personal && personal->profile.last_name == person.last_name);
      return !is_opened;
    });
    store.close();
    return is_opened;
  };
  EXPECT_FALSE(files_with(archive_, person_name.text()).empty()) << "the control: the username is in clear text";
  EXPECT_TRUE(opened());
  {
    Store store(store_);
    remove_person(store);
    record_erasure(store);
    store.carry_out_erasures();
    store.close();
  }
  EXPECT_FALSE(opened());
  for (const std::string& value : {person.last_name, person.first_name, person.email, person.zip})
    EXPECT_THAT(files_with(archive_, value), IsEmpty());
  expect_verifies();
}

}  // namespace
}  // namespace muniment::test
