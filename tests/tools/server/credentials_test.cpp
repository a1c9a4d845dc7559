// POST /v1/credentials/redeem.
#include <fmt/format.h>

#include "node_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class Credentials : public WithNode {
 protected:
  std::string reset(const std::string& id) {
    const Response response =
        post(fmt::format(R"({{"type":"reset_password","command_id":"{}","provider":"110012345A","username":"jdoe1"}})", id), mary);
    return member(response.body, "credential");
  }
  Response redeem_body(const std::string& key, const std::string& body, const std::string& caller) {
    const std::string authorization = "Bearer " + caller;
    return ask({.method = "POST",
                .target = "/v1/credentials/redeem",
                .authorization = authorization,
                .content_type = "application/json",
                .accept = {},
                .idempotency_key = key,
                .if_match = {},
                .last_event_id = {}},
               body);
  }
  Response redeem(const std::string& key, const std::string& username, const std::string& credential) {
    return redeem_body(key, fmt::format(R"({{"username":"{}","credential":"{}"}})", username, credential), idp);
  }

  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string idp = token(TokenRole::SUBMITTER, "idp");
};

TEST_F(Credentials, AreRedeemedOnce) {
  const std::string credential = reset("r1");
  ASSERT_FALSE(credential.empty());
  const Response first = redeem("k1", "jdoe1", credential);
  EXPECT_EQ(first.status, 200U) << first.body;
  EXPECT_EQ(member(first.body, "status"), "accepted");
  EXPECT_THAT(first.body, Not(HasSubstr(credential)));
  EXPECT_THAT(first.headers, testing::Contains(testing::Key("Muniment-Generation")));
  const Response repeat = redeem("k1", "jdoe1", credential);
  EXPECT_EQ(member(repeat.body, "repeat"), "true");
  EXPECT_EQ(problem_of(redeem("k2", "jdoe1", credential)), "credential_invalid");
}

// The same bytes, but for the request's id: nothing to learn for whoever tries.
TEST_F(Credentials, TellNothingToWhoeverGuesses) {
  const Response nobody = redeem("g1", "nobody1", "AAAAA-BBBBB-CCCCC-DDDDD");
  const Response not_reset = redeem("g2", "jdoe1", "AAAAA-BBBBB-CCCCC-DDDDD");
  const std::string credential = reset("r1");
  const Response wrong = redeem("g3", "jdoe1", "AAAAA-BBBBB-CCCCC-DDDDD");
  const Response no_credential = redeem("g4", "jdoe1", "x");
  ASSERT_EQ(redeem("g5", "jdoe1", credential).status, 200U);
  const Response redeemed = redeem("g6", "jdoe1", credential);
  const std::string second = reset("r2");
  tell(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","reason":"review","username":"jdoe1"})");
  const Response terminated = redeem("g7", "jdoe1", second);
  EXPECT_EQ(problem_of(nobody), "credential_invalid");
  for (const Response* other : {&not_reset, &wrong, &no_credential, &redeemed, &terminated}) {
    EXPECT_EQ(other->status, nobody.status);
    EXPECT_EQ(other->body, nobody.body);
    EXPECT_EQ(other->headers, nobody.headers);
  }
  EXPECT_THAT(nobody.body, Not(HasSubstr("nobody1")));
}

TEST_F(Credentials, AreForIdentityProvidersAlone) {
  const std::string credential = reset("r1");
  const std::string body = fmt::format(R"({{"username":"jdoe1","credential":"{}"}})", credential);
  EXPECT_EQ(problem_of(redeem_body("a1", body, mary)), "role_denied");
  EXPECT_EQ(problem_of(redeem_body("a2", body, token(TokenRole::OFFICER, "agency"))), "role_denied");
  EXPECT_EQ(redeem_body("a3", body, idp).status, 200U);
}

TEST_F(Credentials, NeedAKeyAndTheTwoMembers) {
  EXPECT_EQ(member(redeem("", "jdoe1", "x").body, "field"), "Idempotency-Key");
  EXPECT_EQ(member(redeem_body("m1", R"({"username":"jdoe1"})", idp).body, "field"), "credential");
  EXPECT_EQ(member(redeem_body("m2", R"({"username":"jdoe1","credential":"x","more":1})", idp).body, "field"), "more");
  EXPECT_EQ(problem_of(redeem_body("m3", "no JSON", idp)), "malformed");
  EXPECT_EQ(problem_of(redeem_body("m4", R"({"username":"a b","credential":"x"})", idp)), "malformed");
}

}  // namespace
}  // namespace muniment
