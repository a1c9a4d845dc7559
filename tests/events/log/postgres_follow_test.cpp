// A node that follows sees what another appends, whole and in order, and nothing that does not lead to the head's root.
#include <thread>

#include "tests/events/log/postgres_fixture.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class PostgresFollow : public PostgresLogTest {
 protected:
  PostgresLogOptions options_of_follower() const {
    PostgresLogOptions of = options_of_other_node();
    of.follows = true;
    return of;
  }
  static void expect_reaches(const PostgresLog& follower, const LogHead& head) {
    EXPECT_TRUE(follower.wait_beyond(0, head.position - 1, 20s));
    EXPECT_EQ(follower.head(0), head);
    EXPECT_EQ(follower.tree().root(), head.root);
  }
  static std::string failure_of(const PostgresLog& follower) {
    for (int i = 0; i < 1000 && follower.failure().empty(); ++i) std::this_thread::sleep_for(20ms);
    return follower.failure();
  }
};

TEST_F(PostgresFollow, ShowsWhatAnotherAppendsWhileItAppends) {
  PostgresLogOptions with_address = options();
  with_address.address = "https://node1.example:8443";
  const auto log = PostgresLog::create(with_address);
  append(*log, 300);
  const auto follower = PostgresLog::open(options_of_follower());
  expect_reaches(*follower, log->head(0));
  expect_reaches(*follower, append(*log, 5));
  expect_reaches(*follower, append(*log, 700));  // Beyond full tiles, and beyond a page.
  expect_holds_all(*follower);
  EXPECT_EQ(follower->lease().holder, (LeaseHolder{"muniment", "https://node1.example:8443"}));
  EXPECT_GT(follower->lease().left, 0ms);
  EXPECT_LT(follower->out_of_touch(), 20s);
  append(*log, 1);  // The lease is whose it was.
}

TEST_F(PostgresFollow, TakesNoEventsAndKeepsNoNotes) {
  const auto log = PostgresLog::create(options());
  const auto follower = PostgresLog::open(options_of_follower());
  EXPECT_THAT([&] { sample::append(*follower, source_.group(1)); }, ThrowsMessage<LogFailed>(HasSubstr("another appends to it")));
  EXPECT_THAT([&] { follower->keep_checkpoint(0, "note"); }, ThrowsMessage<LogFailed>(HasSubstr("another keeps notes")));
  EXPECT_EQ(count("muniment_records"), 0u);
}

TEST_F(PostgresFollow, KeepsTheHighestHeadThatItHasSeen) {
  const auto log = PostgresLog::create(options());
  const PostgresLogOptions of_follower = options_of_follower();
  const auto follower = PostgresLog::open(of_follower);
  const LogHead head = append(*log, 40);
  expect_reaches(*follower, head);
  follower->close();
  EXPECT_EQ(DurableHeadFile(of_follower.head_file, 0).read().head, head);
}

// The newest group may be on that replica alone, and be gone with it; what another group stands behind was acknowledged.
TEST_F(PostgresFollow, KeepsOfWhatAReplicaShowsTheHeadBeforeTheNewestOne) {
  const auto log = PostgresLog::create(options());
  PostgresLogOptions of_follower = options_of_follower();
  of_follower.url = PostgresUrl(url_ + "&target_session_attrs=any");
  const auto follower = PostgresLog::open(of_follower);
  const LogHead first = append(*log, 3);
  expect_reaches(*follower, first);
  expect_reaches(*follower, append(*log, 2));
  follower->close();
  EXPECT_EQ(DurableHeadFile(of_follower.head_file, 0).read().head, first);
}

TEST_F(PostgresFollow, SeesTheLeaseGivenBackAndMayTakeIt) {
  const auto log = PostgresLog::create(options());
  const LogHead head = append(*log, 3);
  PostgresLogOptions other = options_of_follower();
  const auto follower = PostgresLog::open(other);
  log->close();
  for (int i = 0; i < 1000 && follower->lease().left > 0ms; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(follower->lease().left, 0ms);
  EXPECT_EQ(PostgresLog::look_at_lease(other).left, 0ms);
  follower->close();
  other.follows = false;
  const auto next = PostgresLog::open(other);
  EXPECT_EQ(next->head(0), head);
  append(*next, 2);
  expect_holds_all(*next);
  EXPECT_EQ(PostgresLog::look_at_lease(other).holder.name, "other");
}

TEST_F(PostgresFollow, GoesOnAfterItsSessionsWereLost) {
  const auto log = PostgresLog::create(options());
  const auto follower = PostgresLog::open(options_of_follower());
  append(*log, 3);
  end_sessions();
  expect_reaches(*follower, append(*log, 3));
}

// As a former primary is that lives on: its sessions work, and nothing comes by them.
TEST_F(PostgresFollow, LeavesAServerToWhichNobodyAppendsForTheOneThatGoesOn) {
  const auto former = PostgresLog::create(options());
  append(*former, 3);
  former->close();
  PostgresServer next(folder_ / "next");
  ASSERT_TRUE(next.start());
  next.execute("CREATE SCHEMA " + schema_);
  PostgresLogOptions of_next = options("next-head");
  of_next.url = PostgresUrl(PostgresServer::url_of(next.socket_folder(), schema_));
  const auto log = PostgresLog::create(of_next);
  sample::Source same;
  ASSERT_TRUE(sample::append(*log, same.group(3)).has_value());
  PostgresLogOptions both = options_of_follower();
  both.url = PostgresUrl(PostgresServer::url_of(server_->socket_folder().string() + "," + next.socket_folder().string(), schema_));
  both.lease = 500ms;
  const auto follower = PostgresLog::open(both);
  EXPECT_EQ(follower->lease().left, 0ms) << "it begins with the first";
  const auto head = sample::append(*log, same.group(2));
  ASSERT_TRUE(head.has_value());
  expect_reaches(*follower, *head);
  for (int i = 0; i < 1000 && follower->out_of_touch() > 200ms; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_LT(follower->out_of_touch(), 5s);
}

TEST_F(PostgresFollow, IsOutOfTouchWhereTheLeaseHasBeenOverForLong) {
  const auto log = PostgresLog::create(options());
  const LogHead head = append(*log, 3);
  PostgresLogOptions of = options_of_follower();
  of.lease = 300ms;
  const auto follower = PostgresLog::open(of);
  log->close();
  for (int i = 0; i < 1000 && follower->out_of_touch() < 1s; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_GE(follower->out_of_touch(), 1s);
  EXPECT_EQ(follower->lease().left, 0ms) << "and may be taken";
  EXPECT_EQ(follower->head(0), head);
  EXPECT_EQ(follower->failure(), "");
  const auto again = PostgresLog::open(options());
  for (int i = 0; i < 1000 && follower->out_of_touch() >= 1s; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_LT(follower->out_of_touch(), 1s);
}

TEST_F(PostgresFollow, IsOutOfTouchWithAServerThatShowsLessThanWasSeen) {
  const auto log = PostgresLog::create(options());
  const auto follower = PostgresLog::open(options_of_follower());
  const LogHead before = append(*log, 3);
  const LogHead head = append(*log, 3);
  expect_reaches(*follower, head);
  server_->execute(fmt::format("ALTER TABLE {}.muniment_heads DISABLE TRIGGER muniment_forward_only", schema_));
  server_->execute(
      fmt::format("UPDATE {}.muniment_heads SET position = {}, root = decode('{}', 'hex')", schema_, before.position, to_hex(before.root)));
  for (int i = 0; i < 1000 && follower->out_of_touch() < 1s; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_GE(follower->out_of_touch(), 1s);
  EXPECT_EQ(follower->head(0), head);
  EXPECT_EQ(follower->failure(), "") << "another server may be the right one";
}

TEST_F(PostgresFollow, ShowsNothingOfALogThatDoesNotLeadToItsHead) {
  const auto log = PostgresLog::create(options());
  const auto follower = PostgresLog::open(options_of_follower());
  const LogHead head = append(*log, 3);
  expect_reaches(*follower, head);
  // As a server would that promises a root of other events.
  server_->execute(
      fmt::format("INSERT INTO {0}.muniment_records SELECT part, 4, record FROM {0}.muniment_records WHERE position = 1", schema_));
  server_->execute(fmt::format("UPDATE {}.muniment_heads SET position = 4, root = decode(repeat('ab', 32), 'hex')", schema_));
  EXPECT_THAT(failure_of(*follower), AllOf(HasSubstr("is not followed"), HasSubstr("do not lead there")));
  EXPECT_EQ(follower->head(0), head);
}

TEST_F(PostgresFollow, SaysWhichPositionTheDatabaseLacks) {
  const auto log = PostgresLog::create(options());
  const auto follower = PostgresLog::open(options_of_follower());
  const LogHead head = append(*log, 3);
  expect_reaches(*follower, head);
  server_->execute(fmt::format("UPDATE {}.muniment_heads SET position = 5, root = decode(repeat('ab', 32), 'hex')", schema_));
  EXPECT_THAT(failure_of(*follower), HasSubstr("lacks the position 4"));
  EXPECT_EQ(follower->head(0), head);
}

TEST_F(PostgresFollow, DoesNotBeginWhereTheLogLacksWhatItHasSeen) {
  const auto log = PostgresLog::create(options());
  append(*log, 3);
  PostgresLogOptions of = options_of_follower();
  of.known = {{{9, empty_root}, "a witness"}};
  of.retry_for = 500ms;
  EXPECT_THAT([&] { PostgresLog::open(of); }, ThrowsMessage<LogDamaged>(HasSubstr("a witness says")));
}

}  // namespace
}  // namespace muniment
