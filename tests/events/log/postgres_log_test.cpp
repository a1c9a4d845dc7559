// What the log on PostgreSQL adds to the contract: what opening finds, what the tables refuse, what messages say.
#include "events/log/postgres_log.h"

#include "events/log/postgres_tables.h"
#include "tests/events/log/postgres_fixture.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TEST_F(PostgresLogTest, IsAsItWasWhenItIsOpenedAgain) {
  LogHead last;
  {
    const auto log = PostgresLog::create(options());
    for (const std::size_t size : {1u, 300u, 211u}) last = append(*log, size);
    log->close();
  }
  const auto log = PostgresLog::open(options());
  EXPECT_EQ(log->head(0), last);
  EXPECT_EQ(log->tree().root(), last.root);
  expect_holds_all(*log);
  append(*log, 300);
  expect_holds_all(*log);
}

TEST_F(PostgresLogTest, IsAsItWasWithoutHavingBeenClosed) {
  PostgresLog::create(options());
  {
    append(*PostgresLog::open(options()), 5);
  }
  expect_holds_all(*PostgresLog::open(options()));
}

TEST_F(PostgresLogTest, KeepsTheTilesOfItsTree) {
  const auto log = PostgresLog::create(options());
  append(*log, 700);
  LeafHasher hasher;
  const Tile tile = log->read_tile(0, 1);
  EXPECT_EQ(tile[0], hasher.leaf_hash(bytes_of(RecordWords(source_.records()[256]))));
  EXPECT_EQ(count("muniment_tiles"), 2u);
  EXPECT_THAT([&] { log->read_tile(0, 2); }, ThrowsMessage<LogDamaged>(HasSubstr("no tile at level 0, index 2")));
}

TEST_F(PostgresLogTest, KeepsOneCheckpointASize) {
  const auto log = PostgresLog::create(options());
  for (const Position size : {3u, 1u, 2u}) log->keep_checkpoint(size, "alone");
  log->keep_checkpoint(2, "cosigned");
  log->keep_time_stamp(2, "token");
  std::vector<std::pair<Position, std::string>> found;
  const auto note = [&](Position size, std::string_view text) {
    found.emplace_back(size, text);
    return size < 3;
  };
  log->read_checkpoints(2, note);
  EXPECT_THAT(found, testing::ElementsAre(std::pair(2, "cosigned"), std::pair(3, "alone")));
  found.clear();
  log->read_time_stamps(1, note);
  EXPECT_THAT(found, testing::ElementsAre(std::pair(2, "token")));
  EXPECT_EQ(log->checkpoint_at_most(std::numeric_limits<Position>::max()), "alone");
  EXPECT_EQ(log->checkpoint_at_most(2), "cosigned");
  EXPECT_EQ(log->checkpoint_at_most(0), std::nullopt);
}

TEST_F(PostgresLogTest, IsMadeOnceInADatabase) {
  PostgresLog::create(options())->close();
  EXPECT_THAT([&] { PostgresLog::create(options()); }, ThrowsMessage<LogFailed>(HasSubstr("is there already")));
  EXPECT_THAT([&] { PostgresLog::create(options("elsewhere")); }, ThrowsMessage<LogFailed>(HasSubstr("has a log of partition 0 already")));
}

TEST_F(PostgresLogTest, IsMadeAgainWhereItsMakingWasCutOff) {
  const PostgresUrl url(url_);
  PostgresConnection connection(url, url.hosts().front(), std::chrono::seconds(3));
  PostgresTables(connection, 0).make_tables();
  append(*PostgresLog::create(options()), 1);
}

TEST_F(PostgresLogTest, SaysThatThereIsNone) {
  DurableHeadFile::create(options().head_file, 0);
  EXPECT_THAT([&] { PostgresLog::open(options()); }, ThrowsMessage<LogFailed>(HasSubstr("no log of partition 0")));
  PostgresLogOptions second = options("second");
  PostgresLog::create(second)->close();
  second.partition = 7;
  second.head_file = folder_ / "seventh";
  DurableHeadFile::create(second.head_file, 7);
  EXPECT_THAT([&] { PostgresLog::open(second); }, ThrowsMessage<LogFailed>(HasSubstr("no log of partition 7")));
}

TEST_F(PostgresLogTest, KeepsPartitionsApart) {
  const auto first = PostgresLog::create(options());
  append(*first, 3);
  PostgresLogOptions of_second = options("second");
  of_second.partition = 1;
  const auto second = PostgresLog::create(of_second);
  EXPECT_EQ(second->head(1), (LogHead{0, empty_root}));
  EXPECT_EQ(second->stream_version(1, sample::provider(1)), 0u);
  EXPECT_EQ(second->find_command(1, Principal::submitter("portal"), "c1"), std::nullopt);
}

TEST_F(PostgresLogTest, RefusesAFormatOfALaterProgram) {
  PostgresLog::create(options())->close();
  server_->execute(fmt::format("UPDATE {}.muniment_heads SET format = 2", schema_));
  EXPECT_THAT([&] { PostgresLog::open(options()); }, ThrowsMessage<LogFailed>(HasSubstr("the log has format 2")));
}

// A log is not changed by a slip, whoever makes it.
TEST_F(PostgresLogTest, TakesNoChangeOfWhatItSays) {
  const auto log = PostgresLog::create(options());
  append(*log, 300);
  const char* const changes[] = {
      "UPDATE {}.muniment_records SET record = ''",
      "DELETE FROM {}.muniment_records WHERE position = 300",
      "UPDATE {}.muniment_streams SET position = 1",
      "DELETE FROM {}.muniment_streams",
      "UPDATE {}.muniment_commands SET position = 1",
      "DELETE FROM {}.muniment_commands",
      "UPDATE {}.muniment_tiles SET hashes = ''",
      "DELETE FROM {}.muniment_tiles",
      "DELETE FROM {}.muniment_heads",
      "UPDATE {}.muniment_heads SET position = position - 1",
      "UPDATE {}.muniment_heads SET root = ''",
      "UPDATE {}.muniment_heads SET token = token - 1",
      "UPDATE {}.muniment_heads SET part = 1",
  };
  for (const char* const change : changes) {
    EXPECT_THAT([&] { server_->execute(fmt::format(fmt::runtime(change), schema_)); },
                ThrowsMessage<PostgresRefused>(HasSubstr("SQLSTATE P0001")))
        << change;
  }
  append(*log, 1);
  expect_holds_all(*log);
}

// What a database lost or changed is told by where it stands.
TEST_F(PostgresLogTest, NamesWhatIsDamaged) {
  const auto log = PostgresLog::create(options());
  append(*log, 300);
  log->close();
  const auto change = [&](std::string_view table, std::string_view what) {
    server_->execute(fmt::format("ALTER TABLE {}.{} DISABLE TRIGGER ALL", schema_, table));
    server_->execute(fmt::format(fmt::runtime(what), schema_));
  };
  change("muniment_records", "UPDATE {}.muniment_records SET record = substring(record FROM 9) WHERE position = 10");
  change("muniment_streams", "UPDATE {}.muniment_streams SET position = 12 WHERE position = 11");
  change("muniment_commands", "UPDATE {}.muniment_commands SET position = 14 WHERE position = 13");
  {
    const auto again = PostgresLog::open(options());
    const auto read = [&] { again->read(0, 1, 300, [](Position, RecordWords) { return true; }); };
    EXPECT_THAT(read, ThrowsMessage<LogDamaged>(HasSubstr("the table muniment_records, from position 1")));
    const auto read_stream = [&] { again->read_stream(0, sample::account(11 * 7 % 31), 1, [](Position, RecordWords) { return true; }); };
    EXPECT_THAT(read_stream, ThrowsMessage<LogDamaged>(HasSubstr("position 12: a record that does not fit")));
    EXPECT_THAT([&] { again->find_command(0, Principal::submitter("portal"), "c13"); },
                ThrowsMessage<LogDamaged>(HasSubstr("position 14: a record that does not fit")));
    change("muniment_records", "DELETE FROM {}.muniment_records WHERE position = 20");
    EXPECT_THAT([&] { again->read(0, 15, 300, [](Position, RecordWords) { return true; }); },
                ThrowsMessage<LogDamaged>(HasSubstr("position")));
    again->close();
  }
  change("muniment_records", "DELETE FROM {}.muniment_records WHERE position = 290");
  EXPECT_THAT([&] { PostgresLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("lacks the position 290")));
}

TEST_F(PostgresLogTest, IsNotOpenedWithRecordsThatAreNotOfItsHead) {
  const auto log = PostgresLog::create(options());
  append(*log, 20);
  log->close();
  server_->execute(fmt::format("ALTER TABLE {}.muniment_records DISABLE TRIGGER ALL", schema_));
  server_->execute(fmt::format(
      "UPDATE {0}.muniment_records SET record = (SELECT record FROM {0}.muniment_records WHERE position = 1) WHERE position = 2", schema_));
  EXPECT_THAT([&] { PostgresLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("another root than its head says")));
}

// A value that stands in the way is refused by the database itself, whose message would quote it.
TEST_F(PostgresLogTest, TellsNothingOfARecordInWhatItSaysOfAnError) {
  const auto log = PostgresLog::create(options());
  const std::string key = to_hex(bytes_of(stream_key(sample::username(1))));
  server_->execute(fmt::format("INSERT INTO {}.muniment_commands VALUES (0, '\\x{}', 7)", schema_, to_hex([] {
                                 std::string name;
                                 put_command_name(schema::PrincipalKind::SUBMITTER, "portal", "c1", name);
                                 return command_digest(name);
                               }())));
  sample::Group group;
  source_.add(group, {sample::username(1)}, "c1");
  EXPECT_THAT([&] { sample::append(*log, group); },
              ThrowsMessage<LogFailed>(AllOf(HasSubstr("SQLSTATE 23505"), HasSubstr("muniment_commands_pkey"), Not(HasSubstr("user1")),
                                             Not(HasSubstr(key)), Not(HasSubstr("\\x")))));
}

TEST_F(PostgresLogTest, TellsNoPasswordOfAServerThatIsNotThere) {
  PostgresLogOptions nowhere = options();
  nowhere.retry_for = std::chrono::milliseconds(1);
  for (const char* const url : {"postgres://audit:sesame@127.0.0.1:1/muniment", "postgres://audit:sesame@/muniment?host=/nowhere",
                                "postgres://audit:sesame@no-such-host.invalid/muniment"}) {
    nowhere.url = PostgresUrl(url);
    EXPECT_THAT([&] { PostgresLog::create(nowhere); }, ThrowsMessage<LogFailed>(Not(HasSubstr("sesame")))) << url;
  }
}

// Whatever the role or the database is set to, a commit is durable and not cut off.
TEST_F(PostgresLogTest, SettlesWhatASessionIsSetTo) {
  const PostgresUrl url(url_ + "%20-csynchronous_commit%3Doff%20-cstatement_timeout%3D20000");
  PostgresConnection connection(url, url.hosts().front(), std::chrono::milliseconds(2'500));
  const auto setting = [&](const std::string& name) {
    return std::string(connection.run_one({"SELECT current_setting($1)", PostgresParameters().text(name)}).bytes(0, 0));
  };
  EXPECT_EQ(setting("synchronous_commit"), "on");
  EXPECT_EQ(setting("statement_timeout"), "0");
  EXPECT_EQ(setting("lock_timeout"), "2500ms");
  EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "2500ms");
  const PostgresUrl stronger(url_ + "%20-csynchronous_commit%3Dremote_apply");
  PostgresConnection other(stronger, stronger.hosts().front(), std::chrono::seconds(3));
  EXPECT_EQ(other.run_one({"SHOW synchronous_commit"}).bytes(0, 0), "remote_apply");
}

}  // namespace
}  // namespace muniment
