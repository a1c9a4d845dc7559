// A vault moves into a database of its own and back, the same in everything, and nodes take it over from each other there.
#include "tools/store/vault_move.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "events/log/postgres_log.h"
#include "events/vault/postgres_vault_store.h"
#include "events/vault/rotation.h"
#include "people.h"
#include "tests/events/log/postgres_server.h"
#include "tools/store/backup.h"
#include "tools/store/epoch_rotation.h"
#include "tools/store/log_move.h"
#include "tools/store/restore.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

struct VaultMoveCutOff {};

class VaultInADatabase : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << no_postgres;
    test::make_store_with_person(store_);
    url_ = server_->fresh_database();
  }
  VaultMoveOptions options() const { return {.store = store_, .url = url_}; }
  // What only this vault gives: what is sealed in the log, opened, PINs, and a fingerprint.
  struct Opened {
    std::vector<std::string> names;
    std::vector<std::string> pins;
    Fingerprint fingerprint{};
    bool operator==(const Opened&) const = default;
  };
  static Opened opened(Store& store) {
    Opened out;
    out.fingerprint = store.vault().fingerprint(bytes_of("content"));
    store.log().read(0, 1, store.log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      if (const auto personal = store.open_personal(record.event())) out.names.push_back(personal->profile.last_name);
      if (!has_account(record.event())) return true;
      if (const auto pin = store.vault().pin(account_id_of(record.event()), event_id_of(record.event()))) out.pins.push_back(*pin);
      return true;
    });
    return out;
  }
  static Opened opened(const fs::path& folder) {
    Store store(folder);
    Opened out = opened(store);
    store.close();
    return out;
  }
  // By the vault's own database.
  PostgresRows in_database(const std::string& sql) const {
    const PostgresUrl url(url_);
    return PostgresConnection(url, url.hosts().front(), 30s).run_one({sql.c_str()});
  }
  static void create(Store& store, const std::string& last_name) {
    test::accepted(store, "create_subordinate",
                   CreateSubordinate{test::clinic,
                                     Profile{last_name, "Rita", "", "03/03", "r@clinic.example", "02139"},
                                     "7531",
                                     {"claims_submission_and_status"},
                                     false},
                   test::administrator);
  }

  TempFolder folder_;
  const fs::path store_ = folder_ / "store";
  PostgresServer* server_ = nullptr;
  std::string url_;
};

TEST_F(VaultInADatabase, IsTheSameThereAndBack) {
  const Opened before = opened(store_);
  ASSERT_THAT(before.names, Contains(test::person.last_name));
  ASSERT_THAT(before.pins, Contains(test::person_pin));
  const VaultMoved there = move_vault_to_database(options());
  EXPECT_GT(there.entries, 5U);
  EXPECT_EQ(read_vault_url(store_), url_);
  EXPECT_FALSE(fs::exists(store_ / "vault"));
  EXPECT_TRUE(fs::exists(there.kept));
  EXPECT_EQ(opened(store_), before);
  {
    Store store(store_);
    create(store, "Stone");
    store.close();
  }
  const Opened grown = opened(store_);
  EXPECT_THAT(grown.names, Contains("Stone"));
  move_vault_to_folder(options());
  EXPECT_EQ(read_vault_url(store_), "");
  EXPECT_TRUE(fs::exists(store_ / "vault"));
  EXPECT_EQ(opened(store_), grown);
  EXPECT_FALSE(PostgresVaultStore::is_there({.url = PostgresUrl(url_)}));
}

TEST_F(VaultInADatabase, GoesOnWhereTheWayThereWasCutOff) {
  const Opened before = opened(store_);
  for (const std::string_view at :
       {"copy the vault", "read it again", "finish the database's vault", "name the database", "set the folder's vault aside"}) {
    VaultMoveOptions cut = options();
    cut.on_step = [&](std::string_view step) {
      if (step == at) throw VaultMoveCutOff{};
    };
    EXPECT_THROW(move_vault_to_database(cut), VaultMoveCutOff) << at;
    EXPECT_EQ(opened(store_), before) << at;
  }
  move_vault_to_database(options());
  EXPECT_FALSE(fs::exists(store_ / "vault"));
  EXPECT_EQ(opened(store_), before);
}

TEST_F(VaultInADatabase, GoesOnWhereTheWayBackWasCutOff) {
  move_vault_to_database(options());
  const Opened before = opened(store_);
  for (const std::string_view at :
       {"copy the vault", "read it again", "remove the database's vault", "name the folder", "put the vault in its place"}) {
    VaultMoveOptions cut = options();
    cut.on_step = [&](std::string_view step) {
      if (step == at) throw VaultMoveCutOff{};
    };
    EXPECT_THROW(move_vault_to_folder(cut), VaultMoveCutOff) << at;
    if (at == "name the folder" || at == "put the vault in its place") {
      EXPECT_THROW(Store{store_}, VaultError) << "nothing is served by halves";
    } else {
      EXPECT_EQ(opened(store_), before) << at;
    }
  }
  move_vault_to_folder(options());
  EXPECT_EQ(opened(store_), before);
}

// While the database's vault was being removed, at whatever point.
TEST_F(VaultInADatabase, LeavesNothingInTheDatabaseWhereItsRemovalWasCutOff) {
  const Opened before = opened(store_);
  for (const char* const left : {"UPDATE muniment_vault_owner SET format = 0", "DELETE FROM muniment_vault_owner"}) {
    move_vault_to_database(options());
    VaultMoveOptions cut = options();
    cut.on_step = [&](std::string_view step) {
      if (step == "remove the database's vault") throw VaultMoveCutOff{};
    };
    EXPECT_THROW(move_vault_to_folder(cut), VaultMoveCutOff);
    in_database(left);
    move_vault_to_folder(options());
    EXPECT_EQ(in_database("SELECT count(*)::int8 FROM muniment_vault_entries").number(0, 0), 0U) << left;
    EXPECT_EQ(in_database("SELECT count(*)::int8 FROM muniment_vault_owner").number(0, 0), 0U) << left;
    EXPECT_EQ(opened(store_), before);
  }
}

// As by a backup of the database, or a standby that took over without what its primary had acknowledged.
class VaultThatWasPutBack : public VaultInADatabase {
 protected:
  void SetUp() override {
    VaultInADatabase::SetUp();
    if (server_ == nullptr) return;
    move_vault_to_database(options());
    opened(store_);
    in_database("CREATE TABLE entries_before AS SELECT * FROM muniment_vault_entries");
    in_database("CREATE TABLE owner_before AS SELECT * FROM muniment_vault_owner");
    Store store(store_);
    for (char last = 'a'; last <= 'j'; ++last) create(store, std::string{"Stone"} + last);
    store.close();
    in_database("DELETE FROM muniment_vault_entries");
    in_database("INSERT INTO muniment_vault_entries SELECT * FROM entries_before");
    in_database("DELETE FROM muniment_vault_owner");
    in_database("INSERT INTO muniment_vault_owner SELECT * FROM owner_before");
  }
  std::unique_ptr<VaultStore> open_soon() const { return open_vault_entries(store_, {.retry_for = 500ms}); }
  fs::path seen() const { return store_ / "vault.seen"; }
};

TEST_F(VaultThatWasPutBack, IsNotOpenedAtThePlainStartThatFollows) {
  EXPECT_THAT([&] { open_soon(); }, ThrowsMessage<VaultDamaged>(HasSubstr("keys are missing there")));
  fs::remove(seen());
  EXPECT_NO_THROW(open_soon()->close()) << "the control: nothing else counts its groups";
}

TEST_F(VaultThatWasPutBack, IsMissedByTheLogWhereTheNodeHasCountedNothing) {
  fs::remove(seen());
  EXPECT_THAT([&] { Store{store_}; }, ThrowsMessage<VaultDamaged>(HasSubstr("lacks the key or the PIN")));
}

TEST_F(VaultThatWasPutBack, IsOpenedOnceThatIsAcceptedAndThenOnRecord) {
  const auto restores = [](Store& store) {
    int count = 0;
    store.log().read(0, 1, store.log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      if (record.event().getFact().isStoreRestored()) ++count;
      return true;
    });
    return count;
  };
  Store(store_, {.accepts_damaged_vault = true}).close();
  {
    Store store(store_);
    store.sequencer();
    EXPECT_EQ(restores(store), 1);
    create(store, "Flint");
    store.close();
  }
  Store store(store_);
  EXPECT_THAT(opened(store).names, Contains("Flint"));
  store.sequencer();
  EXPECT_EQ(restores(store), 1);
  store.close();
}

TEST_F(VaultInADatabase, ThatLacksNothingIsOpenedWithoutARecordOfALoss) {
  move_vault_to_database(options());
  opened(store_);
  Store(store_, {.accepts_damaged_vault = true}).close();
  EXPECT_FALSE(fs::exists(store_ / "restored.vault"));
}

TEST_F(VaultInADatabase, ChangesNothingInADryRun) {
  VaultMoveOptions dry = options();
  dry.is_dry_run = true;
  EXPECT_GT(move_vault_to_database(dry).entries, 5U);
  EXPECT_EQ(read_vault_url(store_), "");
  EXPECT_FALSE(PostgresVaultStore::is_there({.url = PostgresUrl(url_)}));
  move_vault_to_database(options());
  EXPECT_GT(move_vault_to_folder(dry).entries, 5U);
  EXPECT_EQ(read_vault_url(store_), url_);
}

TEST_F(VaultInADatabase, IsNeverInTheDatabaseOfTheLog) {
  const std::string log = server_->fresh_database();
  move_log_to_database({.store = store_, .url = log});
  EXPECT_THAT([&] { move_vault_to_database({.store = store_, .url = log}); },
              ThrowsMessage<VaultError>(HasSubstr("a log is kept in the same database")));
  move_log_to_folder({.store = store_, .url = log});
  move_vault_to_database(options());
  EXPECT_THAT([&] { move_log_to_database({.store = store_, .url = url_}); },
              ThrowsMessage<LogFailed>(HasSubstr("a vault is kept in the same database")));
}

TEST_F(VaultInADatabase, HasAUrlWithoutAPassword) {
  EXPECT_THAT([&] { move_vault_to_database({.store = store_, .url = "postgres://agency:sesame@db1/vault"}); },
              ThrowsMessage<BadPostgresUrl>(Not(HasSubstr("sesame"))));
}

TEST_F(VaultInADatabase, IsNotMovedOverAnotherOneOrFromWhereItIsNot) {
  EXPECT_THAT([&] { move_vault_to_folder(options()); }, ThrowsMessage<VaultElsewhere>(HasSubstr("in its own folder already")));
  EXPECT_THAT([&] { Store(store_, {.vault_url = url_}); }, ThrowsMessage<VaultElsewhere>(HasSubstr("`muniment migrate --vault`")));
  move_vault_to_database(options());
  EXPECT_THAT([&] { move_vault_to_database({.store = store_, .url = server_->fresh_database()}); },
              ThrowsMessage<VaultElsewhere>(HasSubstr("is in the database")));
  const fs::path other = folder_ / "other";
  test::make_store_with_person(other);
  EXPECT_THAT([&] { move_vault_to_database({.store = other, .url = url_}); },
              ThrowsMessage<MoveRefused>(HasSubstr("another vault already")));
}

TEST_F(VaultInADatabase, IsBackedUpIntoAFolderAndRestoredOnlyThere) {
  move_vault_to_database(options());
  {
    Store store(store_);
    back_up_vault(store, folder_ / "backup", 1);
    store.close();
  }
  EXPECT_GE(drill_epoch_key(database_in_vault_backup(folder_ / "backup"), read_epoch_key(store_ / "keys" / "epoch.key")), 2U);
  EXPECT_THAT([&] { restore_vault(store_, folder_ / "backup", "agency", {}); },
              ThrowsMessage<VaultElsewhere>(HasSubstr("a restoring of the vault")));
  const Opened before = opened(store_);
  forget_vault_url(store_);
  restore_vault(store_, folder_ / "backup", "agency", {});
  EXPECT_EQ(opened(store_), before);
}

TEST_F(VaultInADatabase, RefusesAnotherEpochKey) {
  move_vault_to_database(options());
  fs::remove(store_ / "keys" / "epoch.key");
  create_epoch_key(store_ / "keys" / "epoch.key");
  EXPECT_THAT([&] { Store{store_}; }, ThrowsMessage<VaultError>(HasSubstr("wrong epoch key")));
}

TEST_F(VaultInADatabase, IsRotatedAndGoesOnWhereThatWasCutOff) {
  move_vault_to_database(options());
  const Opened before = opened(store_);
  for (const std::string_view at : {"make the next key", "wrap the keys of accounts", "ask for the current key", "rewrite the files",
                                    "destroy the former key", "record it"}) {
    StoreOptions cut;
    cut.on_step = [&](std::string_view step) {
      if (step == at) throw VaultMoveCutOff{};
    };
    EXPECT_THROW(rotate_epoch(store_, cut), VaultMoveCutOff) << at;
  }
  const EpochRotation rotated = rotate_epoch(store_, {});
  EXPECT_GE(rotated.accounts, 2U);
  EXPECT_EQ(opened(store_), before);
  EXPECT_GE(drill_epoch_key(*open_vault_entries(store_, {.reads_only = true}), read_epoch_key(store_ / "keys" / "epoch.key")), 2U);
}

TEST_F(VaultInADatabase, IsRehearsedWithoutAWordToIt) {
  move_vault_to_database(options());
  const Opened before = opened(store_);
  const auto token = [&] {
    const PostgresUrl url(url_);
    return PostgresConnection(url, url.hosts().front(), 5s).run_one({"SELECT token, writes FROM muniment_vault_owner"}).number(0, 0);
  };
  const std::uint64_t was = token();
  Store rehearsed(store_, {.rehearses = true});
  rehearsed.vault().take_account();
  rehearsed.close();
  EXPECT_EQ(token(), was);
  EXPECT_EQ(opened(store_), before);
}

// Two folders of one store, whose log and vault are in databases: nothing else is shared.
class NodesOfOneVault : public VaultInADatabase {
 protected:
  void SetUp() override {
    VaultInADatabase::SetUp();
    if (server_ == nullptr) return;
    log_url_ = server_->fresh();
    move_log_to_database({.store = store_, .url = log_url_});
    move_vault_to_database(options());
    fs::create_directory(second_);
    for (const char* const part : {"STORE", "log.url", "vault.url", "log.vkey", "checkpoint", "head", "keys"})
      fs::copy(store_ / part, second_ / part, fs::copy_options::recursive);
  }
  void expire_lease() const {
    server_->execute(fmt::format("UPDATE {}.muniment_leases SET until = clock_timestamp()", schema_of(log_url_)));
  }
  static StoreOptions taking_over() {
    StoreOptions out;
    out.takes_over = true;
    return out;
  }

  const fs::path second_ = folder_ / "second";
  std::string log_url_;
};

TEST_F(NodesOfOneVault, HaveWhatTheOneBeforeWroteAndErased) {
  {
    Store first(store_);
    create(first, "Stone");
    first.close();
  }
  Store second(second_, taking_over());
  EXPECT_THAT(opened(second).names, Contains("Stone"));
  EXPECT_THAT(opened(second).pins, Contains("7531"));
  create(second, "Flint");
  test::remove_person(second);
  test::record_erasure(second);
  second.carry_out_erasures();
  EXPECT_THAT(opened(second).names, Not(Contains(test::person.last_name)));
  second.close();
  Store first(store_, taking_over());
  EXPECT_THAT(opened(first).names, Contains("Flint"));
  EXPECT_THAT(opened(first).names, Not(Contains(test::person.last_name)));
  EXPECT_EQ(first.vault().erasures_done().count, 1U);
  first.close();
}

TEST_F(NodesOfOneVault, ShowNoNameThatTheOtherErased) {
  {
    Store first(store_);
    first.projector().catch_up();
    first.close();
  }
  ASSERT_TRUE(fs::exists(store_ / "views"));
  {
    Store second(second_, taking_over());
    test::remove_person(second);
    test::record_erasure(second);
    second.carry_out_erasures();
    second.close();
  }
  Store first(store_);  // Not as a standby that takes over.
  EXPECT_FALSE(fs::exists(store_ / "views")) << "it held the name of somebody who was erased";
  first.close();
}

// It was paused, lost its lease, and goes on.
TEST_F(NodesOfOneVault, TakeNothingFromAFormerOwner) {
  Store first(store_);
  const NewAccount before = first.vault().take_account();
  expire_lease();
  Store second(second_, taking_over());
  EXPECT_THAT([&] { first.vault().erase(before.id); }, ThrowsMessage<VaultError>(HasSubstr("another node has taken it")));
  EXPECT_THAT([&] { first.vault().account_key(before.id); }, ThrowsMessage<VaultError>(HasSubstr("refusing everything since")));
  create(second, "Stone");
  EXPECT_THAT(opened(second).names, Contains("Stone"));
  second.close();
}

TEST_F(NodesOfOneVault, MoveNothingWhileAnotherHasTheLease) {
  const Store first(store_);
  EXPECT_THROW(move_vault_to_folder({.store = second_, .url = url_}), LogInUse);
  EXPECT_THROW(rotate_epoch(second_, {}), LogInUse);
}

TEST_F(NodesOfOneVault, TakeOverFromNoCopyThatLacksTheNewestKeys) {
  const std::string copy = server_->fresh_database();
  {
    PostgresVaultStore from({.url = PostgresUrl(url_), .reads_only = true});
    const auto to = PostgresVaultStore::begin({.url = PostgresUrl(copy)});
    copy_vault_entries(from, *to);
    to->finish();
  }
  Store first(store_);
  create(first, "Stone");
  first.close();
  name_vault_url(second_, copy);
  EXPECT_THAT([&] { Store(second_, taking_over()); }, ThrowsMessage<VaultError>(HasSubstr("lacks the key or the PIN")));
  name_vault_url(second_, url_);
  Store(second_, taking_over()).close();
}

}  // namespace
}  // namespace muniment
