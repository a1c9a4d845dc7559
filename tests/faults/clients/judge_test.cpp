// The judge itself: histories that are known to be right, and histories that are known to be wrong.
#include "tests/faults/clients/judge.h"

#include <gtest/gtest.h>

#include <sstream>

namespace muniment::faults {
namespace {

// Calls of one account, which begins unlocked at version 5; times are in small numbers.
class Judged : public testing::Test {
 protected:
  ClientCall& call(Asked asked, std::int64_t from, std::int64_t to) {
    ClientCall made;
    made.process = static_cast<unsigned>(history.size());
    made.asked = asked;
    made.command_id = "c" + std::to_string(history.size());
    made.invoked_ns = from;
    made.completed_ns = to;
    return history.emplace_back(made);
  }
  // Told to have changed, and in the log.
  ClientCall& changed(bool locked, std::int64_t from, std::int64_t to) {
    ClientCall& made = call(Asked::write, from, to);
    made.wants_locked = locked;
    made.told = Told::changed;
    made.position = 100 + log.changes.size();
    log.changes.push_back({made.position, 0, locked, made.command_id});
    return made;
  }
  ClientCall& read(State state, std::int64_t from, std::int64_t to, std::uint64_t position) {
    ClientCall& made = call(Asked::read, from, to);
    made.told = Told::state;
    made.state = state;
    made.position = position;
    return made;
  }

  ClientHistory history;
  FinalLog log{.before = {State{false, 5}}, .changes = {}};
};

TEST_F(Judged, AreRightOneAfterTheOther) {
  changed(true, 1, 2);
  read({true, 6}, 3, 4, 100);
  changed(false, 5, 6);
  read({false, 7}, 7, 8, 101);
  EXPECT_EQ(judge(history, log), "");
}

TEST_F(Judged, AreRightInEitherOrderWhileTheyOverlap) {
  changed(true, 1, 10);
  read({false, 5}, 2, 3, 99);
  read({true, 6}, 4, 5, 100);
  EXPECT_EQ(judge(history, log), "");
}

TEST_F(Judged, MayHaveHappenedOrNotWhereNobodyWasTold) {
  call(Asked::write, 1, 0).wants_locked = true;
  read({false, 5}, 10, 11, 99);
  EXPECT_EQ(judge(history, log), "");
  history.pop_back();
  log.changes.push_back({100, 0, true, "c0"});
  read({true, 6}, 10, 11, 100);
  EXPECT_EQ(judge(history, log), "");
}

TEST_F(Judged, AreWrongWhereAReadMissesWhatHadEnded) {
  changed(true, 1, 2);
  read({false, 5}, 3, 4, 99);
  EXPECT_NE(check_linearizable(history, log.before), "");
}

TEST_F(Judged, AreWrongWhereAReadIsTakenBack) {
  changed(true, 1, 10);
  read({true, 6}, 2, 3, 100);
  read({false, 5}, 4, 5, 99);
  EXPECT_NE(check_linearizable(history, log.before), "");
}

TEST_F(Judged, AreWrongWhereTwoCompareAndSetsBothFindTheSameVersion) {
  for (int i = 0; i < 2; ++i) {
    ClientCall& made = call(Asked::compare_and_set, 1, 10);
    made.expected_version = 5;
    made.wants_locked = true;
    made.told = Told::changed;
    made.position = 100 + static_cast<std::uint64_t>(i);
    log.changes.push_back({made.position, 0, true, made.command_id});
  }
  EXPECT_NE(check_linearizable(history, log.before), "");
}

TEST_F(Judged, AreWrongWhereAVersionIsStaleThatWasNot) {
  ClientCall& made = call(Asked::compare_and_set, 1, 2);
  made.expected_version = 5;
  made.wants_locked = true;
  made.told = Told::stale;
  made.state.version = 4;
  EXPECT_NE(check_linearizable(history, log.before), "");
}

TEST_F(Judged, AreWrongWhereWhatWasAcknowledgedIsNotThere) {
  changed(true, 1, 2);
  log.changes.clear();
  EXPECT_EQ(check_acknowledged(history, log), "c0 was acknowledged and is lost");
}

TEST_F(Judged, AreWrongWhereItIsThereTwiceOrElsewhere) {
  changed(true, 1, 2);
  log.changes[0].position = 99;
  EXPECT_EQ(check_acknowledged(history, log), "c0 was acknowledged at 100, and stands at 99");
  log.changes.push_back(log.changes[0]);
  EXPECT_EQ(check_acknowledged(history, log), "c0 is recorded 2 times");
}

TEST_F(Judged, AreWrongWhereWhatChangedNothingIsInTheLog) {
  ClientCall& made = changed(true, 1, 2);
  made.told = Told::unchanged;
  EXPECT_NE(check_acknowledged(history, log), "");
}

TEST_F(Judged, AreWrongWhereAViewIsBehindWhatItsCallerWaitedFor) {
  ClientCall& made = read({false, 5}, 3, 4, 99);
  made.asked = Asked::follow;
  made.waits_for = 100;
  EXPECT_EQ(check_followers(history, log), "process 0 waited for 100, and was answered as of 99");
}

TEST_F(Judged, AreWrongWhereAViewShowsAnotherStateThanThatOfItsPosition) {
  changed(true, 1, 2);
  read({false, 5}, 3, 4, 100).asked = Asked::follow;
  EXPECT_NE(check_followers(history, log), "");
}

TEST_F(Judged, AreCounted) {
  changed(true, 1, 2);
  changed(false, 3, 9);
  changed(true, 10, 11);
  log.changes.push_back(log.changes[0]);
  log.changes.push_back(log.changes[0]);
  log.changes.erase(log.changes.begin() + 1);
  const Tally found = tally(history, log);
  EXPECT_EQ(found.acknowledged, 3u);
  EXPECT_EQ(found.lost, 1u);
  EXPECT_EQ(found.doubled, 1u);
  EXPECT_EQ(found.silence_ns, 7);
}

TEST_F(Judged, AreWrittenAsJepsenAndOthersReadThem) {
  changed(true, 1, 4);
  ClientCall& stale = call(Asked::compare_and_set, 2, 5);
  stale.expected_version = 4;
  stale.wants_locked = true;
  stale.told = Told::stale;
  stale.state.version = 6;
  call(Asked::write, 3, 0).wants_locked = false;
  read({true, 6}, 6, 7, 100).waits_for = 100;
  std::ostringstream edn;
  write_edn(history, edn);
  EXPECT_EQ(edn.str(), R"({:index 0, :time 1, :type :invoke, :process 0, :f :write, :value [0 true]}
{:index 1, :time 2, :type :invoke, :process 1, :f :cas, :value [0 [4 true]]}
{:index 2, :time 3, :type :invoke, :process 2, :f :write, :value [0 false]}
{:index 3, :time 4, :type :ok, :process 0, :f :write, :value [0 true], :position 100}
{:index 4, :time 5, :type :fail, :process 1, :f :cas, :value [0 [4 true]], :error [:version-conflict 6]}
{:index 5, :time 6, :type :invoke, :process 3, :f :read, :value [0 nil], :wait-for 100}
{:index 6, :time 7, :type :ok, :process 3, :f :read, :value [0 {:locked true, :version 6}], :position 100}
{:index 7, :time 8, :type :info, :process 2, :f :write, :value [0 false]}
)");
  std::ostringstream json;
  write_json_lines(history, json);
  EXPECT_EQ(json.str(), R"({"index":0,"time":1,"type":"invoke","process":0,"f":"write","key":0,"locked":true,"command_id":"c0"}
{"index":1,"time":2,"type":"invoke","process":1,"f":"cas","key":0,"locked":true,"expected_version":4,"command_id":"c1"}
{"index":2,"time":3,"type":"invoke","process":2,"f":"write","key":0,"locked":false,"command_id":"c2"}
{"index":3,"time":4,"type":"ok","process":0,"f":"write","key":0,"locked":true,"command_id":"c0","position":100}
{"index":4,"time":5,"type":"fail","process":1,"f":"cas","key":0,"locked":true,"expected_version":4,"command_id":"c1","actual_version":6}
{"index":5,"time":6,"type":"invoke","process":3,"f":"read","key":0,"wait_for":100}
{"index":6,"time":7,"type":"ok","process":3,"f":"read","key":0,"position":100,"locked":true,"version":6}
{"index":7,"time":8,"type":"info","process":2,"f":"write","key":0,"locked":false,"command_id":"c2"}
)");
}

}  // namespace
}  // namespace muniment::faults
