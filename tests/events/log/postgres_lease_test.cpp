// One appends at a time, and never to a log that lacks what this node has seen. Each protection has a control: without it the same is done
// without a word.
#include <thread>

#include "events/log/postgres_tables.h"
#include "tests/events/log/postgres_fixture.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class PostgresLease : public PostgresLogTest {
 protected:
  // As after a pause of whoever has it.
  std::unique_ptr<PostgresLog> taken_over() const {
    const PostgresLogOptions other = options_of_other_node();
    while (true) {
      try {
        expire_lease();
        return PostgresLog::open(other);
      } catch (const LogInUse&) {  // It was renewed in between.
      }
    }
  }
};

TEST_F(PostgresLease, IsNotTakenFromAnotherWhoHasIt) {
  const auto log = PostgresLog::create(options());
  append(*log, 3);
  const PostgresLogOptions other = options_of_other_node();
  EXPECT_THAT([&] { PostgresLog::open(other); },
              ThrowsMessage<LogInUse>(AllOf(HasSubstr("muniment appends to the log"), HasSubstr("ms unless"))));
  append(*log, 3);
  expect_holds_all(*log);
}

TEST_F(PostgresLease, IsGivenBackByAnOrderlyClose) {
  PostgresLog::create(options())->close();
  PostgresLog::open(options_of_other_node());
}

TEST_F(PostgresLease, IsRenewedForAsLongAsItIsHeld) {
  PostgresLogOptions brief = options();
  brief.lease = 1'500ms;
  const auto log = PostgresLog::create(brief);
  std::this_thread::sleep_for(2s);
  EXPECT_THROW(PostgresLog::open(options_of_other_node()), LogInUse);
  append(*log, 1);
}

TEST_F(PostgresLease, RunsOutWhereNobodyRenewsIt) {
  PostgresLogOptions brief = options();
  brief.lease = 1'500ms;
  {
    PostgresLog::create(brief);
  }  // Not closed.
  const PostgresLogOptions other = options_of_other_node();
  EXPECT_THROW(PostgresLog::open(other), LogInUse);
  std::this_thread::sleep_for(1'500ms);
  append(*PostgresLog::open(other), 1);
}

TEST_F(PostgresLease, KeepsAFormerHolderFromWriting) {
  const auto former = PostgresLog::create(options());
  append(*former, 3);
  const auto current = taken_over();
  const sample::Group group = source_.group(2);
  EXPECT_THAT([&] { sample::append(*former, group); }, ThrowsMessage<LogFailed>(HasSubstr("another node has taken the lease")));
  EXPECT_EQ(count("muniment_records"), 3u);
  EXPECT_TRUE(sample::append(*current, group).has_value());
  expect_holds_all(*current);
}

TEST_F(PostgresLease, ControlWithoutTheTokenLetsAFormerHolderWrite) {
  hooks_.checks_token = false;
  const auto former = PostgresLog::create(options());
  append(*former, 3);
  const auto current = taken_over();
  append(*former, 2);
  EXPECT_EQ(count("muniment_records"), 5u);
  EXPECT_EQ(current->head(0).position, 3u);
}

// Stopped between the lock and the commit, as by SIGSTOP: the server frees the lock, and the commit comes too late.
TEST_F(PostgresLease, KeepsAHolderFromWritingWhoWasPausedWithTheLock) {
  PostgresLog::create(options())->close();
  const auto former = PostgresLog::open(with_short_deadline(options()));
  append(*former, 3);
  std::unique_ptr<PostgresLog> current;
  hooks_.on_step = [&](std::string_view step) {
    if (step != "commit" || current) return;
    current = taken_over();
  };
  const sample::Group group = source_.group(2);
  EXPECT_THAT([&] { sample::append(*former, group); }, ThrowsMessage<LogFailed>(HasSubstr("another node has taken the lease")));
  EXPECT_EQ(count("muniment_records"), 3u);
  hooks_.on_step = [](std::string_view) {};
  EXPECT_TRUE(sample::append(*current, group).has_value());
}

TEST_F(PostgresLease, IsNoticedAsLostWithoutAnAppend) {
  PostgresLogOptions brief = options();
  brief.lease = 600ms;
  const auto former = PostgresLog::create(brief);
  const auto current = taken_over();
  std::string what;
  for (int i = 0; i < 500 && what.empty(); ++i) {
    try {
      former->keep_checkpoint(1, "mine");
      std::this_thread::sleep_for(20ms);
    } catch (const LogFailed& failed) {
      what = failed.what();
    }
  }
  EXPECT_THAT(what, HasSubstr("another node has taken the lease"));
}

class PostgresFence : public PostgresLogTest {
 protected:
  PostgresLogOptions hasty(const std::string& head = "head") const {
    PostgresLogOptions out = options(head);
    out.retry_for = 1s;
    return out;
  }
  // Another log, which takes the place of the one in the schema: what a primary has that lost events, or took others.
  void replace_by(const std::function<void(PostgresLog&)>& fill) const {
    const std::string url = server_->fresh();
    PostgresLogOptions other = hasty("replacing");
    other.url = PostgresUrl(url);
    const auto log = PostgresLog::create(other);
    fill(*log);
    log->close();
    server_->execute(fmt::format("UPDATE {}.muniment_heads SET token = 1", schema_of(url)));
    server_->execute(fmt::format("ALTER SCHEMA {} RENAME TO {}_before", schema_, schema_));
    server_->execute(fmt::format("ALTER SCHEMA {} RENAME TO {}", schema_of(url), schema_));
  }
  // With the first `count` events of the log.
  void lose_all_but(std::size_t count) const {
    replace_by([&](PostgresLog& log) {
      sample::Source same;
      EXPECT_TRUE(sample::append(log, same.group(count)).has_value());
    });
  }
  // With as many events, and other ones.
  void replace_by_others(std::size_t count) const {
    replace_by([&](PostgresLog& log) {
      sample::Source others;
      sample::Group group;
      for (std::size_t i = 0; i < count; ++i) others.add(group, {sample::account(77)});
      EXPECT_TRUE(sample::append(log, group).has_value());
    });
  }
};

TEST_F(PostgresFence, OpensNoLogThatLacksWhatThisNodeHasSeen) {
  {
    const auto log = PostgresLog::create(hasty());
    append(*log, 300);
    log->close();
  }
  lose_all_but(200);
  EXPECT_THAT([&] { PostgresLog::open(hasty()); },
              ThrowsMessage<LogDamaged>(AllOf(HasSubstr("ends at position 200 with the root "),
                                              HasSubstr("says position 300 with the root "), HasSubstr("recorded events are missing"))));
}

TEST_F(PostgresFence, OpensNoLogWithOtherEventsThanThisNodeHasSeen) {
  {
    const auto log = PostgresLog::create(hasty());
    append(*log, 300);
    log->close();
  }
  replace_by_others(310);
  EXPECT_THAT([&] { PostgresLog::open(hasty()); }, ThrowsMessage<LogDamaged>(HasSubstr("the events 1 to 300 are others")));
}

TEST_F(PostgresFence, OpensNoLogThatLacksWhatIsKnownElsewhere) {
  PostgresLogOptions known = hasty();
  {
    const auto log = PostgresLog::create(known);
    append(*log, 3);
    log->close();
  }
  known.known = {{{4, empty_root}, "a witness"}};
  EXPECT_THAT([&] { PostgresLog::open(known); }, ThrowsMessage<LogDamaged>(HasSubstr("a witness says position 4")));
  known.known = {{{2, empty_root}, "a witness"}};
  EXPECT_THAT([&] { PostgresLog::open(known); }, ThrowsMessage<LogDamaged>(HasSubstr("the events 1 to 2 are others")));
}

TEST_F(PostgresFence, StopsWhereItFindsLessWhenItConnectsAgain) {
  const auto log = PostgresLog::create(hasty());
  append(*log, 300);
  lose_all_but(200);
  end_sessions();
  sample::Source same;
  same.group(200);
  const sample::Group next = same.group(1);
  EXPECT_THAT([&] { sample::append(*log, next); },
              ThrowsMessage<LogFailed>(AllOf(HasSubstr("ends at position 200"), HasSubstr("this node says position 300"))));
  EXPECT_EQ(count("muniment_records"), 200u);
}

// In a session that works: what that server lacks is neither damage nor an answer.
TEST_F(PostgresFence, AnswersNothingFromAServerThatLacksWhatWasSeen) {
  const auto log = PostgresLog::create(hasty());
  append(*log, 300);
  const StreamName stream = sample::account(7);
  const Version version = log->stream_version(0, stream);
  const Position last_of_stream = [&] {
    Position last = 0;
    log->read_stream(0, stream, 1, [&](Position position, RecordWords) {
      last = position;
      return true;
    });
    return last;
  }();
  lose_all_but(200);
  const auto told = ThrowsMessage<LogDamaged>(AllOf(HasSubstr("ends at position 200"), HasSubstr("recorded events are missing")));
  const auto see = [](Position, RecordWords) { return true; };
  EXPECT_THAT([&] { log->read(0, 1, 300, see); }, told);
  EXPECT_THAT([&] { log->read_stream(0, stream, 1, see); }, told);
  EXPECT_THAT([&] { log->stream_version(0, stream); }, told);
  EXPECT_THAT([&] { log->find_command(0, Principal::submitter("portal"), "c250"); }, told);
  EXPECT_THAT([&] { log->read_tile(0, 0); }, told);
  EXPECT_GT(version, 0u);
  EXPECT_GT(last_of_stream, 0u);
}

TEST_F(PostgresFence, StopsWhereItFindsOtherEventsWhenItConnectsAgain) {
  const auto log = PostgresLog::create(hasty());
  append(*log, 300);
  replace_by_others(300);
  end_sessions();
  const sample::Group next = source_.group(1);
  EXPECT_THAT([&] { sample::append(*log, next); }, ThrowsMessage<LogFailed>(HasSubstr("the events 1 to 300 are others")));
  EXPECT_EQ(count("muniment_records"), 300u);
}

TEST_F(PostgresFence, ControlWithoutItAppendsBehindWhatWasLost) {
  hooks_.checks_seen = false;
  {
    const auto log = PostgresLog::create(hasty());
    append(*log, 300);
    log->close();
  }
  lose_all_but(200);
  const auto log = PostgresLog::open(hasty());
  sample::Source same;
  same.group(200);
  EXPECT_TRUE(sample::append(*log, same.group(1)).has_value());
}

// A server that is behind is passed over for one that is not.
TEST_F(PostgresFence, GoesToTheHostThatHasEverything) {
  {
    const auto log = PostgresLog::create(hasty());
    append(*log, 300);
    log->close();
  }
  PostgresServer behind(folder_ / "behind");
  ASSERT_TRUE(behind.start());
  behind.execute("CREATE SCHEMA " + schema_);
  PostgresLogOptions of_behind = hasty("behind-head");
  of_behind.url = PostgresUrl(PostgresServer::url_of(behind.socket_folder(), schema_));
  PostgresLog::create(of_behind)->close();
  PostgresLogOptions both = hasty();
  both.url = PostgresUrl(PostgresServer::url_of(behind.socket_folder().string() + "," + server_->socket_folder().string(), schema_));
  EXPECT_EQ(PostgresLog::open(both)->head(0).position, 300u);
}

}  // namespace
}  // namespace muniment
