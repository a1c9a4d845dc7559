#include "tools/server/delivery.h"
#include "tools/store/checksum_line.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

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
  std::vector<std::vector<Position>> tried;
  Carrier::Outcome outcome;   // Of the next ones.
  Position refuses = 0;       // Whatever this one is in.
  Position unsure_after = 0;  // Unless 0: what it took behind it may be lost, ...
  Position lost_after = 0;    // ... and here it is, once.
  Position unsure_from = 0;   // Unless 0: what it took from there on is given up, once.

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
    std::vector<Position>& positions = receiver_.tried.emplace_back();
    for (const auto& event : events) positions.push_back(event.getPosition());
    Outcome out = receiver_.outcome;
    if (std::ranges::count(positions, receiver_.refuses) > 0) out = {Result::refused, "because"};
    if (out.result == Result::delivered) std::ranges::copy(positions, std::back_inserter(receiver_.got));
    receiver_.changed.notify_all();
    return out;
  }
  Resumption resume_after(Position taken) override {
    const std::lock_guard lock(receiver_.mutex);
    const Position lost = std::exchange(receiver_.lost_after, 0);
    const Position unsure_from = taken == 0 ? 0 : std::exchange(receiver_.unsure_from, 0);
    return {.after = lost != 0 ? lost : taken, .unsure_from = unsure_from};
  }
  Position sure_of(Position taken) const override {
    const std::lock_guard lock(receiver_.mutex);
    return receiver_.unsure_after != 0 ? std::min(taken, receiver_.unsure_after) : taken;
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
  bool wait_for_tries(std::size_t count) {
    return receiver.wait([&] { return receiver.tried.size() >= count; });
  }
  std::size_t tries_of(const std::vector<Position>& positions) {
    const std::lock_guard lock(receiver.mutex);
    return static_cast<std::size_t>(std::ranges::count(receiver.tried, positions));
  }
  std::string text_of_file(const char* name) const {
    std::ifstream in(folder / "delivery" / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string dead_letters() const { return text_of_file("dead_letters"); }
  bool wait_until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds{2});
    return holds();
  }
  void ask_to_send_again() const { std::ofstream(folder / "delivery" / "send_again"); }
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
  ASSERT_TRUE(wait_for_tries(10));
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
  EXPECT_EQ(receiver.tried.size(), head - 1 + 3) << "three tries of the one that was refused";
  EXPECT_EQ(begin()->dead_letters(), 1U) << "counted again by the next one";
}

TEST_F(DeliveryTest, SaysThatAReceiverTakesEventsAgainWhenItHasTakenOneAndNotWhenOneIsBuried) {
  receiver.set(Carrier::Result::refused);
  const auto delivery = begin();
  ASSERT_TRUE(wait_until([&] { return delivery->dead_letters() == 2; }));
  EXPECT_TRUE(delivery->is_failing());
  receiver.set(Carrier::Result::delivered);
  ASSERT_TRUE(wait_until([&] { return delivery->position() == head; }));
  EXPECT_FALSE(delivery->is_failing());
  delivery->stop();
  const auto begins = static_cast<std::size_t>(
      std::ranges::count_if(notices, [](const std::string& notice) { return notice.find("takes events again") != std::string::npos; }));
  EXPECT_EQ(begins, 1U);
  EXPECT_THAT(notices.front(), HasSubstr("hub does not take position 1: because"));
  EXPECT_THAT(notices.at(1), HasSubstr("hub refused position 1, which is on its list of dead letters: because"));
  EXPECT_THAT(notices.back(), HasSubstr("hub takes events again"));
}

TEST_F(DeliveryTest, TriesTheSameEventsAgainAndNoneThatCameMeanwhile) {
  receiver.set(Carrier::Result::unreachable);
  const auto delivery = begin(true, 1000);
  ASSERT_TRUE(wait_for_tries(2));
  sign_in();
  sign_in();
  ASSERT_TRUE(wait_for_tries(6));
  receiver.set(Carrier::Result::delivered);
  ASSERT_TRUE(wait_for(head + 2));
  delivery->stop();
  const std::vector<Position> first = receiver.tried.front();
  EXPECT_EQ(first, up_to(head));
  EXPECT_EQ(tries_of(first), receiver.tried.size() - 1) << "all but the last, which has what came meanwhile";
  EXPECT_THAT(receiver.tried.back(), ElementsAre(head + 1, head + 2));
}

TEST_F(DeliveryTest, BuriesOfABatchNothingButWhatIsRefusedAlone) {
  receiver.refuses = 3;
  const auto delivery = begin(true, 1000);
  ASSERT_TRUE(wait_for(head - 1));
  delivery->stop();
  std::vector<Position> others = up_to(head);
  std::erase(others, 3U);
  EXPECT_EQ(receiver.got, others);
  EXPECT_EQ(tries_of({3}), 3U);
  EXPECT_EQ(delivery->dead_letters(), 1U);
  EXPECT_THAT(dead_letters(), testing::StartsWith(R"({"position":"3",)"));
}

TEST_F(DeliveryTest, TakesAsManyAtOnceAgainBehindWhatWasRefused) {
  receiver.refuses = 1;
  const auto delivery = begin(true, 4);
  ASSERT_TRUE(wait_for(head - 1));
  delivery->stop();
  EXPECT_EQ(tries_of({1, 2, 3, 4}), 1U);
  EXPECT_EQ(tries_of({1, 2}), 1U);
  EXPECT_THAT(receiver.tried, testing::Contains(std::vector<Position>{2}));
  EXPECT_THAT(receiver.tried, testing::Contains(std::vector<Position>{3, 4}));
}

TEST_F(DeliveryTest, SendsDeadLettersAgainWhenItIsAsked) {
  receiver.refuses = 2;
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head - 1));
  {
    const std::lock_guard lock(receiver.mutex);
    receiver.refuses = 0;
  }
  ask_to_send_again();
  ASSERT_TRUE(wait_for(head));
  ASSERT_TRUE(wait_until([&] { return delivery->dead_letters() == 0; }));
  delivery->stop();
  EXPECT_EQ(receiver.got.back(), 2U);
  EXPECT_EQ(dead_letters(), "");
  for (const char* name : {"send_again", "sending_again"}) EXPECT_FALSE(std::filesystem::exists(folder / "delivery" / name)) << name;
}

TEST_F(DeliveryTest, KeepsADeadLetterThatIsRefusedAgain) {
  receiver.refuses = 2;
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head - 1));
  ask_to_send_again();
  ASSERT_TRUE(wait_until([&] { return tries_of({2}) == 6 && !std::filesystem::exists(folder / "delivery" / "sending_again"); }));
  ASSERT_TRUE(wait_until([&] { return delivery->dead_letters() == 1; }));
  delivery->stop();
  EXPECT_THAT(dead_letters(), testing::StartsWith(R"({"position":"2",)"));
}

TEST_F(DeliveryTest, GoesOnWithDeadLettersThatItWasSendingWhenItStopped) {
  receiver.refuses = 2;
  auto delivery = begin();
  ASSERT_TRUE(wait_for(head - 1));
  delivery->stop();
  receiver.refuses = 0;
  receiver.set(Carrier::Result::unreachable);
  ask_to_send_again();
  const std::size_t tries = receiver.tried.size();
  delivery = begin();
  ASSERT_TRUE(wait_for_tries(tries + 1));
  delivery->stop();
  EXPECT_EQ(begin()->dead_letters(), 1U);
  receiver.set(Carrier::Result::delivered);
  delivery = begin();
  ASSERT_TRUE(wait_for(head));
  EXPECT_EQ(receiver.got.back(), 2U);
}

TEST_F(DeliveryTest, SendsNoOtherEventInADeadLettersPlace) {
  std::filesystem::create_directories(folder / "delivery");
  std::ofstream(folder / "delivery" / "dead_letters") << R"({"position":"2","event_id":"00","why":"because"})"
                                                         "\nno line\n"
                                                      << R"({"position":"9999","event_id":"00"})"
                                                         "\n";
  ask_to_send_again();
  const auto delivery = begin(false);
  ASSERT_TRUE(wait_until([&] { return !std::filesystem::exists(folder / "delivery" / "sending_again") && delivery->dead_letters() == 0; }));
  delivery->stop();
  EXPECT_THAT(receiver.tried, testing::IsEmpty());
  EXPECT_THAT(notices, testing::Contains(HasSubstr("position 2 is not sent again")));
}

TEST_F(DeliveryTest, GoesBackToWhatTheCarrierHasLost) {
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head));
  {
    const std::lock_guard lock(receiver.mutex);
    receiver.lost_after = head - 2;
  }
  ASSERT_TRUE(wait_for(head + 2));
  delivery->stop();
  EXPECT_EQ(std::vector<Position>(receiver.got.end() - 2, receiver.got.end()), (std::vector<Position>{head - 1, head}));
}

TEST_F(DeliveryTest, SaysWhichPositionsTheReceiverMayHaveLostWhereTheyAreNotSentAgain) {
  const auto delivery = begin();
  ASSERT_TRUE(wait_for(head));
  {
    const std::lock_guard lock(receiver.mutex);
    receiver.unsure_from = head - 1;
  }
  ASSERT_TRUE(wait_until([&] {
    const std::lock_guard lock(receiver.mutex);
    return receiver.unsure_from == 0;
  })) << "it asked where to go on";
  tell(R"({"type":"lock_account","command_id":"t1","actor":"officer:agency","username":"jdoe1","reason":"review"})");
  ASSERT_TRUE(wait_for(head + 1));
  delivery->stop();
  const std::lock_guard lock(receiver.mutex);
  EXPECT_EQ(receiver.got.size(), head + 1) << "nothing came again";
  EXPECT_THAT(notices, testing::Contains(HasSubstr(fmt::format("hub may have lost positions {} to {}", head - 1, head))));
}

TEST_F(DeliveryTest, KeepsTheCursorBeforeWhatTheCarrierMayLoseYet) {
  receiver.unsure_after = 2;
  auto delivery = begin();
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(delivery->position(), head);
  receiver.got.clear();
  delivery = begin();
  ASSERT_TRUE(wait_for(head - 2));
  delivery->stop();
  EXPECT_EQ(receiver.got.front(), 3U) << "the node's end is the end of a connection";
}

TEST_F(DeliveryTest, TakesAsManyAtOnceAsTheCarrierDoes) {
  const auto delivery = begin(true, 1000);
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head));
  EXPECT_EQ(receiver.tried.size(), 1U);
}

TEST_F(DeliveryTest, RefusesACursorThatIsNone) {
  std::filesystem::create_directories(folder / "delivery");
  for (const char* text : {"", "muniment delivery 1\n", "muniment delivery 1\nx-y\n", "muniment delivery 1\n0011-5", "5\n"}) {
    std::ofstream(folder / "delivery" / "cursor") << text;
    EXPECT_THROW(begin(), std::runtime_error) << text;
    std::ofstream(folder / "delivery" / "cursor") << with_checksum_line(text);
    EXPECT_THROW(begin(), std::runtime_error) << text;
  }
}

// Whatever it said then, events would be left out or sent again without a word.
TEST_F(DeliveryTest, RefusesACursorOfWhichAnyBitIsAnother) {
  std::filesystem::create_directories(folder / "delivery");
  const std::string sound = with_checksum_line("muniment delivery 1\n0123456789abcdef-3\n");
  for (std::size_t at = 0; at < sound.size(); ++at) {
    std::string rotten = sound;
    rotten[at] = static_cast<char>(rotten[at] ^ (1 << at % 8));
    std::ofstream(folder / "delivery" / "cursor") << rotten;
    EXPECT_THROW(begin(), std::runtime_error) << at;
  }
}

// A cursor of a history that was put back goes back to where that history and the present one part.
TEST_F(DeliveryTest, ComesBackForWhatStandsNowWhereTheLogWasPutBack) {
  std::filesystem::create_directories(folder / "delivery");
  std::ofstream(folder / "delivery" / "cursor") << with_checksum_line("muniment delivery 1\n0123456789abcdef-3\n");
  const auto delivery = begin(false);
  ASSERT_TRUE(wait_for(head));
  delivery->stop();
  EXPECT_EQ(receiver.got, up_to(head)) << "of a history that is not known nothing is believed";
}

TEST_F(DeliveryTest, StopsWhileItWaits) {
  receiver.set(Carrier::Result::unreachable);
  const auto delivery = begin();
  ASSERT_TRUE(wait_for_tries(2));
  const auto began = std::chrono::steady_clock::now();
  delivery->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
}

}  // namespace
}  // namespace muniment
