#include "tools/server/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/values/base64.h"

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
  EXPECT_TRUE(webhook_secret(std::string{secret} + "\n"));
  EXPECT_FALSE(webhook_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(webhook_secret("whsec_"));
  EXPECT_FALSE(webhook_secret("whsec_AAAA"));
  EXPECT_FALSE(webhook_secret("whsec_not base64 not base64 not base64"));
  std::string text = "whsec_";
  append_base64(text, Bytes(65, 1));
  EXPECT_FALSE(webhook_secret(text));
}

}  // namespace
}  // namespace muniment
