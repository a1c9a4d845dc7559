#include "node_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class FindingsRoute : public WithNode {
 protected:
  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(FindingsRoute, AnswersWithRulesIntervalsAndEvidence) {
  const Response response = get("/v1/audit/findings?rule=no_backup&provider=110012345A", officer);
  EXPECT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(member(response.body, "rule"), "no_backup");
  EXPECT_EQ(member(response.body, "state"), "open");
  EXPECT_EQ(member(response.body, "true_of"), std::to_string(store->log().head(0).position));
  EXPECT_THAT(response.body, HasSubstr(R"("evidence":[")"));
  EXPECT_THAT(response.body, HasSubstr(R"("examines":"POSC Primary User policy)"));
}

TEST_F(FindingsRoute, ShowsALimitedAuditorNothingOfOtherProviders) {
  const std::string everywhere = token(TokenRole::AUDITOR, "ann");
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{mercy}});
  const std::string both = token(TokenRole::AUDITOR, "kim", {std::string{mercy}, std::string{harbor}});
  EXPECT_THAT(get("/v1/audit/findings?since=2020-01-01", everywhere).body, HasSubstr(std::string{harbor})) << "the control";
  for (const std::string_view form : {"application/json", "application/x-ndjson", "text/csv"}) {
    const Response response = get("/v1/audit/findings?since=2020-01-01", limited, form);
    EXPECT_EQ(response.status, 200U);
    EXPECT_THAT(response.body, HasSubstr(std::string{mercy}));
    EXPECT_THAT(response.body, Not(HasSubstr(std::string{harbor})));
  }
  EXPECT_EQ(problem_of(get("/v1/audit/findings?provider=110067890B", limited)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/findings?provider=999999999Z", limited)), "outside_scope") << "there or not";
  EXPECT_EQ(problem_of(get("/v1/audit/rules?provider=110067890B", limited)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/findings", both)), "provider_required");
  EXPECT_EQ(get("/v1/audit/findings?provider=110067890B", both).status, 200U);
}

TEST_F(FindingsRoute, CountsForALimitedAuditorItsOwnProviderAlone) {
  const auto open = [](const std::string& body) {
    const auto at = body.find(R"("rule":"no_backup")");
    return member(body.substr(at), "open");
  };
  EXPECT_EQ(open(get("/v1/audit/rules", officer).body), "2");
  EXPECT_EQ(open(get("/v1/audit/rules", token(TokenRole::AUDITOR, "lee", {std::string{mercy}})).body), "1");
}

TEST_F(FindingsRoute, ShowsAnAdministratorItsOwnProvider) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  EXPECT_EQ(get("/v1/audit/findings", mary).status, 200U);
  EXPECT_THAT(get("/v1/audit/findings", mary).body, Not(HasSubstr(std::string{harbor})));
  EXPECT_EQ(problem_of(get("/v1/audit/findings?provider=110067890B", mary)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/findings", token(TokenRole::ACCOUNT, "jdoe1"))), "outside_scope");
}

TEST_F(FindingsRoute, RefusesParametersThatAreNone) {
  EXPECT_EQ(member(get("/v1/audit/findings?rule=nonsense", officer).body, "field"), "rule");
  EXPECT_EQ(member(get("/v1/audit/findings?since=yesterday", officer).body, "field"), "since");
  EXPECT_EQ(problem_of(get("/v1/audit/findings?provider=999999999Z", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/findings?cursor=ff", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/findings?position=99999", officer)), "position_not_reached");
}

TEST_F(FindingsRoute, GoesOnByCursorAndAnswersWholeInLines) {
  const Response whole = get("/v1/audit/findings?since=2020-01-01", officer, "application/x-ndjson");
  const auto lines = std::count(whole.body.begin(), whole.body.end(), '\n');
  std::ptrdiff_t rows = 0;
  std::string next;
  do {
    const Response page = get("/v1/audit/findings?since=2020-01-01&limit=1" + (next.empty() ? "" : "&cursor=" + next), officer);
    ASSERT_EQ(page.status, 200U) << page.body;
    rows += member(page.body, "rule").empty() ? 0 : 1;
    next = member(page.body, "next");
  } while (!next.empty() && rows <= lines);
  EXPECT_EQ(rows, lines);
  EXPECT_GT(lines, 4);
}

TEST_F(FindingsRoute, TakesFromAuditorsWhatIsDoneAboutAFindingThatTheySee) {
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{mercy}});
  const auto dispose = [&](const std::string& id, const std::string& who, const std::string& command_id) {
    return post(R"({"type":"dispose_finding","command_id":")" + command_id + R"(","finding":")" + id +
                    R"(","disposition":"false_alarm","reason":"seen"})",
                who);
  };
  const std::string question = "/v1/audit/findings?rule=no_backup&provider=";
  const std::string here = member(get(question + std::string{mercy}, officer, "application/x-ndjson").body, "id");
  const std::string there = member(get(question + std::string{harbor}, officer, "application/x-ndjson").body, "id");
  EXPECT_EQ(problem_of(dispose(there, limited, "d1")), "outside_scope");
  EXPECT_EQ(problem_of(post(R"({"type":"publish_terms","command_id":"d2","terms_version":"9"})", limited)), "role_denied");
  const Response disposed = dispose(here, limited, "d3");
  EXPECT_EQ(disposed.status, 200U);
  const Response shown = get(question + std::string{mercy} + "&wait_for=" + member(disposed.body, "last_position"), limited);
  EXPECT_THAT(shown.body, HasSubstr(R"("disposition":"false_alarm")"));
  EXPECT_THAT(shown.body, HasSubstr(R"("disposed_by":"auditor:lee")"));
}

}  // namespace
}  // namespace muniment
