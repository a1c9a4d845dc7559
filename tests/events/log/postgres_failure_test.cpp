// Whatever becomes of a COMMIT, a group is there once when append() returns, or append() says that it does not know. Each protection has a
// control: the same failure without it is told wrongly.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "events/log/postgres_tables.h"
#include "tests/events/log/postgres_fixture.h"
#include "tests/events/log/postgres_proxy.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class PostgresFailure : public PostgresLogTest {
 protected:
  void SetUp() override {
    PostgresLogTest::SetUp();
    if (server_ != nullptr) proxy_.emplace(folder_ / "proxy", server_->socket_folder());
  }

  // A log with an event, behind the proxy.
  std::unique_ptr<PostgresLog> made() {
    PostgresLogOptions all = options();
    all.url = PostgresUrl(PostgresServer::url_of(proxy_->folder(), schema_));
    PostgresLog::create(all)->close();
    auto log = PostgresLog::open(with_short_deadline(all));
    append(*log, 1);
    return log;
  }
  // From the next step of that name on, the proxy keeps back what one of its flags says; from the next settling on it does not.
  void keep_back_at(std::string_view step, std::atomic<bool>& flag) {
    hooks_.on_step = [this, step, &flag, done = false](std::string_view now) mutable {
      if (now == "settle") flag = false;
      if (now != step || done) return;
      done = true;
      flag = true;
    };
  }

  std::optional<PostgresProxy> proxy_;
};

TEST_F(PostgresFailure, TakesACommitForDoneWhoseAnswerWasLost) {
  const auto log = made();
  keep_back_at("commit", proxy_->swallows_answers);
  const LogHead head = append(*log, 3);
  EXPECT_EQ(head.position, 4u);
  EXPECT_EQ(log->head(0), head);
  expect_holds_all(*log);
  append(*log, 2);
  expect_holds_all(*log);
}

TEST_F(PostgresFailure, ControlThatDoesNotSettleFailsWhatWasRecorded) {
  const auto log = made();
  hooks_.settles = false;
  keep_back_at("commit", proxy_->swallows_answers);
  hooks_.on_step = [this, commits = 0](std::string_view now) mutable {
    if (now == "commit") proxy_->swallows_answers = ++commits == 1;
    if (now == "lock") proxy_->swallows_answers = false;
  };
  const sample::Group group = source_.group(3);
  EXPECT_THAT([&] { sample::append(*log, group); }, ThrowsMessage<LogFailed>(HasSubstr("another has written to the log")));
  EXPECT_EQ(count("muniment_records"), 4u);
}

TEST_F(PostgresFailure, SendsACommitAgainThatNeverArrived) {
  const auto log = made();
  keep_back_at("commit", proxy_->swallows_requests);
  append(*log, 3);
  expect_holds_all(*log);
  EXPECT_EQ(log->find_command(0, Principal::submitter("portal"), "c4"), Position{4});
}

TEST_F(PostgresFailure, TriesAgainWhenItGetsNoLock) {
  const auto log = made();
  keep_back_at("lock", proxy_->swallows_requests);
  std::thread later([this] {
    std::this_thread::sleep_for(500ms);
    proxy_->swallows_requests = false;
  });
  append(*log, 3);
  later.join();
  expect_holds_all(*log);
}

TEST_F(PostgresFailure, RefusesAConflictAlsoAfterALostAnswer) {
  const auto log = made();
  append(*log, 3);
  keep_back_at("commit", proxy_->swallows_answers);
  sample::Group stale;
  stale.add(sample::record({.position = 2, .streams = {{sample::account(30), 1}}}));
  const auto outcome = sample::append(*log, stale);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().actual, 4u);
  expect_holds_all(*log);
}

// Sessions end at any moment; each group is there once.
TEST_F(PostgresFailure, LosesNothingAndDoublesNothingWhileSessionsEnd) {
  const auto log = made();
  std::atomic<bool> done = false;
  std::thread killer([&] {
    // Ever more seldom, so that a machine with much else to do gets something done in between.
    for (std::chrono::milliseconds rest = 7ms; !done; rest = std::min(2 * rest, 800ms)) {
      std::this_thread::sleep_for(rest);
      server_->execute(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
          "pg_backend_pid()");
    }
  });
  Position last = 1;
  for (int i = 0; i < 100; ++i) {
    const std::size_t size = 1 + static_cast<std::size_t>(i) % 7;
    const LogHead head = append(*log, size);
    ASSERT_EQ(head.position, last += size);
  }
  done = true;
  killer.join();
  expect_holds_all(*log);
  EXPECT_EQ(count("muniment_commands"), last);
  EXPECT_EQ(log->tree().root(), log->head(0).root);
}

// The outcome is not known, and stays so for the caller: it is never told that the group was not recorded.
TEST_F(PostgresFailure, SaysThatItDoesNotKnowAndStops) {
  PostgresLogOptions all = options();
  all.url = PostgresUrl(PostgresServer::url_of(proxy_->folder(), schema_));
  PostgresLog::create(all)->close();
  all = with_short_deadline(all);
  const auto before = PostgresLog::open(all);
  append(*before, 1);
  before->close();
  all.retry_for = 4s;
  const auto log = PostgresLog::open(all);
  hooks_.on_step = [this](std::string_view step) { proxy_->swallows_answers = step == "commit" || proxy_->swallows_answers; };
  const sample::Group group = source_.group(2);
  EXPECT_THAT([&] { sample::append(*log, group); },
              ThrowsMessage<LogFailed>(
                  AllOf(HasSubstr("whether the events 2 to 3 are recorded is not known"), HasSubstr("no answer within 800 ms"))));
  proxy_->swallows_answers = false;
  EXPECT_THAT([&] { sample::append(*log, group); }, ThrowsMessage<LogFailed>(HasSubstr("takes no more events until it is opened again")));
  EXPECT_EQ(log->head(0).position, 1u);  // Nobody is shown what may not last.
  log->close();
  EXPECT_EQ(PostgresLog::open(options())->head(0).position, 3u);
}

// A COMMIT that waits for a standby which is not there: synchronous replication, on one server.
class PostgresStandby : public PostgresFailure {
 protected:
  void SetUp() override {
    PostgresFailure::SetUp();
    if (server_ != nullptr) log_ = made();
  }
  void TearDown() override {
    if (server_ != nullptr) let_commit();
  }

  void set(const std::string& standbys) const {
    server_->execute(fmt::format("ALTER SYSTEM SET synchronous_standby_names = '{}'", standbys));
    server_->execute("SELECT pg_reload_conf()");
    // The postmaster is told by a signal, and its sessions by another.
    while (server_->execute("SHOW synchronous_standby_names").bytes(0, 0) != standbys) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(50ms);
  }
  void hold_commits() const { set("nobody"); }
  void let_commit() const { set(""); }
  // The session that waits in a COMMIT.
  std::uint64_t waiting_session() const {
    while (true) {
      const auto rows = server_->execute("SELECT pid::int8 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      if (rows.size() > 0) return rows.number(0, 0);
      std::this_thread::sleep_for(5ms);
    }
  }
  // Appends in the background, and notes when it returned.
  std::thread append_later(std::size_t count) {
    return std::thread([this, count] {
      append(*log_, count);
      has_returned_ = true;
    });
  }

  std::unique_ptr<PostgresLog> log_;
  std::atomic<bool> has_returned_ = false;
};

TEST_F(PostgresStandby, WaitsForACommitThatTakesLongerThanTheDeadlineAndNeverCancelsIt) {
  hold_commits();
  std::thread appending = append_later(3);
  waiting_session();
  std::this_thread::sleep_for(2400ms);  // Three deadlines.
  EXPECT_FALSE(has_returned_);
  EXPECT_EQ(log_->head(0).position, 1u);
  let_commit();
  appending.join();
  expect_holds_all(*log_);
  EXPECT_THAT(server_->log(), Not(HasSubstr("canceling wait for synchronous replication")));
}

// The server answers COMMIT and warns that it did not wait: as long as nothing says that it is durable, it is not.
TEST_F(PostgresStandby, DoesNotTakeACommitForDurableThatWasCancelled) {
  hold_commits();
  std::thread appending = append_later(3);
  server_->execute(fmt::format("SELECT pg_cancel_backend({})", waiting_session()));
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(has_returned_);
  EXPECT_EQ(log_->head(0).position, 1u);
  EXPECT_EQ(count("muniment_records"), 4u);  // What the server shows is not what lasts.
  let_commit();
  appending.join();
  expect_holds_all(*log_);
}

TEST_F(PostgresStandby, ControlThatBelievesTheAnswerAcknowledgesWhatNoStandbyHas) {
  hooks_.settles = false;
  log_.reset();
  log_ = PostgresLog::open(options());  // Its deadline is long enough for the COMMIT to be cancelled before it is missed.
  hold_commits();
  std::thread appending = append_later(3);
  server_->execute(fmt::format("SELECT pg_cancel_backend({})", waiting_session()));
  appending.join();  // And nothing let it commit.
  EXPECT_TRUE(has_returned_);
}

TEST_F(PostgresFailure, TakesTheLeaseForGivenUpWhereTheAnswerToThatWasLost) {
  const auto log = made();
  ASSERT_EQ(log->stream_version(0, sample::account(7)), 1u);  // By a session that is idle then.
  proxy_->swallows_answers = true;
  std::thread later([this] {
    std::this_thread::sleep_for(500ms);
    proxy_->swallows_answers = false;
  });
  EXPECT_NO_THROW(log->give_up("nobody"));
  later.join();
  EXPECT_EQ(PostgresLog::look_at_lease(options()).holder.name, "nobody");
}

TEST_F(PostgresFailure, GivesNoLeaseUpThatAnotherHas) {
  const auto log = made();
  server_->execute(fmt::format("UPDATE {}.muniment_leases SET token = token + 1, holder = 'another'", schema_));
  EXPECT_THAT([&] { log->give_up("nobody"); }, ThrowsMessage<LogFailed>(HasSubstr("another node has taken the lease")));
  EXPECT_EQ(PostgresLog::look_at_lease(options()).holder.name, "another");
}

// The former primary lives on: sessions with it work, and what is written since is elsewhere.
TEST_F(PostgresFailure, ReadsWhereItWritesOnceTheWriterHasLeftAServer) {
  PostgresServer next(folder_ / "next");
  ASSERT_TRUE(next.start());
  next.execute("CREATE SCHEMA " + schema_);
  PostgresLogOptions all = options();
  all.url = PostgresUrl(PostgresServer::url_of(server_->socket_folder().string() + "," + next.socket_folder().string(), schema_));
  const auto log = PostgresLog::create(all);
  append(*log, 3);
  PostgresLogOptions of_next = options("next-head");
  of_next.url = PostgresUrl(PostgresServer::url_of(next.socket_folder(), schema_));
  sample::Source same;
  const auto copy = PostgresLog::create(of_next);
  ASSERT_EQ(sample::append(*copy, same.group(3)).value(), log->head(0));
  copy->close();
  ASSERT_EQ(log->stream_version(0, sample::account(7)), 1u);  // By a session that is idle then.
  ASSERT_EQ(server_
                ->execute("SELECT count(pg_terminate_backend(pid))::int8 FROM pg_stat_activity WHERE query = 'COMMIT' AND pid <> "
                          "pg_backend_pid() AND backend_type = 'client backend'")
                .number(0, 0),
            1u);
  EXPECT_EQ(append(*log, 2).position, 5u);
  EXPECT_EQ(count("muniment_records"), 3u) << "it is written to the other";
  EXPECT_EQ(log->find_command(0, Principal::submitter("portal"), "c5"), Position{5}) << "or the command is decided anew";
  Position read = 0;
  log->read(0, 1, 5, [&](Position, RecordWords record) {
    EXPECT_EQ(sample::text_of_words(record), sample::text_of_words(source_.records()[read++]));
    return true;
  });
  EXPECT_EQ(read, 5u);
}

// The server of a test's own, which dies whole.
TEST_F(PostgresFailure, GoesOnBehindAServerThatDiedAndCameBack) {
  PostgresServer own(folder_ / "own");
  ASSERT_TRUE(own.start());
  PostgresLogOptions all = options("own-head");
  all.url = PostgresUrl(own.fresh());
  all.retry_for = 60s;  // A busy machine takes its time to start a server.
  const auto log = PostgresLog::create(all);
  append(*log, 3);
  bool was_killed = false;
  bool is_back = false;
  hooks_.on_step = [&](std::string_view step) {
    if (step == "commit" && !was_killed) {
      own.kill();
      was_killed = true;
    } else if (step == "settle" && !is_back) {
      is_back = own.start();
    }
  };
  append(*log, 5);
  EXPECT_TRUE(is_back);
  Position positions = 0;
  log->read(0, 1, 100, [&](Position, RecordWords record) {
    EXPECT_EQ(sample::text_of_words(record), sample::text_of_words(source_.records()[positions++]));
    return true;
  });
  EXPECT_EQ(positions, 8u);
}

}  // namespace
}  // namespace muniment
