// A log moves into a database and back: the same bytes at the same positions under the same roots, from wherever a move was cut off.
#include "tools/store/log_move.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "events/log/durable_head.h"
#include "events/log/postgres_log.h"
#include "tests/events/log/postgres_server.h"
#include "tools/store/backup.h"
#include "tools/store/log_place.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class LogMove : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << no_postgres;
    url_ = server_->fresh();
    Store::create(store_, "agency");
    record(20);
  }

  Answer register_provider(Store& store) {
    Submission submission{.command = {.body = RegisterProvider{*ProviderId::parse(fmt::format("{:09}A", next_)),
                                                               schema::ProviderKind::PROVIDER, "Mercy", "Mercy"},
                                      .type = "register_provider"}};
    submission.command.request.command_id = fmt::format("register-{}", next_++);
    submission.command.request.actor = Principal::officer("agency");
    submission.command.content = {1};
    return store.sequencer().ask(std::move(submission));
  }
  // As a node would.
  void record(int count) {
    Store store(store_);
    for (int i = 0; i < count; ++i) ASSERT_EQ(register_provider(store).status, Answer::Status::accepted);
    store.close();
  }
  LogMoveOptions options() const { return {.store = store_, .url = url_}; }
  // Everything that the log holds and says of itself.
  struct Whole {
    LogHead head;
    std::vector<std::string> records;
    std::vector<std::pair<Position, std::string>> checkpoints;
    bool operator==(const Whole&) const = default;
  };
  static Whole whole_of(const ProvenLog& log) {
    Whole out{.head = log.head(0), .records = {}, .checkpoints = {}};
    log.read(0, 1, ~Position{0}, [&](Position, RecordWords record) {
      out.records.emplace_back(text_of(bytes_of(record)));
      return true;
    });
    log.read_checkpoints(0, [&](Position size, std::string_view note) {
      out.checkpoints.emplace_back(size, note);
      return true;
    });
    return out;
  }
  Whole whole() const {
    Store store(store_);
    Whole out = whole_of(store.log());
    store.close();
    return out;
  }
  std::uint64_t events_in_database() const {
    return server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.muniment_records", schema_of(url_))).number(0, 0);
  }

  TempFolder folder_;
  const fs::path store_ = folder_ / "store";
  PostgresServer* server_ = nullptr;
  std::string url_;
  unsigned next_ = 1;
};

struct CutOff {};

TEST_F(LogMove, KeepsEveryByteAndTheCheckpointsInADatabase) {
  const Whole before = whole();
  const LogMoved moved = move_log_to_database(options());
  EXPECT_EQ(moved.head, before.head);
  EXPECT_EQ(moved.checkpoint_size, before.checkpoints.back().first);
  EXPECT_EQ(moved.checkpoints, before.checkpoints.size());
  EXPECT_EQ(moved.already, 0u);
  EXPECT_EQ(read_log_url(store_), url_);
  EXPECT_EQ(whole(), before);
  EXPECT_EQ(events_in_database(), before.head.position);
}

TEST_F(LogMove, LeavesAStoreThatGoesOnThere) {
  move_log_to_database(options());
  const Position before = whole().head.position;
  record(5);
  EXPECT_EQ(whole().head.position, before + 5);
  EXPECT_EQ(events_in_database(), before + 5);
  Store store(store_);
  EXPECT_EQ(store.notary().newest()->checkpoint.size, before + 5);
  EXPECT_THAT([&] { back_up_log(store, folder_ / "backups"); },
              ThrowsMessage<LogElsewhere>(AllOf(HasSubstr("is in the database postgres://postgres@"), HasSubstr("a backup of the log"))));
}

TEST_F(LogMove, ComesBackWithWhatWasRecordedThere) {
  move_log_to_database(options());
  record(5);
  const Whole there = whole();
  const LogMoved moved = move_log_to_folder(options());
  EXPECT_EQ(moved.head, there.head);
  EXPECT_EQ(read_log_url(store_), "");
  EXPECT_EQ(whole(), there);
  record(5);
  EXPECT_EQ(whole().head.position, there.head.position + 5);
  EXPECT_EQ(events_in_database(), there.head.position);
}

// Of two logs that both went on, one would be lost.
TEST_F(LogMove, ClosesTheLogThatItLeavesInTheDatabase) {
  move_log_to_database(options());
  fs::copy(store_, folder_ / "copy", fs::copy_options::recursive);
  move_log_to_folder(options());
  EXPECT_THAT([&] { Store(folder_ / "copy"); }, ThrowsMessage<LogInUse>(HasSubstr("nobody, since `muniment migrate` moved the log to")));
}

TEST_F(LogMove, SetsTheLogAsideThatItLeavesInTheFolder) {
  const LogMoved moved = move_log_to_database(options());
  EXPECT_EQ(moved.kept, store_ / "log.moved-1");
  EXPECT_TRUE(fs::exists(moved.kept / "CURRENT"));
  EXPECT_FALSE(fs::exists(store_ / "log"));
  fs::remove(log_url_file_of(store_));
  EXPECT_THAT([&] { Store{store_}; }, ThrowsMessage<LogDamaged>(HasSubstr("there is no log")));
}

// At each step of each way; the one that is done again has the outcome of one that was never cut off.
TEST_F(LogMove, GoesOnWhereItWasCutOff) {
  const auto cut_at = [&](auto move, std::string_view step) {
    LogMoveOptions cut = options();
    cut.on_step = [step](std::string_view now) {
      if (now == step) throw CutOff{};
    };
    EXPECT_THROW(move(cut), CutOff) << step;
  };
  Whole before = whole();
  for (const std::string_view step : {"copy the records", "copy what was signed", "read it again", "name the database"})
    cut_at(move_log_to_database, step);
  EXPECT_EQ(whole(), before) << "the store has its log as long as the database is not named";
  for (const std::string_view step : {"set the folder's log aside", "end the move"}) {
    cut_at(move_log_to_database, step);
    EXPECT_EQ(whole(), before) << step;
  }
  EXPECT_EQ(move_log_to_database(options()).already, before.head.position);
  EXPECT_FALSE(fs::exists(store_ / "log"));
  EXPECT_FALSE(fs::exists(store_ / "moving.head"));
  EXPECT_EQ(whole(), before);
  for (const std::string_view step : {"copy the records", "copy what was signed"}) cut_at(move_log_to_folder, step);
  record(1);  // Behind what was copied.
  before = whole();
  cut_at(move_log_to_folder, "read it again");
  for (const std::string_view step : {"close the database's log", "put the log in its place", "name the folder"})
    cut_at(move_log_to_folder, step);
  EXPECT_EQ(move_log_to_folder(options()).head, before.head);
  EXPECT_EQ(whole(), before);
}

TEST_F(LogMove, GoesOnFromTheMiddleOfTheRecords) {
  {  // As much as a run before had copied.
    const auto from = RocksLog::open(log_options_of(store_));
    const auto to = PostgresLog::create({.url = PostgresUrl(url_), .head_file = store_ / "moving.head", .holder = node_name_of(store_)});
    from->read(0, 1, 7, [&](Position, RecordWords record) { return to->append({.records = {&record, 1}, .conditions = {}}).has_value(); });
    from->close();
  }
  const Whole before = whole();
  EXPECT_EQ(move_log_to_database(options()).already, 7u);
  EXPECT_EQ(whole(), before);
}

TEST_F(LogMove, RefusesADatabaseWithAnotherLog) {
  Store::create(folder_ / "other", "agency");
  move_log_to_database({.store = folder_ / "other", .url = url_});
  server_->execute(fmt::format("UPDATE {}.muniment_leases SET until = clock_timestamp()", schema_of(url_)));
  const Whole before = whole();
  EXPECT_THAT([&] { move_log_to_database(options()); }, ThrowsMessage<MoveRefused>(HasSubstr("has another log, whose first")));
  EXPECT_EQ(whole(), before);
}

TEST_F(LogMove, RefusesToMoveWhatIsThereAlready) {
  EXPECT_THAT([&] { move_log_to_folder(options()); }, ThrowsMessage<LogElsewhere>(HasSubstr("is in its own folder already")));
  move_log_to_database(options());
  EXPECT_THAT([&] { move_log_to_database(options()); }, ThrowsMessage<LogElsewhere>(HasSubstr("is in the database")));
}

TEST_F(LogMove, RefusesAUrlWhosePasswordTheStoreWouldKeep) {
  LogMoveOptions with = options();
  with.url.replace(with.url.find("postgres@"), 9, "postgres:sesame@");
  EXPECT_THAT([&] { move_log_to_database(with); }, ThrowsMessage<BadPostgresUrl>(AllOf(HasSubstr("PGPASSFILE"), Not(HasSubstr("sesame")))));
  EXPECT_EQ(server_->execute(fmt::format("SELECT count(*)::int8 FROM pg_tables WHERE schemaname = '{}'", schema_of(url_))).number(0, 0),
            0u);
}

TEST_F(LogMove, SaysWhatItWouldDo) {
  LogMoveOptions dry = options();
  dry.is_dry_run = true;
  EXPECT_EQ(move_log_to_database(dry).head, whole().head);
  EXPECT_EQ(read_log_url(store_), "");
  move_log_to_database(options());
  EXPECT_EQ(move_log_to_folder(dry).head, whole().head);
  EXPECT_EQ(read_log_url(store_), url_);
}

TEST_F(LogMove, IsFollowedByAUrlThatIsGivenAndByNoOther) {
  EXPECT_THAT([&] { Store(store_, {.log_url = url_}); }, ThrowsMessage<LogElsewhere>(HasSubstr("`muniment migrate` moves it there")));
  move_log_to_database(options());
  const std::string other = server_->fresh();
  EXPECT_THAT([&] { Store(store_, {.log_url = other}); }, ThrowsMessage<LogFailed>(HasSubstr("no log of partition 0")));
  Store(store_, {.log_url = url_});
}

}  // namespace
}  // namespace muniment
