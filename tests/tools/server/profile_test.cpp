// GET /v1/accounts/{username}/profile: what is personal, for whom it concerns.
#include "node_fixture.h"
#include "tools/server/answer_question.h"

namespace muniment {
namespace {

using Profiles = WithNode;

constexpr std::string_view john = "/v1/accounts/jdoe1/profile";

TEST_F(Profiles, AreShownToTheAdministratorsOfTheAccountsHome) {
  const Response response = get(std::string{john}, token(TokenRole::ACCOUNT, "mhughes1"));
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body,
              testing::StartsWith(R"({"username":"jdoe1","home":"110012345A","profile":"known","last_name":"Doe",)"
                                  R"("first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302","true_of":)"));
  EXPECT_THAT(response.body, testing::Not(testing::HasSubstr("pin"))) << "a PIN is nobody's to read";
}

TEST_F(Profiles, HaveTheVersionThatTheAccountHas) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  const auto etag = [](const Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "ETag") return value;
    }
    return std::string{};
  };
  EXPECT_FALSE(etag(get(std::string{john}, mary)).empty());
  EXPECT_EQ(etag(get(std::string{john}, mary)), etag(get("/v1/accounts/jdoe1", mary)));
}

TEST_F(Profiles, AreNotShownWhereTheAccountIsLinkedAlone) {
  tell(
      R"({"type":"link_subordinate","command_id":"l1","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["manage_referrals"]})");
  const std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  const Response linked = get(std::string{john}, alan);
  EXPECT_EQ(linked.status, 200U);
  EXPECT_THAT(linked.body, testing::StartsWith(R"({"username":"jdoe1","profile":"elsewhere","true_of":)"));
}

TEST_F(Profiles, AreNotKnownToWhoHasNothingToDoWithTheAccount) {
  const std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  const Response there = get(std::string{john}, alan);
  const Response nobody = get("/v1/accounts/nobody1/profile", alan);
  EXPECT_EQ(problem_of(there), "not_known");
  EXPECT_EQ(there.body, nobody.body) << "whether there is such an account is not told";
}

TEST_F(Profiles, AreForOfficersAndForNobodyElse) {
  EXPECT_EQ(get(std::string{john}, token(TokenRole::OFFICER, "agency")).status, 200U);
  EXPECT_EQ(problem_of(get(std::string{john}, token(TokenRole::AUDITOR, "ann"))), "role_denied");
  EXPECT_EQ(problem_of(get(std::string{john}, token(TokenRole::OPERATOR, "ops"))), "role_denied");
  EXPECT_EQ(problem_of(get(std::string{john}, token(TokenRole::ACCOUNT, "jdoe1"))), "not_known") << "who administers nothing";
}

TEST_F(Profiles, OfWhoWasErasedAreUnavailable) {
  tell(R"({"type":"remove_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","username":"jdoe1"}
{"type":"erase_subject","command_id":"e1","actor":"officer:agency","username":"jdoe1","reason":"asked","reference":"A-1","legal_ground":"court_order"})");
  store->carry_out_erasures();
  const Response response = get(std::string{john}, token(TokenRole::OFFICER, "agency"));
  EXPECT_EQ(member(response.body, "profile"), "unavailable");
  EXPECT_THAT(response.body, testing::Not(testing::HasSubstr("Doe")));
}

TEST_F(Profiles, AreOnRecordAsReadOfWhomTheyAreAbout) {
  const Call call{.resource = "jdoe1"};
  const auto read = read_of("/v1/accounts/{username}/profile", call, 5);
  ASSERT_TRUE(read.username);
  EXPECT_EQ(read.username->text(), "jdoe1");
}

}  // namespace
}  // namespace muniment
