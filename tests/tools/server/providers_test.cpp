#include "node_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class Providers : public WithNode {
 protected:
  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
};

TEST_F(Providers, AreShownWithTheirPrimaryUserAndTheirVersion) {
  const Response response = get("/v1/providers/110012345a", officer);
  EXPECT_EQ(response.status, 200U) << response.body;
  EXPECT_THAT(response.body, HasSubstr(R"({"provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy","closed":false,)"
                                       R"("primary_user":"mhughes1","entities":[],"true_of":")"));
  ASSERT_FALSE(response.headers.empty());
  EXPECT_EQ(response.headers[0].first, "ETag");
  EXPECT_EQ(response.headers[0].second,
            "\"" + std::to_string(node->log().stream_version(0, StreamName::provider(*ProviderId::parse(mercy)))) + "\"");
}

TEST_F(Providers, ShowWhoActsForThemAndThatTheyAreClosed) {
  tell(
      R"({"type":"register_provider","command_id":"p1","actor":"officer:agency","provider":"110099999C","kind":"billing_entity","organization":"Bills","name":"Bills"}
{"type":"start_relationship","command_id":"p2","actor":"officer:agency","provider":"110012345A","entity":"110099999C"}
)");
  EXPECT_THAT(get("/v1/providers/110012345A", mary).body, HasSubstr(R"("entities":["110099999C"])"));
  EXPECT_EQ(member(get("/v1/providers/110099999C", officer).body, "kind"), "billing_entity");
  tell(R"({"type":"close_provider","command_id":"p3","actor":"officer:agency","provider":"110099999C","reason":"gone"})");
  EXPECT_THAT(get("/v1/providers/110012345A", mary).body, HasSubstr(R"("entities":[])"));
}

TEST_F(Providers, HaveTheirSubordinatesAsTheRosterDoes) {
  const Response response = get("/v1/providers/110012345A/subordinates?last_name=d", mary);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, get("/v1/audit/roster?provider=110012345A&last_name=d", mary).body);
  EXPECT_EQ(problem_of(get("/v1/providers/110012345A/subordinates?provider=110067890B", mary)), "parameter_unknown");
}

TEST_F(Providers, ThatThereNeverWereAreNotKnown) {
  EXPECT_EQ(problem_of(get("/v1/providers/999999999Z", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/providers/999999999Z/subordinates", officer)), "not_known");
  EXPECT_EQ(member(get("/v1/providers/nonsense", officer).body, "field"), "pid_sl");
}

TEST_F(Providers, SeeOnlyTheirOwnSide) {
  EXPECT_EQ(problem_of(get("/v1/providers/110067890B", mary)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/providers/110067890B/subordinates", mary)), "outside_scope");
}

TEST_F(Providers, OfferTheCatalogueToAll) {
  for (const TokenRole role : {TokenRole::OFFICER, TokenRole::AUDITOR, TokenRole::OPERATOR, TokenRole::SUBMITTER}) {
    EXPECT_THAT(get("/v1/services", token(role, "agency")).body, HasSubstr(R"({"service":"manage_referrals","name":")"));
  }
}

TEST_F(Providers, OfferTheCatalogueInTheOrderOfItsLines) {
  tell(R"({"type":"define_service","command_id":"order1","actor":"officer:agency","service":"a","name":"A"}
{"type":"define_service","command_id":"order2","actor":"officer:agency","service":"a!","name":"B"}
)");
  const std::string body = get("/v1/services", officer).body;
  EXPECT_LT(body.find(R"({"service":"a!")"), body.find(R"({"service":"a",)")) << body;
}

TEST_F(Providers, OfferTheCatalogueAsItWasAtAMoment) {
  const std::string before = std::to_string(store->log().head(0).position);
  tell(R"({"type":"define_service","command_id":"m1","actor":"officer:agency","service":"fax","name":"Fax"})");
  EXPECT_THAT(get("/v1/services", officer).body, HasSubstr(R"({"service":"fax")"));
  const Response then = get("/v1/services?position=" + before, officer);
  EXPECT_THAT(then.body, testing::Not(HasSubstr(R"({"service":"fax")")));
  EXPECT_EQ(member(then.body, "true_of"), before);
  EXPECT_THAT(get("/v1/services?at=2020-01-01", officer).body, HasSubstr(R"({"rows":[],)"));
  EXPECT_EQ(problem_of(get("/v1/services?position=100000", officer)), "position_not_reached");
}

TEST_F(Providers, AreDifferentAtTwoMoments) {
  tell(
      R"({"type":"assign_services","command_id":"d1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":["claims_submission_and_status"]})");
  const Response response = get("/v1/audit/diff?from=2000-01-01&to=2100-01-01&user=jdoe1", mary);
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr(R"("service":"claims_submission_and_status","change":"gained")"));
  EXPECT_EQ(member(get("/v1/audit/diff?to=2100-01-01", mary).body, "field"), "from");
  EXPECT_EQ(member(get("/v1/audit/diff?from=2100-01-01&to=2000-01-01", mary).body, "field"), "to");
}

TEST_F(Providers, AreCountedInTheStats) {
  const Response response = get("/v1/stats", officer);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(member(response.body, "events.provider_registered"), "2");
  EXPECT_EQ(member(response.body, "position"), std::to_string(store->log().head(0).position));
  tell(
      R"({"type":"register_provider","command_id":"p3","actor":"officer:agency","provider":"110099999C","kind":"provider","organization":"C","name":"C"})");
  EXPECT_EQ(member(get("/v1/stats", officer).body, "events.provider_registered"), "3");
}

}  // namespace
}  // namespace muniment
