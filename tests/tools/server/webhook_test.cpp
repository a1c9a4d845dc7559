#include "tools/server/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <span>

#include "events/values/base64.h"
#include "node_fixture.h"
#include "one_answer.h"

namespace muniment {
namespace {

// The example of the specification's own test vectors (github.com/standard-webhooks/standard-webhooks).
constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(WebhookSignature, IsThatOfStandardWebhooks) {
  const HmacKey key(webhook_secret(secret).value());
  EXPECT_EQ(webhook_signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSecret, HasAPrefixAndTwentyFourToSixtyFourBytes) {
  EXPECT_TRUE(webhook_secret(secret));
  EXPECT_TRUE(webhook_secret(fmt::format("{}\n", secret)));
  EXPECT_FALSE(webhook_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(webhook_secret("whsec_"));
  EXPECT_FALSE(webhook_secret("whsec_AAAA"));
  EXPECT_FALSE(webhook_secret("whsec_not base64 not base64 not base64"));
  std::string text = "whsec_";
  append_base64(text, Bytes(65, 1));
  EXPECT_FALSE(webhook_secret(text));
}

class WebhookTest : public WithNode {
 protected:
  WebhookTest() {
    std::ofstream(folder / "secret") << secret;
    node->log().read(0, 1, 3, [this](Position, RecordWords words) {
      words_.emplace_back(words.begin(), words.end());
      readers_.emplace_back(words_.back());
      events.push_back(readers_.back().event());
      return true;
    });
  }
  Carrier::Outcome carry_to(const std::string& bytes) {
    const test::OneAnswer server(bytes);
    const WebhookSettings settings{.name = "hub", .url = server.url, .secret_file = folder / "secret"};
    return Webhook(settings, "agency", is_stopping_).carry(std::span(events).first(1));
  }

  std::vector<schema::Event::Reader> events;

 private:
  const std::atomic<bool> is_stopping_ = false;
  std::deque<std::vector<capnp::word>> words_;
  std::deque<RecordReader> readers_;
};

TEST_F(WebhookTest, TakesAStatusThatSpeaksOfTheEventsForTheirRefusalAndEveryOtherForTroubleThatPasses) {
  using enum Carrier::Result;
  for (const auto& [status, result] :
       {std::pair{200, delivered}, std::pair{204, delivered}, std::pair{301, unreachable}, std::pair{308, unreachable},
        std::pair{400, refused}, std::pair{401, unreachable}, std::pair{403, unreachable}, std::pair{404, unreachable},
        std::pair{407, unreachable}, std::pair{408, unreachable}, std::pair{410, unreachable}, std::pair{413, refused},
        std::pair{415, unreachable}, std::pair{422, refused}, std::pair{425, unreachable}, std::pair{429, unreachable},
        std::pair{500, unreachable}, std::pair{503, unreachable}}) {
    const auto outcome = carry_to(test::answer(fmt::format("{} Said", status), ""));
    EXPECT_EQ(outcome.result, result) << status;
    EXPECT_EQ(outcome.why, result == delivered ? std::string{} : fmt::format("it answers with status {}", status));
  }
}

TEST_F(WebhookTest, HasDeliveredWhateverBodyA200Has) {
  EXPECT_EQ(carry_to(test::answer("200 OK", std::string(300'000, ' '))).result, Carrier::Result::delivered);
}

TEST_F(WebhookTest, NamesTheSameEventsAlikeAndNoOthers) {
  const auto all = std::span(events);
  EXPECT_EQ(webhook_id(all.first(1)), event_id_of(events[0]).hex());
  EXPECT_EQ(webhook_id(all), event_id_of(events[0]).hex() + "-" + event_id_of(events[2]).hex());
  EXPECT_NE(webhook_id(all.first(2)), webhook_id(all));
}

}  // namespace
}  // namespace muniment
