#include "tools/server/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "node_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// What a receiver got and how it behaves, as the test says.
struct Receiver {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Position> got;
  Carrier::Outcome outcome;  // Of the next ones.
  Position refuses = 0;      // This one alone.
  unsigned tries = 0;

  void set(Carrier::Result result) {
    const std::lock_guard lock(mutex);
    outcome = {result, "because"};
  }
  bool wait(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds{60}, holds);
  }
};

class ScriptedCarrier final : public Carrier {
 public:
  ScriptedCarrier(Receiver& receiver, std::size_t events_max) : receiver_(receiver), events_max_(events_max) {}
  std::size_t events_max() const override { return events_max_; }
  Outcome carry(std::span<const schema::Event::Reader> events) override {
    const std::lock_guard lock(receiver_.mutex);
    ++receiver_.tries;
    Outcome out = receiver_.outcome;
    if (events.front().getPosition() == receiver_.refuses) out = {Result::refused, "because"};
    if (out.result == Result::delivered) {
      for (const auto& event : events) receiver_.got.push_back(event.getPosition());
    }
    receiver_.changed.notify_all();
    return out;
  }

 private:
  Receiver& receiver_;
  const std::size_t events_max_;
};

class DeliveryTest : public WithNode {
 protected:
  DeliveryTest() : generations(Generations::of(node->log())), head(node->log().head(0).position) {}

  std::unique_ptr<Delivery> begin(bool is_from_start = true, std::size_t events_max = 1) {
    return std::make_unique<Delivery>(node->log(), generations, std::make_unique<ScriptedCarrier>(receiver, events_max),
                                      DeliveryOptions{.name = "hub",
                                                      .folder = folder / "delivery",
                                                      .is_from_start = is_from_start,
                                                      .pace = {.first = std::chrono::milliseconds{1},
                                                               .most = std::chrono::milliseconds{5},
                                                               .refusals_max = 3,
                                                               .cursor_every = std::chrono::milliseconds{0},
                                                               .look_every = std::chrono::milliseconds{5}}},
                                      [this](std::string_view notice) {
                                        const std::lock_guard lock(receiver.mutex);
                                        notices.emplace_back(notice);
                                      });
  }
  std::vector<Position> up_to(Position last) const {
    std::vector<Position> out;
    for (Position position = 1; position <= last; ++position) out.push_back(position);
    return out;
  }
  bool wait_for(std::size_t count) {
    return receiver.wait([&] { return receiver.got.size() >= count; });
  }
  std::string dead_letters() const {
    std::ifstream in(folder / "delivery" / "dead_letters");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void sign_in() {
    tell(R"({"type":"record_sign_in","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true,"command_id":"d)" +
         std::to_string(++signed_in) + "\"}\n");
  }

  Receiver receiver;
  const Generations generations;
  const Position head;
  std::vector<std::string> notices;
  int signed_in = 0;
};

TEST_F(DeliveryTest, TakesEveryEventOnceInTheOrderOfPositions) {
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head));
  sign_in();
  ASSERT_TRUE(wait_for(head + 1));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head + 1));
  EXPECT_EQ(delivery->position(), head + 1);
}

TEST_F(DeliveryTest, BeginsWithWhatComesNextUnlessToldOtherwise) {
  const auto delivery = begin(false);
  sign_in();
  ASSERT_TRUE(wait_for(1));
  delivery->stop();
  EXPECT_THAT(receiver.got, ElementsAre(head + 1));
}

TEST_F(DeliveryTest, GoesOnWhereItStopped) {
  begin(false)->stop();
  sign_in();
  auto again = begin(false);
  ASSERT_TRUE(wait_for(1)) << "what came while it was away";
  again->stop();
  again = begin(true);
  sign_in();
  ASSERT_TRUE(wait_for(2));
  again->stop();
  EXPECT_THAT(receiver.got, ElementsAre(head + 1, head + 2));
}

TEST_F(DeliveryTest, WaitsForAReceiverThatCannotBeReachedAndPassesNothingOver) {
  receiver.set(Carrier::Result::unreachable);
  const auto delivery = begin();
  ASSERT_TRUE(receiver.wait([&] { return receiver.tries >= 10; }));
  EXPECT_TRUE(delivery->is_failing());
  EXPECT_EQ(delivery->position(), 0U);
  EXPECT_EQ(dead_letters(), "");
  receiver.set(Carrier::Result::delivered);
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head));
  EXPECT_FALSE(delivery->is_failing());
  EXPECT_GE(delivery->failures(), 10U);
  EXPECT_THAT(notices, ElementsAre(HasSubstr("hub does not take position 1: because"), HasSubstr("hub takes events again")));
}

TEST_F(DeliveryTest, PutsWhatIsRefusedOnTheListOfDeadLettersAndGoesOn) {
  receiver.refuses = 2;
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head - 1));
  delivery->stop();
  EXPECT_THAT(receiver.got, Not(testing::Contains(2U)));
  EXPECT_EQ(delivery->dead_letters(), 1U);
  EXPECT_THAT(dead_letters(), testing::StartsWith(R"({"position":"2","event_id":")"));
  EXPECT_THAT(dead_letters(), HasSubstr(R"("why":"because"})"));
  EXPECT_EQ(receiver.tries, head - 1 + 3) << "three tries of the one that was refused";
  EXPECT_EQ(begin()->dead_letters(), 1U) << "counted again by the next one";
}

TEST_F(DeliveryTest, TakesAsManyAtOnceAsTheCarrierDoes) {
  const auto delivery = begin(true, 1000);
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head));
  EXPECT_EQ(receiver.tries, 1U);
}

TEST_F(DeliveryTest, RefusesACursorThatIsNone) {
  std::filesystem::create_directories(folder / "delivery");
  for (const char* text : {"", "muniment delivery 1\n", "muniment delivery 1\nx-y\n", "muniment delivery 1\n0011-5", "5\n"}) {
    std::ofstream(folder / "delivery" / "cursor") << text;
    EXPECT_THROW(begin(), std::runtime_error) << text;
  }
}

// A cursor of a history that was put back goes back to where that history and the present one part.
TEST_F(DeliveryTest, ComesBackForWhatStandsNowWhereTheLogWasPutBack) {
  std::filesystem::create_directories(folder / "delivery");
  std::ofstream(folder / "delivery" / "cursor") << "muniment delivery 1\n0123456789abcdef-3\n";
  const auto delivery = begin(false);
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head)) << "of a history that is not known nothing is believed";
}

TEST_F(DeliveryTest, StopsWhileItWaits) {
  receiver.set(Carrier::Result::unreachable);
  const auto delivery = begin();
  ASSERT_TRUE(receiver.wait([&] { return receiver.tries >= 2; }));
  const auto began = std::chrono::steady_clock::now();
  delivery->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
}

}  // namespace
}  // namespace muniment
