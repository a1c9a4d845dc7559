// Restoring, by whoever restores the wrong thing, is cut off, or would rather lose something quietly.
#include "tools/store/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cosignature.h"
#include "events/proof/checkpoint.h"
#include "events/vault/rotation.h"
#include "people.h"
#include "sealed_key.h"
#include "store_process.h"
#include "tools/store/durable_file.h"
#include "tools/store/erasure_state.h"
#include "tools/store/log_key.h"
#include "tools/store/manifest_file.h"
#include "tools/store/unrecorded_restore.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() : folder_(fs::path(testing::TempDir()) / ("muniment_restore_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    make_store_with_person(store_);
  }
  ~RestoreTest() override { fs::remove_all(folder_); }

  static void back_up(const fs::path& of, const fs::path& to) {
    Store store(of);
    back_up_log(store, to);
    store.close();
  }
  // So many more events, of others than `what` is of.
  void write(const fs::path& to, int count, const std::string& what = "view_provider_reports") {
    Store store(to);
    for (int i = 0; i < count; ++i)
      accepted(store, "assign_services", AssignServices{clinic, person_name, {++written_ % 2 == 0 ? what : "manage_referrals"}},
               administrator);
    store.close();
  }
  static LogHead head(const fs::path& of) {
    Store store(of);
    const LogHead out = store.log().head(0);
    store.close();
    return out;
  }
  static Checkpoint checkpoint_in(const fs::path& of, const char* file = "checkpoint") {
    return open_checkpoint(read_whole_file(of / file), read_public_log_key(of)).value();
  }
  LogRestore newest(std::string words = {}) const {
    return {.backup = backups_, .statement = std::move(words), .requested_by = "operator:ops"};
  }
  // Each as the last position, what is lost, and why.
  static std::vector<std::string> restores_of(const fs::path& of) {
    Store store(of);
    store.sequencer();  // Whoever records something records first what is not on record yet.
    std::vector<std::string> out;
    store.log().read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (!event.getFact().isStoreRestored()) return true;
      const auto restored = event.getFact().getStoreRestored();
      out.push_back(std::to_string(restored.getHead()) + " " + std::to_string(restored.getFormerHead()) + " " +
                    std::string{text_of(restored.getStatement())} + " " + std::string{text_of(event.getContext().getRequestedBy())});
      return true;
    });
    store.close();
    return out;
  }

  void back_vault_up() {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    store.close();
  }
  // Each as the erasures that were carried out again.
  static std::vector<std::uint32_t> vault_restores_of(const fs::path& of) {
    Store store(of);
    store.sequencer();
    std::vector<std::uint32_t> out;
    store.log().read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto fact = record.event().getFact();
      if (fact.isStoreRestored() && fact.getStoreRestored().getVault()) out.push_back(fact.getStoreRestored().getErasures());
      return true;
    });
    store.close();
    return out;
  }
  AccountId account_of(const Username& name) {
    AccountId out;
    StoreOptions without;
    without.without_vault = true;
    Store store(store_, without);
    store.log().read_stream(0, StreamName(schema::StreamKind::USERNAME, bytes_of(name.text())), 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      out = account_id_of(record.event());
      return false;
    });
    store.close();
    return out;
  }
  // One erasure is carried out in the vault; then the log is put back to before it while the vault is away, and records another.
  AccountId erase_another_while_the_vault_is_away() {
    back_up(store_, backups_);
    {
      Store store(store_);
      remove_person(store);
      record_erasure(store);
      store.carry_out_erasures();
      back_up_vault(store, folder_ / "vault-backup");
      store.close();
    }
    fs::rename(store_ / "vault", folder_ / "vault-away");
    restore_store(store_, newest("the officer erased the wrong one"), {});
    const Username other = Username::parse("user1").value();
    StoreOptions without;
    without.without_vault = true;
    Store store(store_, without);
    accepted(store, "terminate_account", TerminateAccount{other});
    accepted(store, "erase_subject", EraseSubject{other, "court_order"});
    store.close();
    return account_of(other);
  }

  fs::path folder_;
  fs::path store_ = folder_ / "store";
  fs::path backups_ = folder_ / "backups";
  int written_ = 0;
};

TEST_F(RestoreTest, MarksANewFolderAsReadableByProgramsOfTheLogsFormatAlone) {
  const StoreOptions newer{.format_supported = 2};
  {
    Store store(store_, newer);
    store.upgrade(false);
    back_up_log(store, backups_);
    store.close();
  }
  const fs::path other = folder_ / "other";
  fs::create_directories(other);
  fs::copy(store_ / "keys", other / "keys");
  restore_store(other, newest(), newer);
  EXPECT_TRUE(read_marker(other, 2) == (StoreMarker{2, 2}));
  EXPECT_THROW(Store{other}, StoreTooNew);
}

TEST_F(RestoreTest, RefusesTheBackupOfAnotherLogWhateverIsSaidAndTouchesNothing) {
  back_up(store_, backups_);
  const fs::path other = folder_ / "other";
  make_store_with_person(other);
  write(other, 3);
  const LogHead before = head(other);
  EXPECT_THAT([&] { restore_store(other, newest("all of it may go"), {}); }, ThrowsMessage<RestoreRefused>(HasSubstr("is of another log")));
  EXPECT_EQ(head(other), before);
  EXPECT_TRUE(restores_of(other).empty());
}

TEST_F(RestoreTest, FindsTheBackupsOfOneLogAloneInAFolder) {
  back_up(store_, backups_);
  const fs::path other = folder_ / "other";
  make_store_with_person(other);
  EXPECT_THAT([&] { back_up(other, backups_); }, ThrowsMessage<FolderTaken>(HasSubstr("has the backups of another log")));
  EXPECT_EQ(backups_in(backups_).size(), 1U);
  EXPECT_EQ(read_whole_file(backups_ / "log.vkey"), read_whole_file(store_ / "log.vkey"));
  back_up(store_, backups_);  // Control
}

TEST_F(RestoreTest, RefusesABackupThatWasMadeOfAnotherHistoryOfTheLog) {
  const fs::path other = folder_ / "other";
  fs::copy(store_, other, fs::copy_options::recursive);
  write(store_, 3);
  back_up(store_, backups_);
  write(other, 2, "view_provider_contracts");
  EXPECT_THAT([&] { restore_store(other, newest("all of it may go"), {}); },
              ThrowsMessage<RestoreRefused>(HasSubstr("is of another history")));
}

TEST_F(RestoreTest, HasALossOnRecordWhereverItIsCutOff) {
  write(store_, 2);
  back_up(store_, backups_);
  const Position kept = head(store_).position;
  write(store_, 3);
  const Position last = head(store_).position;
  const fs::path untouched = folder_ / "untouched";
  fs::copy(store_, untouched, fs::copy_options::recursive);
  const std::string loss = std::to_string(kept) + " " + std::to_string(last) + " the disk is gone operator:ops";
  std::size_t step = 1;
  std::size_t completed = 0;
  for (; is_killed_at("restore", store_, step); ++step) {
    try {
      if (head(store_).position < last) ++completed;
    } catch (const std::exception&) {  // It does not open: the same call begins again, and has to be told again what may be lost.
      EXPECT_THAT([&] { restore_store(store_, newest(), {}); }, ThrowsMessage<RestoreRefused>(HasSubstr("--accept-loss"))) << step;
      restore_store(store_, newest("the disk is gone"), {});
    }
    const bool is_lost = head(store_).position < last;
    EXPECT_EQ(restores_of(store_), is_lost ? std::vector{loss} : std::vector<std::string>{}) << step;
    EXPECT_FALSE(fs::exists(store_ / "restored") && is_lost) << step;
    fs::remove_all(store_);
    fs::copy(untouched, store_, fs::copy_options::recursive);
  }
  EXPECT_EQ(step, 7U) << "it has six steps";
  EXPECT_EQ(completed, 1U) << "the last one leaves a store that opens, and records the loss";
}

TEST_F(RestoreTest, IsAskedAgainAboutALossThatIsNotOnRecordYet) {
  back_up(store_, backups_);
  write(store_, 3);
  const Position last = head(store_).position;
  ASSERT_TRUE(is_killed_at("restore", store_, 6));
  EXPECT_THAT([&] { plan_restore(store_, newest()); }, ThrowsMessage<RestoreRefused>(HasSubstr("to " + std::to_string(last))));
}

TEST_F(RestoreTest, RecordsNothingOfARestoringThatWasTakenBack) {
  write_unrecorded_restore(
      store_,
      {.id = "restore:x", .position = 1, .what = {.head = 1, .statement = "gone"}, .former = {9, {}}, .requested_by = "operator:ops"});
  EXPECT_TRUE(restores_of(store_).empty()) << "the log is not the one that was restored";
  EXPECT_FALSE(fs::exists(store_ / "restored"));
}

TEST_F(RestoreTest, HasAVaultThatWasPutBackOnRecordOnceWhereItIsCutOffBeforeThat) {
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    store.close();
  }
  StoreOptions cut_off;
  cut_off.on_step = [](std::string_view step) {
    if (step == "record it") throw std::runtime_error("cut off");
  };
  EXPECT_THAT([&] { restore_vault(store_, folder_ / "vault-backup", "operator:ops", cut_off); },
              ThrowsMessage<std::runtime_error>(HasSubstr("cut off")));
  EXPECT_TRUE(fs::exists(store_ / "restored.vault"));
  for (int start = 0; start < 2; ++start) EXPECT_EQ(restores_of(store_), std::vector<std::string>{"0 0  operator:ops"}) << start;
  EXPECT_FALSE(fs::exists(store_ / "restored.vault"));
}

TEST_F(RestoreTest, HasALossOnRecordBeforeAVaultIsPutBackBehindIt) {
  back_up(store_, backups_);
  const Position kept = head(store_).position;
  write(store_, 3);
  const Position last = head(store_).position;
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    store.close();
  }
  ASSERT_TRUE(is_killed_at("restore", store_, 6));
  restore_vault(store_, folder_ / "vault-backup", "operator:ops", {});
  const std::string loss = std::to_string(kept) + " " + std::to_string(last) + " the disk is gone operator:ops";
  EXPECT_EQ(restores_of(store_), (std::vector<std::string>{loss, "0 0  operator:ops"}));
}

TEST_F(RestoreTest, CountsNothingAsWitnessedThatTheLogNoLongerHas) {
  back_up(store_, backups_);
  write(store_, 3);
  const LogHead before = head(store_);
  replace_file(store_ / "cosigned", with_cosignature(read_whole_file(store_ / "checkpoint")));
  // Where all else that knows of the end is gone, the witnesses' checkpoint is asked.
  fs::remove(store_ / "head");
  fs::remove(store_ / "checkpoint");
  EXPECT_THAT([&] { plan_restore(store_, newest()); }, ThrowsMessage<RestoreRefused>(HasSubstr("to " + std::to_string(before.position))));
  restore_store(store_, newest("lost"), {});
  EXPECT_EQ(read_witnessed(store_, KeyChain(read_public_log_key(store_))), 0U);
  EXPECT_EQ(checkpoint_in(store_, "cosigned.replaced-1").size, before.position);
}

TEST_F(RestoreTest, KeepsWhatWasWitnessedOfWhatIsRestored) {
  write(store_, 3);
  replace_file(store_ / "cosigned", with_cosignature(read_whole_file(store_ / "checkpoint")));
  const Position witnessed = checkpoint_in(store_).size;
  back_up(store_, backups_);
  restore_store(store_, newest(), {});
  EXPECT_EQ(read_witnessed(store_, KeyChain(read_public_log_key(store_))), witnessed);
}

TEST_F(RestoreTest, HoldsABackupAgainstCheckpointsThatWereKeptElsewhere) {
  const fs::path other = folder_ / "other";
  fs::copy(store_, other, fs::copy_options::recursive);
  write(store_, 3);
  back_up(store_, backups_);
  write(store_, 3);
  fs::copy_file(store_ / "checkpoint", folder_ / "later");
  const StoreOptions with_key{.log_key_file = store_ / "keys" / "log.key"};
  LogRestore restore = newest();
  restore.checkpoints = {folder_ / "later"};
  EXPECT_THAT([&] { restore_store(folder_ / "new", restore, with_key); }, ThrowsMessage<RestoreRefused>(HasSubstr("--accept-loss")));
  write(other, 1, "view_provider_contracts");
  restore.checkpoints = {other / "checkpoint"};
  EXPECT_THAT([&] { restore_store(folder_ / "new", restore, with_key); },
              ThrowsMessage<RestoreRefused>(HasSubstr("is of another history")));
  make_store_with_person(folder_ / "stranger");
  restore.checkpoints = {folder_ / "stranger" / "checkpoint"};
  EXPECT_THAT([&] { restore_store(folder_ / "new", restore, with_key); }, ThrowsMessage<RestoreRefused>(HasSubstr("key_unknown")));
  restore.checkpoints = {};
  restore_store(folder_ / "new", restore, with_key);  // Control
}

TEST_F(RestoreTest, RestoresOverADurableHeadThatIsDamaged) {
  write(store_, 3);
  const Position last = head(store_).position;
  back_up(store_, backups_);
  replace_file(store_ / "head", std::string(8192, 'x'));
  EXPECT_EQ(restore_store(store_, newest(), {}).head, last);
  EXPECT_EQ(head(store_).position, last + 1);
}

// The vault counts erasures. A log that was put back to before one, and has another one in its place, has as many.
TEST_F(RestoreTest, ErasesInAVaultThatIsPutBackWhomeverTheLogNames) {
  const AccountId account = erase_another_while_the_vault_is_away();
  EXPECT_EQ(restore_vault(store_, folder_ / "vault-backup", "operator:ops", {}).erasures, 1U);
  EXPECT_EQ(vault_restores_of(store_), std::vector<std::uint32_t>{1});
  Store store(store_);
  EXPECT_EQ(store.vault().erasures_done().count, 1U);
  EXPECT_FALSE(store.vault().account_key(account));
  store.close();
}

TEST_F(RestoreTest, ErasesInAVaultThatComesBackByItselfWhomeverTheLogNames) {
  const AccountId account = erase_another_while_the_vault_is_away();
  fs::rename(folder_ / "vault-away", store_ / "vault");
  EXPECT_EQ(erasures_done_in(store_ / "vault").count, 1U) << "as many as the log records: their number alone shows nothing";
  {
    const Vault vault(store_ / "vault", read_epoch_key(store_ / "keys" / "epoch.key"), [](const AccountId&) { return true; });
    EXPECT_TRUE(const_cast<Vault&>(vault).account_key(account)) << "before it is opened with its log";
  }
  Store store(store_);
  EXPECT_FALSE(store.vault().account_key(account));
  EXPECT_EQ(erasures_carried_out(store.log(), store.vault().erasures_done()), 1U);
  store.close();
}

TEST_F(RestoreTest, HasAVaultThatWasPutBackOnRecordWhereverItIsKilled) {
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    remove_person(store);
    record_erasure(store);
    store.carry_out_erasures();
    store.close();
  }
  const fs::path untouched = folder_ / "untouched";
  fs::copy(store_, untouched, fs::copy_options::recursive);
  std::size_t step = 1;
  std::size_t begun_again = 0;
  for (; is_killed_at("restore-vault", store_, step); ++step) {
    if (!fs::exists(store_ / "vault")) {
      EXPECT_THROW(Store{store_}, VaultError) << step;
      restore_vault(store_, folder_ / "vault-backup", "operator:ops", {});
      ++begun_again;
    }
    const bool was_replaced = fs::exists(store_ / "vault.replaced-1");
    for (int start = 0; start < 2; ++start)
      EXPECT_EQ(vault_restores_of(store_), (was_replaced ? std::vector<std::uint32_t>{1} : std::vector<std::uint32_t>{})) << step;
    EXPECT_FALSE(fs::exists(store_ / "restored.vault")) << step;
    fs::remove_all(store_);
    fs::copy(untouched, store_, fs::copy_options::recursive);
  }
  EXPECT_EQ(step, 9U) << "it has five steps, and the erasure that is carried out again three";
  EXPECT_EQ(begun_again, 1U);
}

TEST_F(RestoreTest, PutsNoVaultBackThatCannotBeRecordedForWantOfTheLogsKey) {
  back_vault_up();
  put_under_passphrase(store_ / "keys" / "log.key", "correct horse");
  EXPECT_THAT([&] { restore_vault(store_, folder_ / "vault-backup", "operator:ops", {}); },
              ThrowsMessage<LogKeyError>(HasSubstr("the passphrase does not open it")));
  EXPECT_FALSE(fs::exists(store_ / "vault.replaced-1"));
  EXPECT_FALSE(fs::exists(store_ / "restored.vault"));
  StoreOptions with_passphrase;
  with_passphrase.log_key_passphrase = "correct horse";
  restore_vault(store_, folder_ / "vault-backup", "operator:ops", with_passphrase);  // Control
  EXPECT_TRUE(fs::exists(store_ / "vault.replaced-1"));
}

TEST_F(RestoreTest, HasAVaultOnRecordThatWasPutBackBeforeTheLogWas) {
  back_vault_up();
  back_up(store_, backups_);
  ASSERT_TRUE(is_killed_at("restore-vault", store_, 5));
  ASSERT_TRUE(fs::exists(store_ / "restored.vault"));
  write_unrecorded_restore(store_, {.id = "restore:x", .position = 1, .what = {.head = 1}});  // As of a log that was put back again.
  restore_store(store_, newest(), {});
  EXPECT_EQ(vault_restores_of(store_), std::vector<std::uint32_t>{0});
  EXPECT_EQ(restores_of(store_).size(), 2U) << "the log's too";
}

TEST_F(RestoreTest, AsksTheCheckpointsThatTheLogItselfKeepsWhereAllBesideItIsGone) {
  back_up(store_, backups_);
  write(store_, 3);
  const Position last = head(store_).position;
  for (const char* beside : {"head", "checkpoint"}) fs::remove(store_ / beside);
  EXPECT_THAT([&] { plan_restore(store_, newest()); }, ThrowsMessage<RestoreRefused>(HasSubstr("to " + std::to_string(last))));
  fs::rename(store_ / "log", folder_ / "log-away");
  EXPECT_EQ(plan_restore(store_, newest()).former.position, 0U) << "a control: it is the log that knew";
}

TEST_F(RestoreTest, SaysWhichOfTheStoresFilesTellsNothingOfLaterEvents) {
  back_up(store_, backups_);
  EXPECT_TRUE(plan_restore(store_, newest()).unreadable.empty());
  replace_file(store_ / "checkpoint", "no checkpoint");
  fs::remove(store_ / "log" / "CURRENT");
  EXPECT_EQ(plan_restore(store_, newest()).untold, "") << "the durable head says how far it was";
  EXPECT_THAT(plan_restore(store_, newest()).unreadable,
              testing::ElementsAre(HasSubstr("checkpoint: no checkpoint that the log's key signed"), HasSubstr("/log: ")));
}

TEST_F(RestoreTest, TakesNoBackupWithoutAWordWhereNothingThatCanBeReadSaysHowFarTheLogWas) {
  back_up(store_, backups_);
  const Position backed_up = head(store_).position;
  write(store_, 3);
  fs::copy_file(store_ / "checkpoint", folder_ / "elsewhere");
  fs::copy_file(store_ / "checkpoint", store_ / "cosigned");
  back_up(store_, folder_ / "newer");
  write(store_, 2);
  replace_file(store_ / "head", std::string(8192, 'x'));
  replace_file(store_ / "checkpoint", "no checkpoint");
  fs::remove(store_ / "log" / "CURRENT");
  LogRestore restore{.backup = folder_ / "newer", .requested_by = "operator:ops"};
  EXPECT_THAT([&] { restore_store(store_, restore, {}); },
              ThrowsMessage<RestoreRefused>(testing::AllOf(HasSubstr("(head, checkpoint, log)"), HasSubstr("--accept-loss"))))
      << "what was cosigned says how far it was at some time";
  restore.checkpoints = {folder_ / "elsewhere"};
  EXPECT_EQ(plan_restore(store_, restore).untold, "");
  restore.checkpoints = {};
  restore.statement = "the disk is gone";
  const Position restored = restore_store(store_, restore, {}).head;
  EXPECT_EQ(restored, backed_up + 3);
  EXPECT_THAT(restores_of(store_), testing::ElementsAre(std::to_string(restored) +
                                                        " 0 the disk is gone (could not be read: head, checkpoint, log) operator:ops"));
}

TEST_F(RestoreTest, LeavesNoCopyBehindWhereItIsRefused) {
  back_up(store_, backups_);
  const fs::path other = folder_ / "other";
  make_store_with_person(other);
  EXPECT_THROW(restore_store(other, newest("all of it may go"), {}), RestoreRefused);
  for (const char* part : {"restoring.log", "restoring.log.head", "restoring.part"}) EXPECT_FALSE(fs::exists(other / part)) << part;
}

TEST_F(RestoreTest, MakesAStoreThatItsOwnerAloneMayEnter) {
  back_up(store_, backups_);
  const ::mode_t usual = ::umask(022);
  restore_store(folder_ / "new" / "store", newest(), {.log_key_file = store_ / "keys" / "log.key"});
  back_up(store_, folder_ / "more" / "backups");
  ::umask(usual);
  for (const char* made : {"new/store", "more/backups"}) EXPECT_EQ(fs::status(folder_ / made).permissions(), fs::perms::owner_all) << made;
}

// A damaged manifest is none of the other backups' business, and no reason to take an older one without a word.
TEST_F(RestoreTest, TakesABackupBesideADamagedOneWhereItIsNamed) {
  back_up(store_, backups_);
  write(store_, 1);
  back_up(store_, backups_);
  replace_file(backups_ / "manifest-000002", "x");
  EXPECT_THAT([&] { plan_restore(store_, newest("gone")); }, ThrowsMessage<BackupDamaged>(HasSubstr("manifest-000002")));
  LogRestore restore = newest("gone");
  restore.number = 2;
  EXPECT_THROW(plan_restore(store_, restore), BackupDamaged);
  restore.number = 1;
  EXPECT_EQ(restore_store(store_, restore, {}).from.number, 1U);
}

}  // namespace
}  // namespace muniment::test
