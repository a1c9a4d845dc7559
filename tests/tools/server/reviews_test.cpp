// A review of access, a leaver, a vacancy and an attestation, each from its start to its end over HTTP.
#include <sstream>

#include "node_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ReviewsRoute : public WithNode {
 protected:
  ReviewsRoute() {
    tell(
        R"({"type":"create_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","last_name":"King","first_name":"Bella","birth_day":"01/02","email":"b@mercy.example","zip":"02139","pin":"2222","services":["primary_portal_user","view_provider_reports"]}
{"type":"link_subordinate","command_id":"r2","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]}
)");
  }

  // Submits it and waits until the views have it. The outcome's status, or the refusal.
  std::string say(const std::string& who_token, const std::string& body) {
    const Response response = post(R"({"command_id":"h)" + std::to_string(++said_) + R"(",)" + body.substr(1), who_token);
    last_outcome_ = response.body;
    node->projector().wait_for(node->log().head(0).position, std::chrono::seconds{20});
    return response.status == 200 ? member(response.body, "status") : problem_of(response);
  }
  std::vector<std::string> rows(const std::string& target, const std::string& who_token) {
    const Response response = get(target, who_token, "application/x-ndjson");
    EXPECT_EQ(response.status, 200U) << response.body;
    std::vector<std::string> out;
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
  }
  std::vector<std::string> members(const std::vector<std::string>& rows, const std::string& name) {
    std::vector<std::string> out;
    for (const std::string& row : rows) out.push_back(member(row, name));
    return out;
  }
  std::string open_both(const std::string& due_at = "2040-01-01T00:00:00Z") {
    return say(officer, R"({"type":"open_review","review":"2026Q4","providers":["110012345A","110067890B"],"due_at":")" + due_at + "\"}");
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  std::string bella = token(TokenRole::ACCOUNT, "bking1");
  std::string john = token(TokenRole::ACCOUNT, "jdoe1");
  std::string last_outcome_;
  int said_ = 0;
};

TEST_F(ReviewsRoute, RunAReviewFromItsOpeningToItsReport) {
  ASSERT_EQ(open_both(), "accepted");
  EXPECT_EQ(open_both(), "review_exists");
  ASSERT_EQ(say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"bking1"})"), "accepted");
  ASSERT_EQ(
      say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"mhughes1","usernames":["bking1"]})"),
      "accepted");
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110067890B","reviewer":"officer:agency"})"),
            "accepted");
  // Who comes later is not in it.
  ASSERT_EQ(
      say(mary,
          R"({"type":"create_subordinate","provider":"110012345A","last_name":"New","first_name":"Nora","birth_day":"03/04","email":"n@mercy.example","zip":"02139","pin":"3333","services":["manage_referrals"]})"),
      "accepted");
  EXPECT_THAT(members(rows("/v1/audit/reviews/2026q4", officer), "username"),
              ElementsAre("jdoe1", "mhughes1", "bking1", "jdoe1", "aortega1"));

  EXPECT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":"bking1","decision":"keep"}]})"),
      "own_review");
  ASSERT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","seconds_spent":75,"items":[{"provider":"110012345A","username":"mhughes1","decision":"keep"},{"provider":"110012345A","username":"jdoe1","decision":"revoke"}]})"),
      "accepted");
  ASSERT_EQ(
      say(officer,
          R"({"type":"decide_review","review":"2026q4","reason":"no_need","items":[{"provider":"110067890B","username":"jdoe1","decision":"revoke","services":["view_provider_reports"]}]})"),
      "accepted");
  const auto state_of = [&](const std::string& provider, const std::string& username) {
    for (const std::string& row : rows("/v1/audit/reviews/2026q4?provider=" + provider, officer)) {
      if (member(row, "username") == username) return member(row, "state") + ' ' + member(row, "seconds_to_revoke");
    }
    return std::string{"no such row"};
  };
  EXPECT_THAT(state_of("110012345A", "jdoe1"), HasSubstr("revoked ")) << "the reviewer may remove there: it was done at once";
  EXPECT_EQ(state_of("110012345A", "jdoe1"), "revoked 0");
  EXPECT_EQ(state_of("110067890B", "jdoe1"), "revoke_pending ") << "an officer may not: the provider has to";
  EXPECT_EQ(state_of("110012345A", "mhughes1"), "kept ");
  EXPECT_EQ(state_of("110012345A", "bking1"), "undecided ");
  std::vector<std::string> listed = rows("/v1/audit/reviews?state=open", officer);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(member(listed[0], "people"), "5");
  EXPECT_EQ(member(listed[0], "undecided"), "2");
  EXPECT_EQ(member(listed[0], "not_carried_out"), "1");

  ASSERT_EQ(say(alan, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":[]})"), "accepted");
  EXPECT_THAT(state_of("110067890B", "jdoe1"), HasSubstr("revoked ")) << "followed to the event that did it";
  EXPECT_EQ(say(mary, R"({"type":"close_review","review":"2026q4"})"), "review_unknown") << "it is not hers alone";
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"2026q4"})"), "accepted");
  EXPECT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"late","items":[{"provider":"110012345A","username":"mhughes1","decision":"ask"}]})"),
      "review_closed");
  listed = rows("/v1/audit/reviews", officer);
  EXPECT_EQ(member(listed[0], "state"), "closed");
  EXPECT_EQ(member(listed[0], "closed_by"), "officer:agency");
  EXPECT_EQ(member(listed[0], "not_carried_out"), "0");

  const Response report = get("/v1/audit/reviews/2026Q4", officer);
  EXPECT_EQ(member(report.body, "log_size"), std::to_string(node->log().head(0).position));
  EXPECT_EQ(member(report.body, "log_root").size(), 44U);
  EXPECT_THAT(report.body, HasSubstr(R"("decided_together":"2","seconds_spent":"75")")) << "marked as a bulk decision";
  EXPECT_THAT(get("/v1/audit/reviews/2026q4", officer, "text/csv").body, HasSubstr("provider,username,last_name,first_name,services,"));
}

TEST_F(ReviewsRoute, AreAsTheyWereAtAnyMoment) {
  ASSERT_EQ(open_both(), "accepted");
  const std::string opened = std::to_string(node->log().head(0).position);
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"officer:agency"})"),
            "accepted");
  ASSERT_EQ(
      say(officer,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":"jdoe1","decision":"keep"}]})"),
      "accepted");
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"2026q4"})"), "accepted");
  EXPECT_EQ(members(rows("/v1/audit/reviews", officer), "kept"), std::vector<std::string>{"1"});
  const auto before = rows("/v1/audit/reviews?position=" + opened, officer);
  EXPECT_EQ(members(before, "state"), std::vector<std::string>{"open"});
  EXPECT_EQ(members(before, "kept"), std::vector<std::string>{"0"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2039-12-31", officer), "state"), std::vector<std::string>{"closed"});
  EXPECT_TRUE(rows("/v1/audit/reviews?at=2001-01-01", officer).empty());
}

TEST_F(ReviewsRoute, AreLateOnceTheyWereDue) {
  ASSERT_EQ(
      say(officer,
          R"({"type":"open_review","review":"soon","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z","remind_at":"2039-01-01T00:00:00Z"})"),
      "accepted");
  EXPECT_EQ(members(rows("/v1/audit/reviews", officer), "reminder_due"), std::vector<std::string>{"false"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2039-06-01", officer), "reminder_due"), std::vector<std::string>{"true"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2040-01-02", officer), "state"), std::vector<std::string>{"late"});
  EXPECT_TRUE(rows("/v1/audit/reviews?state=late", officer).empty());
  EXPECT_EQ(rows("/v1/audit/reviews?state=late&at=2040-01-02", officer).size(), 1U);
}

TEST_F(ReviewsRoute, ShowEachWhatIsTheirs) {
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"jdoe1","usernames":["bking1"]})"),
            "accepted");
  for (const std::string_view form : {"application/json", "application/x-ndjson", "text/csv"}) {
    for (const std::string target : {"/v1/audit/reviews", "/v1/audit/reviews/2026q4"}) {
      EXPECT_THAT(get(target, officer, form).body, HasSubstr(std::string{harbor})) << "the control";
      EXPECT_THAT(get(target, mary, form).body, Not(HasSubstr(std::string{harbor})));
      EXPECT_THAT(get(target, token(TokenRole::AUDITOR, "lee", {std::string{mercy}}), form).body, Not(HasSubstr(std::string{harbor})));
    }
  }
  EXPECT_THAT(members(rows("/v1/audit/reviews/2026q4", john), "username"), ElementsAre("bking1")) << "whom he reviews, and nobody else";
  EXPECT_EQ(members(rows("/v1/audit/reviews", mary), "people"), std::vector<std::string>{"3"});
  ASSERT_EQ(say(officer, R"({"type":"open_review","review":"elsewhere","providers":["110067890B"],"due_at":"2040-01-01T00:00:00Z"})"),
            "accepted");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/elsewhere", mary)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/nothing", mary)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/no:name", officer)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/reviews?state=done", officer).body, "field"), "state");
  const std::string trail = get("/v1/audit/trail?type=review_opened", mary).body;
  EXPECT_THAT(trail, HasSubstr("2026q4"));
  EXPECT_THAT(trail, Not(HasSubstr(std::string{harbor}))) << "nor which other providers it covers";
}

TEST_F(ReviewsRoute, RunALeaverFromTheReportToTheLastRemoval) {
  ASSERT_EQ(say(mary, R"({"type":"remove_leaver","username":"jdoe1"})"), "departure_unknown");
  ASSERT_EQ(say(mary, R"({"type":"report_departure","provider":"110012345A","username":"jdoe1","left_at":"2024-01-01T00:00:00Z"})"),
            "accepted");
  std::vector<std::string> links = rows("/v1/audit/leaver?user=jdoe1", mary);
  EXPECT_EQ(members(links, "provider"), (std::vector<std::string>{std::string{mercy}, std::string{harbor}})) << "as his home she sees all";
  EXPECT_EQ(members(links, "state"), (std::vector<std::string>{"linked", "linked"}));
  EXPECT_THAT(links[0], HasSubstr(R"("administrators":["mhughes1","bking1"])"));
  EXPECT_THAT(links[1], HasSubstr(R"("administrators":["aortega1"])"));
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", alan), "provider"), std::vector<std::string>{std::string{harbor}});
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", token(TokenRole::AUDITOR, "lee", {std::string{mercy}})), "provider"),
            std::vector<std::string>{std::string{mercy}});

  ASSERT_EQ(say(bella, R"({"type":"remove_leaver","username":"jdoe1"})"), "accepted");
  EXPECT_THAT(member(last_outcome_, "receipt"), HasSubstr("removed at 110012345A; after leaving: "));
  links = rows("/v1/audit/leaver?user=jdoe1", officer);
  EXPECT_EQ(members(links, "state"), (std::vector<std::string>{"removed", "linked"})) << "the other one is Harbor's to end";
  EXPECT_EQ(member(links[0], "removed_by"), "bking1");
  EXPECT_FALSE(member(links[0], "seconds_after_leaving").empty());
  EXPECT_EQ(member(links[1], "removed_at"), "");
  ASSERT_EQ(say(alan, R"({"type":"remove_leaver","username":"jdoe1"})"), "accepted");
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", officer), "state"), (std::vector<std::string>{"removed", "removed"}));
  EXPECT_EQ(say(alan, R"({"type":"remove_leaver","username":"jdoe1"})"), "not_on_roster");
  EXPECT_EQ(problem_of(get("/v1/audit/leaver?user=nobody9", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/leaver?user=bking1", alan)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/leaver", officer).body, "field"), "user");
}

TEST_F(ReviewsRoute, BridgeAVacancyByADelegateForAWhile) {
  const std::string until = R"(,"until":"2040-01-01T00:00:00Z"})";
  EXPECT_EQ(say(officer, R"({"type":"appoint_delegate","provider":"110067890B","username":"bking1")" + until), "primary_user_in_office");
  ASSERT_EQ(say(officer, R"({"type":"report_departure","username":"aortega1","left_at":"2024-01-01T00:00:00Z"})"), "accepted");
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
  ASSERT_EQ(say(officer, R"({"type":"appoint_delegate","provider":"110067890B","username":"bking1")" + until), "accepted");
  EXPECT_EQ(get("/v1/audit/roster?provider=110067890B", bella).status, 200U);
  EXPECT_EQ(say(bella, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":[]})"), "accepted");
  const std::string privileged = get("/v1/audit/privileged", officer).body;
  EXPECT_THAT(privileged, HasSubstr(R"({"kind":"appointed_delegate","name":"bking1","providers":["110067890B"])"));
  EXPECT_THAT(privileged, HasSubstr(R"("expires_at":"2040-01-01T00:00:00Z")"));
  ASSERT_EQ(say(officer, R"({"type":"dismiss_delegate","provider":"110067890B"})"), "accepted");
  EXPECT_THAT(get("/v1/audit/privileged", officer).body, Not(HasSubstr("appointed_delegate")));
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
  EXPECT_EQ(say(bella, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]})"),
            "not_administrator");
}

TEST_F(ReviewsRoute, AttestARosterPersonByPerson) {
  const Response sheet = get("/v1/audit/attestation?provider=110012345A", mary);
  ASSERT_EQ(sheet.status, 200U) << sheet.body;
  const std::string as_of = member(sheet.body, "true_of");
  EXPECT_EQ(members(rows("/v1/audit/attestation", mary), "attested"), (std::vector<std::string>{"no", "no", "no"}));
  ASSERT_EQ(say(mary, R"({"type":"attest_roster","provider":"110012345A","as_of":")" + as_of +
                          R"(","confirmed":["jdoe1"],"rejected":["bking1"]})"),
            "accepted");
  std::vector<std::string> attested = rows("/v1/audit/attestation?provider=110012345A", officer);
  EXPECT_EQ(members(attested, "username"), (std::vector<std::string>{"jdoe1", "mhughes1", "bking1"}));
  EXPECT_EQ(members(attested, "attested"), (std::vector<std::string>{"confirmed", "no", "rejected"}));
  EXPECT_EQ(member(attested[0], "as_of"), as_of);
  EXPECT_EQ(member(attested[0], "attested_by"), "mhughes1");
  ASSERT_EQ(say(mary, R"({"type":"assign_services","provider":"110012345A","username":"jdoe1","services":["view_provider_reports"]})"),
            "accepted");
  EXPECT_EQ(members(rows("/v1/audit/attestation", mary), "attested"), (std::vector<std::string>{"outdated", "no", "rejected"}))
      << "what he holds now was not confirmed";
  EXPECT_EQ(members(rows("/v1/audit/attestation?since=2039-01-01", mary), "attested"), (std::vector<std::string>{"no", "no", "no"}));
  EXPECT_EQ(problem_of(get("/v1/audit/attestation?provider=110067890B", mary)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/attestation?provider=999999999Z", officer)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/attestation", officer).body, "field"), "provider");
}

}  // namespace
}  // namespace muniment
