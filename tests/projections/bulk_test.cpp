#include "projections/bulk.h"

#include <gmock/gmock.h>

#include "projections/projection.h"
#include "tests/projections/views_fixture.h"

namespace muniment::view {
namespace {

using testing::Each;

// Takes note of what it is fed; fails at a position, as a broken disk would.
class NotingProjection : public Projection {
 public:
  NotingProjection(std::vector<Position>& fed, Position fails_at) : fed_(fed), fails_at_(fails_at) {}
  void apply(schema::Event::Reader event, RowBuffer&) override {
    if (event.getPosition() == fails_at_) throw Failed("the disk is gone");
    fed_.push_back(event.getPosition());
  }
  void finish(RowBuffer&) override {}
  void written() override {}

 private:
  std::vector<Position>& fed_;
  Position fails_at_;
};

class BulkTest : public testing::Test {
 protected:
  BulkTest() : story(log), database({folder.path() / "views", 1 << 20, "1", {"one", "two"}}) {
    for (int i = 0; i < 500; ++i) story.provider_registered(mercy);
  }
  void add_lane(Position fails_at) {
    const std::size_t view = lanes.size();
    lanes.push_back(std::make_unique<Lane>(database, database.live(view), std::make_unique<NotingProjection>(fed[view], fails_at)));
  }
  void take_in(Position to, const std::stop_token& stop = {}) {
    std::vector<Lane*> all;
    for (const auto& lane : lanes) all.push_back(lane.get());
    take_in_bulk(log, database, all, to, {0, 50, 1 << 20, 1024}, [](const Lane&) {}, [this] { ++chunks; }, stop);
  }

  TempFolder folder;
  ListLog log;
  Story story;
  Database database;
  std::array<std::vector<Position>, 2> fed;
  std::vector<std::unique_ptr<Lane>> lanes;
  int chunks = 0;
};

TEST_F(BulkTest, FeedsEveryLaneEveryEventInOrderAndWritesThemAll) {
  add_lane(0);
  add_lane(0);
  take_in(450);
  for (std::size_t view = 0; view < 2; ++view) {
    EXPECT_EQ(fed[view].size(), 450u);
    EXPECT_TRUE(std::is_sorted(fed[view].begin(), fed[view].end()));
    EXPECT_EQ(position_of(database.snapshot(), *database.live(view)).position, 450u);
  }
  EXPECT_GT(chunks, 10);
  take_in(500);
  EXPECT_EQ(fed[0].size(), 500u);
}

TEST_F(BulkTest, BringsALaneThatIsBehindToTheOthers) {
  add_lane(0);
  take_in(300);
  add_lane(0);
  take_in(400);
  EXPECT_EQ(fed[0].size(), 400u) << "what it had is passed over";
  EXPECT_EQ(fed[1].size(), 400u);
}

TEST_F(BulkTest, EndsWithTheErrorOfALaneThatFailsAndLeavesNobodyWaiting) {
  for (const Position fails_at : {1u, 30u, 499u}) {
    lanes.clear();
    add_lane(fails_at);
    add_lane(0);
    EXPECT_THROW(take_in(500), Failed);
    EXPECT_LT(position_of(database.snapshot(), *database.live(0)).position, fails_at);
  }
}

TEST_F(BulkTest, StopsWhenItIsAskedTo) {
  add_lane(0);
  std::stop_source stop;
  stop.request_stop();
  take_in(500, stop.get_token());
  EXPECT_LT(fed[0].size(), 500u);
  EXPECT_EQ(position_of(database.snapshot(), *database.live(0)).position, fed[0].size()) << "what was fed is written";
}

}  // namespace
}  // namespace muniment::view
