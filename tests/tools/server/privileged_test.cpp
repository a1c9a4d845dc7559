// Who holds privileged access to the node itself.
#include <sstream>

#include "make_token.h"
#include "node_fixture.h"

namespace muniment {
namespace {

class Privileged : public WithNode {
 protected:
  // The rows of a kind.
  std::vector<std::string> rows(const std::string& kind) {
    const Response response = get("/v1/audit/privileged", officer);
    EXPECT_EQ(response.status, 200U) << response.body;
    std::vector<std::string> out;
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) {
      if (member(line, "kind") == kind) out.push_back(line);
    }
    return out;
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(Privileged, OfficersStandThereWithWhoAppointedThemAndSinceWhen) {
  tell(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"})");
  const std::string appointed_at = std::to_string(store->log().head(0).position);
  std::vector<std::string> officers = rows("officer");
  ASSERT_EQ(officers.size(), 2U);
  EXPECT_EQ(member(officers[0], "name"), "agency");
  EXPECT_EQ(member(officers[1], "name"), "second");
  EXPECT_EQ(member(officers[1], "granted_by"), "officer:agency");
  EXPECT_EQ(member(officers[1], "position"), appointed_at);
  EXPECT_FALSE(member(officers[1], "since").empty());
  tell(R"({"type":"dismiss_officer","command_id":"o2","actor":"officer:agency","officer":"second"})");
  EXPECT_EQ(rows("officer").size(), 1U);
}

TEST_F(Privileged, OfficersStandThereAsTheyWereAtAMoment) {
  const std::string before = std::to_string(store->log().head(0).position);
  tell(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"})");
  const Response then = get("/v1/audit/privileged?position=" + before, officer);
  EXPECT_EQ(then.status, 200U) << then.body;
  EXPECT_EQ(then.body.find("second"), std::string::npos);
  EXPECT_EQ(then.headers.at(0), (std::pair<std::string, std::string>{"Muniment-True-Of", before}));
  EXPECT_EQ(then.headers.at(1), (std::pair<std::string, std::string>{"Muniment-Generation", node->generations().current()}));
  EXPECT_EQ(get("/v1/audit/privileged?at=2020-01-01", officer).body, "");
  EXPECT_EQ(problem_of(get("/v1/audit/privileged?position=100000", officer)), "position_not_reached");
}

TEST_F(Privileged, TokensStandThereWithoutTheirHashesWhileTheyAreHeld) {
  const std::string portal = token(TokenRole::SUBMITTER, "portal");
  token(TokenRole::AUDITOR, "late", {}, Timestamp{5});
  std::vector<std::string> tokens = rows("token");
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(member(tokens[1], "name"), "portal");
  EXPECT_EQ(member(tokens[1], "role"), "submitter");
  EXPECT_EQ(member(tokens[1], "granted_by"), "tests");
  EXPECT_EQ(member(tokens[1], "state"), "valid");
  EXPECT_EQ(tokens[1].find(to_hex(hash_of_token(portal))), std::string::npos);
  const std::string id = member(tokens[1], "id");
  ASSERT_TRUE(TokenFile(folder).suspend(id, system_now(), "tests"));
  EXPECT_EQ(member(rows("token")[1], "state"), "suspended");
  ASSERT_TRUE(TokenFile(folder).revoke(id, system_now(), "tests"));
  EXPECT_EQ(rows("token").size(), 1U);
}

TEST_F(Privileged, CertificatesStandThereAsTokensDo) {
  Token robot = make_token(TokenRole::AUDITOR, "robot", hash_of_token("a certificate"));
  robot.providers = {ProviderId::parse(mercy).value()};
  ASSERT_TRUE(TokenFile(folder).register_certificate(robot));
  const std::vector<std::string> certificates = rows("certificate");
  ASSERT_EQ(certificates.size(), 1U);
  EXPECT_EQ(member(certificates[0], "name"), "robot");
  EXPECT_THAT(certificates[0], testing::HasSubstr(R"("providers":["110012345A"])"));
}

TEST_F(Privileged, DelegatesStandThereWhereThePolicyDelegates) {
  tell(
      R"({"type":"assign_services","command_id":"d1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":["manage_subordinate_accounts"]})");
  EXPECT_TRUE(rows("delegate").empty());
  tell(R"({"type":"set_policy","command_id":"d2","actor":"officer:agency","provider":"110067890B","delegation":true})");
  EXPECT_TRUE(rows("delegate").empty());
  tell(R"({"type":"set_policy","command_id":"d3","actor":"officer:agency","delegation":true})");
  const std::vector<std::string> delegates = rows("delegate");
  ASSERT_EQ(delegates.size(), 1U);
  EXPECT_EQ(member(delegates[0], "name"), "jdoe1");
  EXPECT_EQ(member(delegates[0], "granted_by"), "mhughes1");
  EXPECT_EQ(member(delegates[0], "service"), "manage_subordinate_accounts");
  tell(R"({"type":"set_policy","command_id":"d4","actor":"officer:agency","provider":"110012345A","delegation":false})");
  EXPECT_TRUE(rows("delegate").empty());
}

TEST_F(Privileged, SubmittersStandThereFromThePolicyOnThatListsThem) {
  const auto lists = [this](const std::string& id, const std::string& delegates) {
    tell(R"({"type":"set_policy","command_id":")" + id + R"(","actor":"officer:agency","delegates":)" + delegates + "}");
    return std::to_string(store->log().head(0).position);
  };
  const std::string first = lists("d1", R"(["submitter:portal"])");
  const std::string second = lists("d2", R"(["submitter:kiosk","submitter:portal"])");
  std::vector<std::string> delegates = rows("delegate");
  ASSERT_EQ(delegates.size(), 2U);
  EXPECT_EQ(member(delegates[0], "name"), "kiosk");
  EXPECT_EQ(member(delegates[0], "role"), "submitter");
  EXPECT_EQ(member(delegates[0], "position"), second);
  EXPECT_EQ(member(delegates[1], "name"), "portal");
  EXPECT_EQ(member(delegates[1], "granted_by"), "officer:agency");
  EXPECT_EQ(member(delegates[1], "position"), first);
  lists("d3", R"(["submitter:kiosk"])");
  const std::string again = lists("d4", R"(["submitter:kiosk","submitter:portal"])");
  EXPECT_EQ(member(rows("delegate").at(1), "position"), again) << "it was not always listed";
  lists("d5", "[]");
  EXPECT_TRUE(rows("delegate").empty());
}

// What the views have not taken in yet is no answer about now.
TEST_F(Privileged, AreTrueOfWhatTheViewsHaveTakenIn) {
  tell(R"({"type":"set_policy","command_id":"v1","actor":"officer:agency","delegation":true})");
  const std::string taken_in = std::to_string(store->log().head(0).position);
  store->projector().stop();
  post(R"({"type":"appoint_officer","command_id":"v2","officer":"second"})", officer);
  post(
      R"({"type":"assign_services","command_id":"v3","provider":"110012345A","username":"jdoe1","services":["manage_subordinate_accounts"]})",
      token(TokenRole::ACCOUNT, "mhughes1"));
  EXPECT_EQ(get("/v1/audit/privileged", officer).headers.at(0), (std::pair<std::string, std::string>{"Muniment-True-Of", taken_in}));
  EXPECT_EQ(rows("officer").size(), 1U);
  EXPECT_TRUE(rows("delegate").empty());
}

TEST_F(Privileged, AreTheBusinessOfOfficersAndOfAuditorsWithoutLimits) {
  EXPECT_EQ(get("/v1/audit/privileged", token(TokenRole::AUDITOR, "ann")).status, 200U);
  EXPECT_EQ(problem_of(get("/v1/audit/privileged", token(TokenRole::AUDITOR, "ann", {std::string{mercy}}))), "outside_scope");
  for (const TokenRole role : {TokenRole::ACCOUNT, TokenRole::OPERATOR, TokenRole::SUBMITTER}) {
    EXPECT_EQ(problem_of(get("/v1/audit/privileged", token(role, "mhughes1"))), "role_denied");
  }
  EXPECT_EQ(problem_of(get("/v1/audit/privileged", token(TokenRole::OFFICER, "stranger"))), "actor_unknown");
}

}  // namespace
}  // namespace muniment
