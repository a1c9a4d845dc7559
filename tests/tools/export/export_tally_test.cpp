#include "tools/export/export_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tools/export/read_ahead.h"

namespace muniment {
namespace {

TEST(RunningDigest, IsSha256) {
  RunningDigest digest;
  digest.add("ab");
  digest.add("c");
  EXPECT_EQ(to_hex(digest.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ExportTally, SaysRowsAndDigestOfWhatWentOut) {
  ExportTally tally(ExportFormat::ocsf);
  tally.add({"ab", 2});
  tally.add({"c", 1});
  const ExportEnd end = tally.end(true);
  EXPECT_EQ(end.format, "ocsf");
  EXPECT_EQ(end.rows, 3U);
  EXPECT_TRUE(end.is_cut);
  EXPECT_EQ(to_hex(end.digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ReadAhead, GivesWhatIsMadeInOrderAndThenNothing) {
  int made = 0;
  ReadAhead<int> pieces([&made](int& out) { return (out = ++made) <= 1000; });
  int piece = 0;
  for (int expected = 1; expected <= 1000; ++expected) {
    ASSERT_TRUE(pieces.next(piece));
    EXPECT_EQ(piece, expected);
  }
  EXPECT_FALSE(pieces.next(piece));
  EXPECT_FALSE(pieces.next(piece));
}

TEST(ReadAhead, MakesNoMoreThanTwoAheadOfWhoTakesThem) {
  std::atomic<int> made = 0;
  ReadAhead<int> pieces([&made](int& out) { return (out = ++made) > 0; });
  int piece = 0;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pieces.next(piece));
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_LE(made, 7);
}

TEST(ReadAhead, ThrowsWhatStoppedItBehindWhatWasMade) {
  int made = 0;
  ReadAhead<int> pieces([&made](int& out) -> bool {
    if (++made == 2) throw std::runtime_error("no more");
    out = made;
    return true;
  });
  int piece = 0;
  EXPECT_TRUE(pieces.next(piece));
  EXPECT_THROW(pieces.next(piece), std::runtime_error);
}

TEST(PiecesAhead, AreMadeByWhoTakesThemWhereNobodyElseDoes) {
  int made = 0;
  PiecesAhead<int> pieces([&made](int& out) { return (out = ++made) <= 2; });
  int piece = 0;
  EXPECT_TRUE(pieces.next(piece));
  EXPECT_TRUE(pieces.next(piece));
  EXPECT_EQ(piece, 2);
  EXPECT_FALSE(pieces.next(piece));
}

TEST(PiecesAhead, AreTwoAndNoMore) {
  int made = 0;
  PiecesAhead<int> pieces([&made](int& out) { return (out = ++made) > 0; });
  EXPECT_TRUE(pieces.make_ahead()) << "there is room for another";
  EXPECT_FALSE(pieces.make_ahead());
  EXPECT_FALSE(pieces.make_ahead());
  EXPECT_EQ(made, 2);
  int piece = 0;
  EXPECT_TRUE(pieces.next(piece));
  EXPECT_EQ(piece, 1);
  EXPECT_FALSE(pieces.make_ahead());
  EXPECT_EQ(made, 3);
}

TEST(PiecesAhead, SayThatThereAreNoneBehindTheLast) {
  PiecesAhead<int> pieces([](int&) { return false; });
  EXPECT_FALSE(pieces.make_ahead());
  int piece = 0;
  EXPECT_FALSE(pieces.next(piece));
}

TEST(PiecesAhead, KeepWhatStoppedThemForWhoTakes) {
  int made = 0;
  PiecesAhead<int> pieces([&made](int& out) -> bool {
    if (++made == 2) throw std::runtime_error("no more");
    return (out = made) == 1;
  });
  EXPECT_TRUE(pieces.make_ahead());
  EXPECT_FALSE(pieces.make_ahead()) << "and it throws nothing there";
  int piece = 0;
  EXPECT_TRUE(pieces.next(piece));
  EXPECT_THROW(pieces.next(piece), std::runtime_error);
  EXPECT_THROW(pieces.next(piece), std::runtime_error);
  EXPECT_EQ(made, 2);
}

// Three threads make ahead, each as a pool does.
TEST(PiecesAhead, AreMadeOneAtATimeAndInOrderOnWhicheverThread) {
  constexpr int count = 20'000;
  int made = 0;  // No atomic: a sanitizer sees two at a time.
  PiecesAhead<int> pieces([&made](int& out) { return (out = ++made) <= count; });
  std::vector<std::jthread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&pieces](const std::stop_token& stop) {
      while (pieces.wait_for_room(stop)) pieces.make_ahead();
    });
  }
  int piece = 0;
  for (int expected = 1; expected <= count; ++expected) {
    ASSERT_TRUE(pieces.next(piece));
    ASSERT_EQ(piece, expected);
  }
  EXPECT_FALSE(pieces.next(piece));
}

TEST(ReadAhead, MayBeLeftBeforeItsEnd) {
  ReadAhead<int> pieces([](int& out) { return (out = 1) == 1; });
  int piece = 0;
  EXPECT_TRUE(pieces.next(piece));
}

}  // namespace
}  // namespace muniment
