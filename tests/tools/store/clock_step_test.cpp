#include "tools/store/clock_step.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tools/store/store.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

// A store that was used while the clock was an hour ahead.
class ClockSteps : public testing::Test {
 protected:
  ClockSteps() {
    std::filesystem::remove_all(folder);
    Store::create(folder, "rkelly", {.clock = ahead(1h)});
  }
  ~ClockSteps() override { std::filesystem::remove_all(folder); }

  static Decider::Clock ahead(std::chrono::nanoseconds by) {
    return [by] { return Timestamp{system_now().ns + by.count()}; };
  }
  static Timestamp later(std::chrono::nanoseconds by) { return ahead(by)(); }

  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / ("clock-step-" + std::to_string(::getpid()));
};

TEST_F(ClockSteps, AreFoundAtTheNextStartWhereTheLastEventLiesInTheFuture) {
  Store store(folder);
  const auto step = step_since_last_event(store.log(), system_now());
  ASSERT_TRUE(step.has_value());
  EXPECT_GT(step->expected.ns - step->clock.ns, std::chrono::nanoseconds(59min).count());
  EXPECT_FALSE(step_since_last_event(store.log(), later(1h)).has_value());
  EXPECT_FALSE(step_since_last_event(store.log(), later(59min + 30s)).has_value()) << "within a minute it may be a clock that is slewed";
  store.close();
}

TEST_F(ClockSteps, AreFoundNoMoreOnceTheyWereAccepted) {
  {
    Store store(folder);
    const auto step = step_since_last_event(store.log(), system_now());
    const Answer answer = store.sequencer().ask(accept_clock(*step, Principal::officer("rkelly"), {}, schema::Source::OPERATOR));
    EXPECT_EQ(answer.status, Answer::Status::accepted) << answer.failure;
    store.close();
  }
  Store store(folder);
  EXPECT_FALSE(step_since_last_event(store.log(), system_now()).has_value());
  EXPECT_FALSE(step_since_last_event(store.log(), later(1min)).has_value());
  EXPECT_TRUE(step_since_last_event(store.log(), later(-2min)).has_value()) << "it has gone back once more";
  store.close();
}

TEST_F(ClockSteps, ThatWereKeptAreFoundUntilTheyAreForgotten) {
  Store store(folder);
  const Timestamp now = later(2h);  // Time has passed, as far as the log can tell.
  EXPECT_FALSE(unaccepted_step(folder, store.log(), now).has_value());
  keep_step(folder, {.clock = now, .expected = later(1h)});
  const auto step = unaccepted_step(folder, store.log(), now);
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->clock, now);
  EXPECT_NEAR(static_cast<double>(step->expected.ns), static_cast<double>(later(1h).ns), 60e9) << "the machine has counted on";
  forget_step(folder);
  forget_step(folder);
  EXPECT_FALSE(unaccepted_step(folder, store.log(), now).has_value());
  store.close();
}

TEST_F(ClockSteps, OfAnotherRunOfTheMachineStayWhatTheyWere) {
  Store store(folder);
  std::ofstream(folder / "clock_step") << "muniment clock step 1\n1600000000000000000 5 another-run\n";
  const auto step = unaccepted_step(folder, store.log(), later(2h));
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->expected, Timestamp{1'600'000'000'000'000'000});
  store.close();
}

TEST_F(ClockSteps, ThatCannotBeReadAreStepsStill) {
  Store store(folder);
  for (const char* text : {"", "muniment clock step 2\n1 1 x\n", "muniment clock step 1\nsoon\n"}) {
    std::ofstream(folder / "clock_step") << text;
    EXPECT_TRUE(unaccepted_step(folder, store.log(), later(2h)).has_value()) << text;
  }
  store.close();
}

TEST_F(ClockSteps, OfOneOfficerAreAcceptedTwiceAsTwoCommands) {
  Store store(folder);
  const ClockStep step{.clock = Timestamp{2}, .expected = Timestamp{1}};
  for (int i = 0; i < 2; ++i) {
    const Answer answer = store.sequencer().ask(accept_clock(step, Principal::officer("rkelly"), {}, schema::Source::OPERATOR));
    EXPECT_EQ(answer.status, Answer::Status::accepted);
    EXPECT_FALSE(answer.is_repeat);
  }
  store.close();
}

}  // namespace
}  // namespace muniment
