#include "tools/store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "aggregates/world.h"
#include "events/log/log_backups.h"
#include "people.h"
#include "tests/events/proof/seed_signer.h"
#include "tools/store/durable_file.h"
#include "tools/store/restore.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

class BackupTest : public testing::Test {
 protected:
  BackupTest() : folder_(fs::path(testing::TempDir()) / ("muniment_backup_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    make_store_with_person(store_);
  }
  ~BackupTest() override { fs::remove_all(folder_); }

  BackupManifest back_up() {
    Store store(store_);
    const BackupManifest out = back_up_log(store, backups_);
    store.close();
    return out;
  }
  // So many more events.
  void write(int count) {
    Store store(store_);
    for (int i = 0; i < count; ++i) {
      const std::string service = ++written_ % 2 == 0 ? "view_provider_reports" : "manage_referrals";  // Each time another.
      accepted(store, "assign_services", AssignServices{clinic, person_name, {service}}, administrator);
    }
    store.close();
  }
  LogHead head(const fs::path& store_folder) {
    StoreOptions options;
    options.without_vault = !fs::exists(store_folder / "vault");
    Store store(store_folder, options);
    const LogHead out = store.log().head(0);
    store.close();
    return out;
  }
  LogHead head() { return head(store_); }
  Digest digest_up_to(const fs::path& store_folder, Position last) {
    StoreOptions options;
    options.without_vault = !fs::exists(store_folder / "vault");
    Store store(store_folder, options);
    World world;
    store.log().read(0, 1, last, [&](Position, RecordWords words) {
      RecordReader record(words);
      world.evolve(record.event());
      return true;
    });
    store.close();
    return world.digest();
  }
  std::string last_restore(const fs::path& store_folder) {
    StoreOptions options;
    options.without_vault = !fs::exists(store_folder / "vault");
    Store store(store_folder, options);
    std::string out;
    store.log().read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (!event.getFact().isStoreRestored()) return true;
      const auto restored = event.getFact().getStoreRestored();
      out = std::to_string(restored.getHead()) + " " + std::to_string(restored.getFormerHead()) + " " +
            std::string{text_of(restored.getStatement())} + (restored.getVault() ? " vault " : " ") +
            std::to_string(restored.getErasures()) + " " + std::string{text_of(event.getContext().getRequestedBy())};
      return true;
    });
    store.close();
    return out;
  }
  // As a witness's cosignature is kept, with none in it.
  std::string cosign_newest() const {
    std::string note = read_whole_file(store_ / "checkpoint");
    replace_file(store_ / "cosigned", note);
    return note;
  }
  LogRestore newest() const { return {.backup = backups_, .requested_by = "operator:ops"}; }

  fs::path folder_;
  fs::path store_ = folder_ / "store";
  fs::path backups_ = folder_ / "backups";
  // A restoring is recorded, and what is recorded is signed: on a new machine too.
  StoreOptions with_log_key() const { return {.log_key_file = store_ / "keys" / "log.key"}; }

  fs::path elsewhere_ = folder_ / "elsewhere";
  int written_ = 0;
};

TEST_F(BackupTest, PutsTheLogIntoANewFolderAsItWas) {
  write(5);
  const LogHead before = head();
  EXPECT_EQ(back_up().head, before);
  const RestoredLog restored = restore_store(elsewhere_, newest(), with_log_key());
  EXPECT_EQ(restored.head, before.position);
  EXPECT_EQ(restored.former.position, 0U);
  EXPECT_EQ(head(elsewhere_).position, before.position + 1) << "that it was restored is recorded";
  EXPECT_EQ(last_restore(elsewhere_), std::to_string(before.position) + " 0  0 operator:ops");
  EXPECT_EQ(digest_up_to(elsewhere_, before.position), digest_up_to(store_, before.position));
}

TEST_F(BackupTest, CopiesWhatIsNewAloneAndKeepsSoManyAsIsAsked) {
  write(3);
  const BackupManifest first = back_up();
  write(3);
  const BackupManifest second = back_up();
  write(3);
  const BackupManifest third = back_up();
  EXPECT_LT(first.head.position, second.head.position);
  EXPECT_THAT(backups_in(backups_), SizeIs(3));
  keep_newest_backups(backups_, 2);
  const auto left = backups_in(backups_);
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_EQ(left.front().number, second.number);
  EXPECT_EQ(left.back().head, third.head);
  EXPECT_EQ(restore_store(elsewhere_, newest(), with_log_key()).head, third.head.position);
}

TEST_F(BackupTest, IsNeverAskedToKeepNone) {
  write(1);
  back_up();
  EXPECT_DEATH(keep_newest_backups(backups_, 0), "broken invariant");
  EXPECT_THAT(backups_in(backups_), SizeIs(1));
}

TEST_F(BackupTest, KeepsTheTimeStampsUpToThePositionThatIsAskedFor) {
  write(4);
  const Position wanted = head().position;
  {
    Store store(store_);
    for (const Position size : {Position{2}, wanted, wanted + 2}) store.log().keep_time_stamp(size, "token " + std::to_string(size));
    store.close();
  }
  write(4);
  back_up();
  LogRestore restore = newest();
  restore.position = wanted;
  restore_store(elsewhere_, restore, with_log_key());
  StoreOptions options = with_log_key();
  options.without_vault = true;
  Store store(elsewhere_, options);
  std::vector<std::string> kept;
  store.log().read_time_stamps(0, [&](Position, std::string_view token) {
    kept.emplace_back(token);
    return true;
  });
  store.close();
  EXPECT_THAT(kept, testing::ElementsAre("token 2", "token " + std::to_string(wanted)));
}

TEST_F(BackupTest, EndsAtThePositionThatIsAskedFor) {
  write(4);
  const Position wanted = head().position;
  back_up();
  write(4);
  back_up();
  LogRestore restore = newest();
  restore.position = wanted + 2;
  const RestoredLog restored = restore_store(elsewhere_, restore, with_log_key());
  EXPECT_EQ(restored.from.number, 2U) << "the first that reaches so far";
  EXPECT_EQ(restored.head, wanted + 2);
  EXPECT_EQ(digest_up_to(elsewhere_, wanted + 2), digest_up_to(store_, wanted + 2));
}

TEST_F(BackupTest, GoesBehindWhatWasDurableOnlyWhenThatIsSaidInWords) {
  write(2);
  const LogHead backed_up = back_up().head;
  write(3);
  const LogHead lost = head();
  EXPECT_THAT([&] { restore_store(store_, newest(), {}); },
              ThrowsMessage<RestoreRefused>(AllOf(HasSubstr("were durable in this store"), HasSubstr("--accept-loss"))));
  EXPECT_EQ(head(), lost) << "and nothing has changed";
  LogRestore told = newest();
  told.statement = "the disk is gone, and so are they";
  const RestoredLog restored = restore_store(store_, told, {});
  EXPECT_EQ(restored.former.position, lost.position);
  EXPECT_TRUE(fs::exists(restored.set_aside));
  EXPECT_EQ(head().position, backed_up.position + 1);
  EXPECT_EQ(last_restore(store_),
            std::to_string(backed_up.position) + " " + std::to_string(lost.position) + " the disk is gone, and so are they 0 operator:ops");
}

TEST_F(BackupTest, IsRecordedAtTheNextStartWhereItWasCutOffBeforeThat) {
  write(2);
  const Position backed_up = back_up().head.position;
  write(3);
  const Position lost = head().position;
  LogRestore told = newest();
  told.statement = "the disk is gone";
  StoreOptions cut_off;
  cut_off.on_step = [](std::string_view step) {
    if (step == "record it") throw std::runtime_error("cut off");
  };
  EXPECT_THROW(restore_store(store_, told, cut_off), std::runtime_error);
  EXPECT_EQ(head().position, backed_up) << "the restored log is in place, and nothing has been written to it";
  for (int start = 0; start < 2; ++start) {
    Store store(store_);
    store.sequencer();
    store.close();
  }
  EXPECT_EQ(head().position, backed_up + 1) << "once";
  EXPECT_EQ(last_restore(store_), std::to_string(backed_up) + " " + std::to_string(lost) + " the disk is gone 0 operator:ops");
}

TEST_F(BackupTest, LosesNothingWhereTheLogAloneWasLost) {
  write(2);
  const LogHead backed_up = back_up().head;
  fs::remove_all(store_ / "log");
  EXPECT_EQ(restore_store(store_, newest(), {}).former.position, 0U);
  EXPECT_EQ(head().position, backed_up.position + 1);
}

TEST_F(BackupTest, PutsTheLogBackWhateverHasBecomeOfTheVault) {
  back_up();
  fs::remove_all(store_ / "vault");
  EXPECT_EQ(restore_store(store_, newest(), {}).former.position, 0U);
  EXPECT_THAT(last_restore(store_), HasSubstr("operator:ops"));
}

TEST_F(BackupTest, FindsAFileOfTheBackupThatWasChangedAndChangesNothing) {
  write(2);
  back_up();
  const LogHead before = head();
  for (const auto& entry : fs::recursive_directory_iterator(backups_)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('\x5a');
    break;
  }
  EXPECT_THAT([&] { restore_store(store_, newest(), {}); }, ThrowsMessage<LogDamaged>(HasSubstr("use another backup")));
  EXPECT_EQ(head(), before);
}

TEST_F(BackupTest, KeepsTheCheckpointThatWasCosignedAndPutsItBack) {
  write(2);
  const std::string cosigned = cosign_newest();  // By nobody, which is as good for this: it is the log's own signature that is looked at.
  const Position witnessed = head().position;
  write(2);
  EXPECT_EQ(back_up().witnessed, witnessed);
  EXPECT_EQ(backups_in(backups_).at(0).witnessed, witnessed);
  restore_store(elsewhere_, newest(), with_log_key());
  EXPECT_EQ(read_whole_file(elsewhere_ / "cosigned"), cosigned);
  LogRestore shorter = newest();
  shorter.position = witnessed - 1;
  restore_store(folder_ / "shorter", shorter, with_log_key());
  EXPECT_FALSE(fs::exists(folder_ / "shorter" / "cosigned")) << "it covers what was left out";
}

TEST_F(BackupTest, FindsACosignedCheckpointThatIsMissingOrAnother) {
  write(2);
  cosign_newest();
  const BackupManifest made = back_up();
  const fs::path file = cosigned_in_backup(backups_, made.number);
  const std::string cosigned = read_whole_file(file);
  replace_file(file, cosigned + "x");
  EXPECT_THAT([&] { restore_store(elsewhere_, newest(), with_log_key()); }, ThrowsMessage<BackupDamaged>(HasSubstr("cosigned")));
  fs::remove(file);
  EXPECT_THAT([&] { restore_store(elsewhere_, newest(), with_log_key()); }, ThrowsMessage<BackupDamaged>(HasSubstr("cosigned")));
  replace_file(file, cosigned);
  restore_store(elsewhere_, newest(), with_log_key());
}

TEST_F(BackupTest, GoesNotBehindWhatWitnessesCosignedWhateverElseWasLost) {
  write(2);
  const LogHead backed_up = back_up().head;
  write(3);
  cosign_newest();
  const Position witnessed = head().position;
  for (const char* lost : {"log", "head", "checkpoint"}) fs::remove_all(store_ / lost);
  EXPECT_THAT([&] { restore_store(store_, newest(), {}); }, ThrowsMessage<RestoreRefused>(HasSubstr("were durable in this store")));
  LogRestore told = newest();
  told.statement = "the disk is gone";
  EXPECT_EQ(restore_store(store_, told, {}).former.position, witnessed);
  EXPECT_EQ(head().position, backed_up.position + 1);
  EXPECT_FALSE(fs::exists(store_ / "cosigned"));
  EXPECT_TRUE(fs::exists(store_ / "cosigned.replaced-1"));
}

TEST_F(BackupTest, FindsACheckpointAmongThoseThatAreKeptWhichTheLogDidNotSign) {
  write(5);
  {
    Store store(store_);
    SeedSigner stranger(store.log_key().name, 7);
    store.log().keep_checkpoint(3, sign_checkpoint(stranger, 3, Hash{}));
    store.close();
  }
  back_up();
  EXPECT_THAT([&] { restore_store(elsewhere_, newest(), with_log_key()); }, ThrowsMessage<LogDamaged>(HasSubstr("use another backup")));
  EXPECT_FALSE(fs::exists(elsewhere_ / "log"));
}

TEST_F(BackupTest, SaysWhereThereIsNone) {
  EXPECT_THAT([&] { backups_in(folder_ / "nowhere"); }, ThrowsMessage<NoBackup>(HasSubstr("name the folder that")));
  EXPECT_THAT([&] { vault_manifest_in(folder_ / "nowhere"); }, ThrowsMessage<NoBackup>(HasSubstr("name the folder that")));
  back_up();
  LogRestore restore = newest();
  restore.number = 99;
  EXPECT_THAT([&] { plan_restore(store_, restore); }, ThrowsMessage<NoBackup>(HasSubstr("muniment backup list")));
  fs::create_directories(folder_ / "cut-off" / "vault");
  EXPECT_THAT([&] { vault_manifest_in(folder_ / "cut-off"); }, ThrowsMessage<BackupDamaged>(HasSubstr("was cut off")));
}

TEST_F(BackupTest, FindsAManifestThatIsNotWhatWasWritten) {
  back_up();
  const fs::path manifest = backups_ / "manifest-000001";
  std::ifstream in(manifest);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("position ") + 9, 1, "9");
  std::ofstream(manifest, std::ios::trunc) << text;
  EXPECT_THAT(backups_in(backups_), testing::IsEmpty());
  const auto damaged = damaged_backups_in(backups_);
  ASSERT_THAT(damaged, SizeIs(1));
  EXPECT_EQ(damaged.front().number, 1U);
  EXPECT_THAT(damaged.front().what, HasSubstr("its checksum does not match"));
}

TEST_F(BackupTest, CountsNoneThatWasCutOffOrIsDamagedAmongThoseItKeeps) {
  for (int i = 0; i < 4; ++i) back_up();
  replace_file(backups_ / "manifest-000001", "x");
  fs::remove(backups_ / "manifest-000003");  // As a cut off between the engine and the manifest leaves it.
  back_up();
  keep_newest_backups(backups_, 2);
  std::vector<std::uint32_t> kept;
  for (const BackupManifest& one : backups_in(backups_)) kept.push_back(one.number);
  EXPECT_THAT(kept, testing::ElementsAre(4U, 5U));
  EXPECT_THAT(log_backups(backups_ / "log"), testing::ElementsAre(1U, 4U, 5U)) << "the damaged one is left for whoever looks at it";
  EXPECT_FALSE(fs::exists(backups_ / "manifest-000002"));
}

TEST_F(BackupTest, IsNotMadeWithinTheStore) {
  Store store(store_);
  EXPECT_THAT([&] { back_up_log(store, store_ / "backups"); }, ThrowsMessage<FolderTaken>(HasSubstr("is in the store's own folder")));
  EXPECT_THAT([&] { back_up_vault(store, store_ / "vault-backup"); },
              ThrowsMessage<FolderTaken>(HasSubstr("is in the store's own folder")));
  store.close();
}

TEST_F(BackupTest, IsMadeWhileCommandsAreRecordedAndHoldsWhatWasDurableThen) {
  Store store(store_);
  store.sequencer();
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      accepted(store, "assign_services", AssignServices{clinic, person_name, {i % 2 == 0 ? "view_provider_reports" : "manage_referrals"}},
               administrator);
    }
  });
  std::vector<BackupManifest> made;
  for (int i = 0; i < 5; ++i) {
    const Position before = store.log().head(0).position;
    store.log().wait_beyond(0, before + 20, std::chrono::seconds(30));
    made.push_back(back_up_log(store, backups_));
    EXPECT_GE(made.back().head.position, before);
  }
  back_up_vault(store, folder_ / "vault-backup");
  stop = true;
  writer.join();
  const LogHead last = store.log().head(0);
  store.close();
  for (const BackupManifest& one : made) {
    LogRestore restore = newest();
    restore.number = one.number;
    restore.position = one.head.position;
    const fs::path to = folder_ / ("restored-" + std::to_string(one.number));
    restore_store(to, restore, with_log_key());
    EXPECT_EQ(digest_up_to(to, one.head.position), digest_up_to(store_, one.head.position)) << one.number;
  }
  EXPECT_LT(made.front().head.position, last.position);
}

TEST_F(BackupTest, PutsAVaultBackAndErasesAgainWhoWasErasedLater) {
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    remove_person(store);
    record_erasure(store);
    store.carry_out_erasures();
    store.close();
  }
  fs::remove_all(store_ / "vault");
  EXPECT_THROW(Store{store_}, VaultError);
  const RestoredVault restored = restore_vault(store_, folder_ / "vault-backup", "operator:ops", {});
  EXPECT_EQ(restored.erasures, 1U);
  EXPECT_GT(restored.accounts, 2U);
  EXPECT_EQ(last_restore(store_), "0 0  vault 1 operator:ops");
  Store store(store_);
  EXPECT_EQ(store.vault().erasures_done().count, 1U);
  store.close();
}

TEST_F(BackupTest, RefusesAVaultThatTheEpochKeyDoesNotOpenAndLeavesTheOneThatIsThere) {
  {
    Store store(store_);
    back_up_vault(store, folder_ / "vault-backup");
    store.close();
  }
  fs::remove(store_ / "keys" / "epoch.key");
  fs::remove_all(store_ / "vault");
  Vault::create(store_ / "vault", store_ / "keys" / "epoch.key");
  EXPECT_THAT([&] { restore_vault(store_, folder_ / "vault-backup", "operator:ops", {}); },
              ThrowsMessage<VaultError>(HasSubstr("does not open with this copy")));
  EXPECT_TRUE(fs::exists(store_ / "vault" / "CURRENT"));
}

}  // namespace
}  // namespace muniment::test
