#include "tools/server/log_patrol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/attacks/tampering.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

class LogPatrolTest : public testing::Test {
 protected:
  LogPatrolTest() : log_(RocksLog::create(options())) {}
  RocksLogOptions options() const { return {.folder = folder_ / "log", .head_file = folder_ / "head"}; }
  void append(std::size_t size) { ASSERT_TRUE(sample::append(*log_, source_.group(size))); }
  template <typename Is>
  static bool comes_true(Is is) {
    for (int i = 0; i < 60'000 && !is(); ++i) std::this_thread::sleep_for(1ms);
    return is();
  }

  static constexpr LogPatrol::Pace fast{.share = 1, .part_min = 0ms, .grown_after = 1ms, .fault_after = 1ms, .round_after = 50ms};
  TempFolder folder_;
  sample::Source source_;
  std::unique_ptr<RocksLog> log_;
};

TEST_F(LogPatrolTest, ReadsTheLogAsItGrowsAndBeginsAgain) {
  append(300);
  const LogPatrol patrol(*log_, [](const LogFault& fault) { ADD_FAILURE() << fault.what; }, fast);
  EXPECT_TRUE(comes_true([&] { return patrol.verified() == 300; }));
  append(400);
  EXPECT_TRUE(comes_true([&] { return patrol.verified() == 700; }));
  const std::uint64_t rounds = patrol.rounds();
  EXPECT_TRUE(comes_true([&] { return patrol.rounds() > rounds; }));
  EXPECT_EQ(patrol.first_fault(), 0u);
}

TEST_F(LogPatrolTest, ReadsALogOfSeveralParts) {
  for (int i = 0; i < 140; ++i) append(1000);
  const LogPatrol patrol(*log_, [](const LogFault& fault) { ADD_FAILURE() << fault.what; }, fast);
  EXPECT_TRUE(comes_true([&] { return patrol.verified() == 140'000; }));
}

TEST_F(LogPatrolTest, TellsOnceOfAPartThatIsNotWhatItWas) {
  for (int i = 0; i < 66; ++i) append(1000);  // More than an opening looks at.
  log_->close();
  log_.reset();
  put_tile(folder_.path(), 0, 1, std::string(sizeof(Tile), 'x'));
  log_ = RocksLog::open(options());
  std::vector<Position> told;
  {
    const LogPatrol patrol(*log_, [&](const LogFault& fault) { told.push_back(fault.position); }, fast);
    EXPECT_TRUE(comes_true([&] { return patrol.rounds() >= 2; }));
    EXPECT_EQ(patrol.first_fault(), 257u);
  }
  EXPECT_THAT(told, testing::ElementsAre(257));
}

TEST_F(LogPatrolTest, SaysNothingAnyMoreOnceThePartIsWhatItWas) {
  constexpr LogPatrol::Pace slow{.share = 1, .part_min = 0ms, .grown_after = 3'600'000ms, .fault_after = 1ms, .round_after = 86'400'000ms};
  append(1000);
  const Tile tile = log_->read_tile(0, 1);
  put_tile(*log_, 0, 1, std::string(sizeof(Tile), 'x'));
  const LogPatrol patrol(*log_, [](const LogFault&) {}, slow);
  EXPECT_TRUE(comes_true([&] { return patrol.first_fault() == 257; }));
  put_tile(*log_, 0, 1, text_of(tile_bytes(tile)));
  EXPECT_TRUE(comes_true([&] { return patrol.first_fault() == 0; }));
}

TEST_F(LogPatrolTest, LooksForTheNextPartThatIsNotWhatItWasOnceTheFirstIs) {
  constexpr LogPatrol::Pace slow{.share = 1, .part_min = 0ms, .grown_after = 1ms, .fault_after = 1ms, .round_after = 86'400'000ms};
  append(1000);
  for (int i = 0; i < 66; ++i) append(1000);  // A block has 65,536.
  const Tile tile = log_->read_tile(0, 1);
  put_tile(*log_, 0, 1, std::string(sizeof(Tile), 'x'));
  put_tile(*log_, 0, 257, std::string(sizeof(Tile), 'x'));
  const LogPatrol patrol(*log_, [](const LogFault&) {}, slow);
  EXPECT_TRUE(comes_true([&] { return patrol.rounds() == 1; }));
  EXPECT_EQ(patrol.first_fault(), 257u);
  put_tile(*log_, 0, 1, text_of(tile_bytes(tile)));
  EXPECT_TRUE(comes_true([&] { return patrol.first_fault() == 257 * 256 + 1; }));
}

TEST_F(LogPatrolTest, LooksAgainAtOnceWhenSomebodyHasMetWhatCannotBeRead) {
  append(1000);
  constexpr LogPatrol::Pace slow{.share = 1, .part_min = 0ms, .grown_after = 3'600'000ms, .round_after = 86'400'000ms};
  LogPatrol patrol(*log_, [](const LogFault&) {}, slow);
  EXPECT_TRUE(comes_true([&] { return patrol.rounds() == 1; }));
  put_tile(*log_, 0, 1, std::string(sizeof(Tile), 'x'));
  EXPECT_EQ(patrol.first_fault(), 0u) << "it would be found tomorrow";
  patrol.look_again();
  EXPECT_TRUE(comes_true([&] { return patrol.first_fault() == 257; }));
}

TEST_F(LogPatrolTest, EndsAtOnce) {
  append(10);
  const auto begun = std::chrono::steady_clock::now();
  {
    const LogPatrol patrol(*log_, [](const LogFault&) {}, {});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

}  // namespace
}  // namespace muniment
