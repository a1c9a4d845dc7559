#include "tools/server/access_forward.h"

#include <gmock/gmock.h>

#include <atomic>

#include "tools/server/access_message.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Submission read_with_id(const std::string& id) {
  Submission out{.command = {.body = RecordRead{.question = "GET /v1/events",
                                                .narrowed_by = {},
                                                .asked_provider = {},
                                                .asked_username = {},
                                                .first_at = {},
                                                .last_at = {}},
                             .type = "record_read"}};
  out.command.request.command_id = "access:" + id;
  out.command.request.actor = Principal::auditor("kim");
  return out;
}

// The node that appends.
struct Other {
  std::string take(const std::string& message) {
    const std::lock_guard lock(mutex);
    ++tries;
    if (!failure.empty()) return failure;
    const auto records = read_access_message(message);
    for (const Submission& each : records.value()) ids.push_back(each.command.request.command_id);
    return {};
  }
  std::size_t recorded() {
    const std::lock_guard lock(mutex);
    return ids.size();
  }

  std::mutex mutex;
  std::string failure;
  std::vector<std::string> ids;
  std::atomic<int> tries = 0;
  std::vector<std::string> notices;
};

class AccessForwarding : public testing::Test {
 protected:
  AccessForward forward() {
    return AccessForward([this](const std::string& message) { return other.take(message); },
                         [this](std::string_view notice) {
                           const std::lock_guard lock(other.mutex);
                           other.notices.emplace_back(notice);
                         },
                         1ms);
  }
  template <typename Condition>
  static bool comes_true(Condition condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) std::this_thread::sleep_for(2ms);
    return condition();
  }

  Other other;
};

TEST_F(AccessForwarding, SendsWhatItTakesOnce) {
  AccessForward forward = this->forward();
  EXPECT_TRUE(forward.take(read_with_id("1")));
  EXPECT_TRUE(comes_true([&] { return other.recorded() == 1; }));
  EXPECT_TRUE(forward.take(read_with_id("2")));
  EXPECT_TRUE(comes_true([&] { return other.recorded() == 2; }));
  forward.stop();
  EXPECT_THAT(other.ids, ElementsAre("access:1", "access:2"));
  EXPECT_TRUE(forward.take_rest().empty());
}

TEST_F(AccessForwarding, KeepsWhatIsNotRecordedAndSendsItAgain) {
  other.failure = "it is gone";
  AccessForward forward = this->forward();
  EXPECT_TRUE(forward.take(read_with_id("1")));
  EXPECT_TRUE(comes_true([&] { return other.tries > 2; }));
  EXPECT_TRUE(forward.is_failing());
  EXPECT_EQ(forward.waiting(), 1U);
  {
    const std::lock_guard lock(other.mutex);
    other.failure.clear();
  }
  EXPECT_TRUE(comes_true([&] { return other.recorded() == 1; }));
  forward.stop();
  EXPECT_THAT(other.notices, ElementsAre(HasSubstr("it is gone"), HasSubstr("on record again")));
}

TEST_F(AccessForwarding, GivesBackWhatNobodyRecorded) {
  other.failure = "it is gone";
  AccessForward forward = this->forward();
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(forward.take(read_with_id(std::to_string(i))));
  forward.stop();
  const auto rest = forward.take_rest();
  ASSERT_EQ(rest.size(), 300U);
  EXPECT_EQ(rest.front().command.request.command_id, "access:0");
  EXPECT_EQ(rest.back().command.request.command_id, "access:299");
}

TEST_F(AccessForwarding, TakesNoMoreThanItMayKeep) {
  other.failure = "it is gone";
  AccessForward forward = this->forward();
  for (std::size_t i = 0; i < AccessForward::waiting_max; ++i) ASSERT_TRUE(forward.take(read_with_id(std::to_string(i))));
  EXPECT_FALSE(forward.take(read_with_id("more")));
  EXPECT_EQ(forward.waiting(), AccessForward::waiting_max);
}

}  // namespace
}  // namespace muniment
