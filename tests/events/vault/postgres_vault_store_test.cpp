// What the vault's store on PostgreSQL adds to the contract: who may write, what a server's failure leaves, and where no vault may be.
#include "events/vault/postgres_vault_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "events/vault/rocks_vault_store.h"
#include "events/vault/vault.h"
#include "events/vault/vault_error.h"
#include "tests/events/log/postgres_proxy.h"
#include "tests/events/log/postgres_server.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class PostgresVault : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << no_postgres;
    url_ = server_->fresh();
    const auto store = PostgresVaultStore::begin(options());
    put(*store, "format", "1");
    store->finish();
  }
  PostgresVaultOptions options() const { return {.url = PostgresUrl(url_), .retry_for = 20s, .hooks = &hooks_}; }
  PostgresVaultOptions to_read() const {
    PostgresVaultOptions out = options();
    out.reads_only = true;
    return out;
  }
  std::unique_ptr<PostgresVaultStore> open() const { return std::make_unique<PostgresVaultStore>(options()); }
  static void put(VaultStore& store, const std::string& key, const std::string& value) {
    StoreWrites writes;
    writes.put(key, value);
    store.write(writes);
  }
  static void remove(VaultStore& store, const std::string& key) {
    StoreWrites writes;
    writes.remove(key);
    store.write(writes);
  }
  std::uint64_t number(const std::string& what) const {
    return server_->execute(fmt::format("SELECT ({})::int8 FROM {}.muniment_vault_owner", what, schema_of(url_))).number(0, 0);
  }
  void execute(const std::string& sql) const { server_->execute(fmt::format(fmt::runtime(sql), fmt::arg("schema", schema_of(url_)))); }
  void end_sessions() const {
    server_->execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  PostgresServer* server_ = nullptr;
  std::string url_;
  PostgresVaultHooks hooks_;
};

TEST_F(PostgresVault, RefusesEverythingOfAFormerOwner) {
  const auto former = open();
  put(*former, "pool", "before");
  former->sync();
  const auto owner = open();
  put(*former, "pool", "after");
  EXPECT_THAT([&] { former->sync(); }, ThrowsMessage<VaultError>(HasSubstr("another node has taken it")));
  EXPECT_THAT([&] { former->sync(); }, ThrowsMessage<VaultError>(HasSubstr("refusing everything since")));
  EXPECT_THAT([&] { former->get("pool"); }, ThrowsMessage<VaultError>(HasSubstr("refusing everything since")));
  EXPECT_EQ(owner->get("pool"), "before");
  put(*owner, "pool", "the owner's");
  EXPECT_NO_THROW(owner->sync());
}

TEST_F(PostgresVault, WouldTakeAFormerOwnersWriteWithoutItsToken) {
  hooks_.checks_token = false;
  const auto former = open();
  const auto owner = open();
  put(*former, "pool", "after");
  EXPECT_NO_THROW(former->sync());
  EXPECT_EQ(owner->get("pool"), "after");
}

// It was paused when it held the row's lock.
TEST_F(PostgresVault, TakesNothingOfAnOwnerThatWasPausedInsideATransaction) {
  const auto former = open();
  std::unique_ptr<PostgresVaultStore> owner;
  hooks_.on_step = [&](std::string_view step) {
    if (step != "commit" || owner) return;
    PostgresVaultOptions others = options();
    others.hooks = nullptr;
    owner = std::make_unique<PostgresVaultStore>(others);  // Once the server has ended the session that is idle.
  };
  put(*former, "pool", "after");
  EXPECT_THAT([&] { former->sync(); }, ThrowsMessage<VaultError>(HasSubstr("another node has taken it")));
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->get("pool"), std::nullopt);
}

TEST_F(PostgresVault, IsReadByOthersWhoTakeNothingFromItsOwner) {
  const auto owner = open();
  const PostgresVaultStore reader(to_read());
  EXPECT_EQ(const_cast<PostgresVaultStore&>(reader).get("pool"), std::nullopt);
  put(*owner, "pool", "later");
  EXPECT_EQ(reader.get("pool"), std::nullopt) << "not before it is committed";
  owner->sync();
  EXPECT_EQ(reader.get("pool"), "later") << "an absence is not remembered";
  remove(*owner, "pool");
  owner->sync();
  EXPECT_EQ(reader.get("pool"), std::nullopt) << "and neither is what was erased since";
}

TEST_F(PostgresVault, TakesNoWriteFromWhoOnlyReads) {
  PostgresVaultStore reader(to_read());
  EXPECT_THAT([&] { put(reader, "pool", ""); }, ThrowsMessage<VaultError>(HasSubstr("open only to be read")));
  const std::uint64_t token = number("token");
  open();
  EXPECT_EQ(number("token"), token + 1);
}

TEST_F(PostgresVault, GoesOnWhenItsSessionsEnd) {
  const auto store = open();
  put(*store, "pool", "one");
  store->sync();
  end_sessions();
  EXPECT_EQ(store->get("pool"), "one");
  end_sessions();
  put(*store, "pool", "two");
  store->sync();
  EXPECT_EQ(open()->get("pool"), "two");
}

TEST_F(PostgresVault, GoesOnWhenItsSessionEndsWithinATransaction) {
  const auto store = open();
  bool has_ended = false;
  hooks_.on_step = [&](std::string_view step) {
    if (step == "commit" && !std::exchange(has_ended, true)) end_sessions();
  };
  put(*store, "pool", "one");
  store->sync();
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(open()->get("pool"), "one");
}

class ProxiedPostgresVault : public PostgresVault {
 protected:
  PostgresVaultOptions options_by(const PostgresProxy& proxy) const {
    return {
        .url = PostgresUrl(PostgresServer::url_of(proxy.folder(), schema_of(url_))), .deadline = 500ms, .retry_for = 20s, .hooks = &hooks_};
  }
  TempFolder folder_;
};

// The answer to a COMMIT is lost: the group is there, and is sent again.
TEST_F(ProxiedPostgresVault, SendsAGroupAgainWhoseCommitWasNotAnswered) {
  PostgresProxy proxy(folder_ / "proxy", server_->socket_folder());
  PostgresVaultStore store(options_by(proxy));
  const std::uint64_t writes = number("writes");
  int commits = 0;
  hooks_.on_step = [&](std::string_view step) {
    if (step == "commit") proxy.swallows_answers = ++commits == 1;
    if (step == "lock") proxy.swallows_answers = false;
  };
  put(store, "pool", "one");
  remove(store, "format");
  store.sync();
  EXPECT_EQ(commits, 2);
  EXPECT_EQ(number("writes"), writes + 2);
  EXPECT_EQ(store.get("pool"), "one");
  EXPECT_EQ(store.get("format"), std::nullopt);
}

TEST_F(ProxiedPostgresVault, FailsForEverWhenAGroupCannotBeSettledInTime) {
  PostgresProxy proxy(folder_ / "proxy", server_->socket_folder());
  PostgresVaultOptions options = options_by(proxy);
  options.retry_for = 1s;
  {
    PostgresVaultStore store(options);
    hooks_.on_step = [&](std::string_view step) { proxy.swallows_answers = proxy.swallows_answers || step == "commit"; };
    put(store, "pool", "one");
    EXPECT_THAT([&] { store.sync(); }, ThrowsMessage<VaultError>(HasSubstr("cannot write to it")));
    proxy.swallows_answers = false;
    EXPECT_THAT([&] { store.sync(); }, ThrowsMessage<VaultError>(HasSubstr("refusing everything since")));
    EXPECT_THAT([&] { store.get("pool"); }, ThrowsMessage<VaultError>(HasSubstr("refusing everything since")));
    store.close();
  }
  hooks_.on_step = [](std::string_view) {};
  EXPECT_NO_THROW(open()->get("pool")) << "there or not, and what is opened next sees which";
}

// As a standby is that took over without what its primary had acknowledged.
TEST_F(PostgresVault, UsesNoServerThatLacksWhatWasAcknowledged) {
  PostgresVaultOptions impatient = options();
  impatient.retry_for = 500ms;
  PostgresVaultStore store(impatient);
  put(store, "pool", "one");
  store.sync();
  execute("UPDATE {schema}.muniment_vault_owner SET writes = writes - 1");
  execute("DELETE FROM {schema}.muniment_vault_entries WHERE key = 'pool'");
  end_sessions();
  EXPECT_THAT([&] { store.get("pool"); }, ThrowsMessage<VaultDamaged>(HasSubstr("keys are missing there")));
  hooks_.checks_seen = false;
  EXPECT_EQ(store.get("pool"), std::nullopt) << "without the check a lost key looks like an erased person";
}

TEST_F(PostgresVault, TakesNoAnswerOfAServerThatLacksWhatWasAcknowledgedAlsoInASessionThatWorks) {
  PostgresVaultOptions impatient = options();
  impatient.retry_for = 500ms;
  PostgresVaultStore store(impatient);
  put(store, "pool", "one");
  store.sync();
  EXPECT_EQ(store.get("pool"), "one");
  execute("UPDATE {schema}.muniment_vault_owner SET writes = writes - 1");
  execute("DELETE FROM {schema}.muniment_vault_entries WHERE key = 'pool'");
  const auto told = ThrowsMessage<VaultDamaged>(HasSubstr("keys are missing there"));
  EXPECT_THAT([&] { store.get("pool"); }, told);
  EXPECT_THAT([&] { store.scan(std::string(17, 'p'), [](std::string_view, std::string_view) {}); }, told);
  EXPECT_THAT([&] { store.visit_all("", [](std::string_view, std::string_view) {}); }, told);
}

// The former primary lives on, and of the sessions with it the one that writes alone is lost.
TEST_F(PostgresVault, ReadsWhereItWritesOnceTheWriterHasLeftAServer) {
  const TempFolder folder;
  PostgresServer next(folder / "next");
  ASSERT_TRUE(next.start());
  next.execute("CREATE SCHEMA " + schema_of(url_));
  PostgresVaultOptions of_next = options();
  of_next.url = PostgresUrl(PostgresServer::url_of(next.socket_folder(), schema_of(url_)));
  {
    const auto copy = PostgresVaultStore::begin(of_next);
    put(*copy, "entry", "before");
    copy->finish();
  }
  PostgresVaultOptions both = options();
  both.url = PostgresUrl(PostgresServer::url_of(server_->socket_folder().string() + "," + next.socket_folder().string(), schema_of(url_)));
  PostgresVaultStore store(both);
  put(store, "entry", "before");
  store.sync();
  EXPECT_EQ(store.get("entry"), "before");  // By a session that is idle then.
  next.execute(
      fmt::format("UPDATE {}.muniment_vault_owner SET token = {}, writes = {}", schema_of(url_), number("token"), number("writes")));
  ASSERT_EQ(server_
                ->execute("SELECT count(pg_terminate_backend(pid))::int8 FROM pg_stat_activity WHERE query = 'COMMIT' AND pid <> "
                          "pg_backend_pid() AND backend_type = 'client backend'")
                .number(0, 0),
            1U);
  put(store, "entry", "with a tag");
  store.sync();
  EXPECT_EQ(store.get("entry"), "with a tag") << "or the tag is lost with the next change of the entry";
}

TEST_F(PostgresVault, IsNotOpenedWhereItLacksWhatWasAcknowledgedToThoseBefore) {
  PostgresVaultOptions later = options();
  later.retry_for = 500ms;
  later.acknowledged = number("writes") + 10;
  EXPECT_THAT([&] { PostgresVaultStore{later}; }, ThrowsMessage<VaultDamaged>(HasSubstr("keys are missing there")));
  hooks_.checks_seen = false;
  EXPECT_NO_THROW(PostgresVaultStore{later}) << "the control";
}

TEST_F(PostgresVault, TellsHowManyGroupsWereAcknowledged) {
  std::vector<std::uint64_t> told;
  PostgresVaultOptions telling = options();
  telling.on_acknowledged = [&](std::uint64_t writes) { told.push_back(writes); };
  const std::uint64_t before = number("writes");
  PostgresVaultStore store(telling);
  put(store, "pool", "one");
  store.sync();
  EXPECT_EQ(told, (std::vector{before, before + 1}));
  EXPECT_EQ(number("writes"), before + 1);
}

TEST_F(PostgresVault, IsNotInTheDatabaseOfALog) {
  server_->execute(fmt::format("CREATE TABLE {}.muniment_heads (part int8)", schema_of(url_)));
  EXPECT_THAT([&] { open(); },
              ThrowsMessage<VaultError>(AllOf(HasSubstr("a log is kept in the same database"), Not(HasSubstr("options")))));
  EXPECT_THAT([&] { PostgresVaultStore::begin(options()); }, ThrowsMessage<VaultError>(HasSubstr("a log is kept in the same database")));
  server_->execute(fmt::format("DROP TABLE {}.muniment_heads", schema_of(url_)));
  EXPECT_NO_THROW(open());
}

TEST_F(PostgresVault, IsThereOnceItIsWhole) {
  url_ = server_->fresh();
  EXPECT_FALSE(PostgresVaultStore::is_there(options()));
  {
    const auto begun = PostgresVaultStore::begin(options());
    put(*begun, "left by what was cut off", "");
    begun->sync();
  }
  EXPECT_FALSE(PostgresVaultStore::is_there(options()));
  EXPECT_THAT([&] { open(); }, ThrowsMessage<VaultError>(HasSubstr("there is no vault in this database")));
  const auto again = PostgresVaultStore::begin(options());
  put(*again, "format", "1");
  again->finish();
  EXPECT_TRUE(PostgresVaultStore::is_there(options()));
  EXPECT_EQ(open()->get("left by what was cut off"), std::nullopt);
  EXPECT_EQ(open()->get("format"), "1");
  EXPECT_THAT([&] { PostgresVaultStore::begin(options()); }, ThrowsMessage<VaultError>(HasSubstr("has a vault already")));
}

TEST_F(PostgresVault, IsNotThereOnceItWasGivenUp) {
  const auto former = open();
  const auto store = open();
  store->give_up();
  EXPECT_FALSE(PostgresVaultStore::is_there(options()));
  EXPECT_EQ(server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.muniment_vault_entries", schema_of(url_))).number(0, 0), 0U);
  put(*former, "pool", "");
  EXPECT_THROW(former->sync(), VaultError);
  EXPECT_THAT([&] { open(); }, ThrowsMessage<VaultError>(HasSubstr("there is no vault in this database")));
}

struct GivingUpCutOff {};

// At each step of it: what a run before has left, the next one removes.
TEST_F(PostgresVault, LeavesNothingWhereGivingItUpWasCutOffAndDoneAgain) {
  const auto rows = [&](const std::string& table) {
    return server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.{}", schema_of(url_), table)).number(0, 0);
  };
  const std::vector<std::pair<std::string_view, int>> cuts{{"lock", 2}, {"commit", 2}, {"lock", 3}, {"remove", 1}};
  for (const auto& [at, times] : cuts) {
    url_ = server_->fresh();
    const auto store = PostgresVaultStore::begin(options());
    put(*store, "entry", "a key");
    store->finish();
    const auto owner = open();
    hooks_.on_step = [at, left = times](std::string_view step) mutable {
      if (step == at && --left == 0) throw GivingUpCutOff{};
    };
    EXPECT_THROW(owner->give_up(), GivingUpCutOff);
    hooks_.on_step = [](std::string_view) {};
    EXPECT_FALSE(PostgresVaultStore::is_there(options())) << at << times << ": nobody opens it";
    PostgresVaultStore::begin(options())->give_up();
    EXPECT_EQ(rows("muniment_vault_entries"), 0U) << at << times;
    EXPECT_EQ(rows("muniment_vault_owner"), 0U) << at << times;
  }
}

TEST_F(ProxiedPostgresVault, IsGivenUpWhereTheAnswerToThatWasLost) {
  PostgresProxy proxy(folder_ / "proxy", server_->socket_folder());
  PostgresVaultOptions options = options_by(proxy);
  options.rewrite = 1s;
  PostgresVaultStore store(options);
  std::thread later;
  bool is_removing = false;
  hooks_.on_step = [&](std::string_view step) {
    is_removing |= step == "remove";
    if (!is_removing || step != "commit" || later.joinable()) return;
    proxy.swallows_answers = true;
    later = std::thread([&] {
      std::this_thread::sleep_for(500ms);
      proxy.swallows_answers = false;
    });
  };
  EXPECT_NO_THROW(store.give_up());
  ASSERT_TRUE(later.joinable());
  later.join();
  EXPECT_EQ(server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.muniment_vault_owner", schema_of(url_))).number(0, 0), 0U);
}

// A copy that was cut off may be as large as a vault, and one statement that removed it all would take longer than an exchange may.
TEST_F(PostgresVault, IsBegunAgainOverALargeCopyThatWasCutOff) {
  url_ = server_->fresh();
  {
    const auto begun = PostgresVaultStore::begin(options());
  }
  execute(
      "INSERT INTO {schema}.muniment_vault_entries SELECT decode(lpad(to_hex(n), 8, '0'), 'hex'), 'value' FROM generate_series(1, "
      "1000000) AS n");
  PostgresVaultOptions brief = options();
  brief.deadline = 700ms;
  const auto again = PostgresVaultStore::begin(brief);
  EXPECT_EQ(server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.muniment_vault_entries", schema_of(url_))).number(0, 0), 0U);
}

TEST_F(PostgresVault, RefusesTablesOfANewerProgram) {
  execute("UPDATE {schema}.muniment_vault_owner SET format = 2");
  EXPECT_THAT([&] { open(); }, ThrowsMessage<VaultError>(HasSubstr("its tables have format 2")));
}

// Rewriting the table gives it another file: what was removed is not in that one.
TEST_F(PostgresVault, HasItsTableRewrittenWhenItIsScrubbed) {
  const auto store = open();
  const auto file = [&] {
    return server_->execute(fmt::format("SELECT pg_relation_filenode('{}.muniment_vault_entries')::int8", schema_of(url_))).number(0, 0);
  };
  const std::uint64_t before = file();
  store->scrub();
  EXPECT_NE(file(), before);
}

TEST_F(PostgresVault, TellsNoPassword) {
  const std::string url = "postgres://muniment:sesame@localhost:1/muniment";
  EXPECT_THAT([&] { PostgresVaultStore({.url = PostgresUrl(url), .retry_for = 100ms}); },
              ThrowsMessage<VaultError>(AllOf(HasSubstr("localhost"), Not(HasSubstr("sesame")))));
}

}  // namespace
}  // namespace muniment
