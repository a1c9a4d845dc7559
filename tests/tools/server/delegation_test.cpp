// Commands of a submitter that names an account as the actor, and what of a command's way here is on record.
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <sstream>

#include "commands/schema/command.capnp.h"
#include "make_token.h"
#include "node_fixture.h"

namespace muniment {
namespace {

class Delegation : public WithNode {
 protected:
  void list(const std::string& delegates) {
    static int policies = 0;
    tell(R"({"type":"set_policy","command_id":"policy-)" + std::to_string(++policies) + R"(","actor":"officer:agency","delegates":)" +
         delegates + "}");
  }
  static std::string assign(const std::string& id, const std::string& actor, const std::string& service = "view_provider_reports") {
    return R"({"type":"assign_services","command_id":")" + id + "\"," + (actor.empty() ? "" : R"("actor":")" + actor + "\",") +
           R"("provider":"110012345A","username":"jdoe1","services":[")" + service + "\"]}";
  }
  static RequestHead from(std::string_view host, std::string_view content_type = "application/json") {
    return {.method = {},
            .target = {},
            .authorization = {},
            .content_type = content_type,
            .accept = {},
            .idempotency_key = {},
            .if_match = {},
            .last_event_id = {},
            .host = host};
  }
  // The last event, as whoever sees everything is shown it.
  std::string last_event() {
    const std::string position = std::to_string(store->log().head(0).position);
    return get("/v1/events?limit=1&from=" + position, token(TokenRole::AUDITOR, "ann")).body;
  }
  std::string id_of(const std::string& text) const {
    for (const Token& token : TokenFile(folder).read()) {
      if (token.hash == hash_of_token(text)) return token.id;
    }
    return {};
  }

  std::string portal = token(TokenRole::SUBMITTER, "portal");
  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
};

constexpr std::string_view submitted_by_portal = R"("submitted_by":{"kind":"submitter","name":"portal"})";

TEST_F(Delegation, HasBothOnRecordWithTheTokenAndWhereItCameFrom) {
  list(R"(["submitter:portal"])");
  const Response response = post(assign("c1", "mhughes1"), portal, from("10.0.0.7"));
  ASSERT_EQ(response.status, 200U) << response.body;
  const std::string event = last_event();
  EXPECT_THAT(event, testing::HasSubstr(R"("actor":{"kind":"account","name":"mhughes1"})"));
  EXPECT_THAT(event, testing::HasSubstr(submitted_by_portal));
  EXPECT_THAT(event, testing::HasSubstr(R"("authority":"primary_user")"));
  EXPECT_EQ(member(event, "token_id"), id_of(portal));
  EXPECT_EQ(member(event, "address"), "10.0.0.7");
}

TEST_F(Delegation, IsDeniedByNameWhereThePolicyDoesNotListTheSubmitter) {
  for (const std::string id : {"without-a-policy", "by-a-policy"}) {
    if (id == "by-a-policy") list(R"(["submitter:kiosk"])");
    const Response response = post(assign(id, "mhughes1"), portal, from("10.0.0.7"));
    EXPECT_EQ(response.status, 403U);
    EXPECT_EQ(problem_of(response), "not_delegated");
    EXPECT_EQ(member(response.body, "field"), "actor");
    const std::string event = last_event();
    EXPECT_THAT(event, testing::HasSubstr(R"("actor":{"kind":"submitter","name":"portal"})"));
    EXPECT_THAT(event, testing::Not(testing::HasSubstr("mhughes1")));
    EXPECT_EQ(member(event, "token_id"), id_of(portal));
  }
}

// Every role that may submit, and whom it may name.
TEST_F(Delegation, IsTheSubmittersAloneAndForAccountsAlone) {
  list(R"(["submitter:portal"])");
  const std::map<std::string, std::string> tokens{{"account", mary}, {"officer", officer}, {"submitter", portal}};
  const std::map<std::string, std::string> self{{"account", "mhughes1"}, {"officer", "officer:agency"}, {"submitter", "submitter:portal"}};
  int commands = 0;
  for (const auto& [role, its_token] : tokens) {
    for (const std::string actor : {"mhughes1", "jdoe1", "aortega1", "nobody1", "officer:agency", "submitter:portal", "submitter:kiosk"}) {
      const Response response = post(assign("r" + std::to_string(++commands), actor), its_token);
      const bool is_itself = self.at(role) == actor;
      if (is_itself || role == "submitter") {
        EXPECT_NE(response.status, 400U) << role << " names " << actor << response.body;
      } else {
        EXPECT_EQ(problem_of(response), "malformed") << role << " names " << actor;
        EXPECT_EQ(member(response.body, "field"), "actor");
      }
      if (role != "submitter") continue;
      const std::map<std::string, std::string> expected{{"mhughes1", ""},
                                                        {"jdoe1", "not_administrator"},
                                                        {"aortega1", "not_administrator"},
                                                        {"nobody1", "actor_unknown"},
                                                        {"officer:agency", "not_delegated"},
                                                        {"submitter:portal", "not_administrator"},
                                                        {"submitter:kiosk", "not_delegated"}};
      EXPECT_EQ(problem_of(response), expected.at(actor)) << actor;
    }
  }
  // Roles that may not submit, or decide about findings alone, may not for others either.
  EXPECT_EQ(problem_of(post(assign("x", "mhughes1"), token(TokenRole::OPERATOR, "kim"))), "role_denied");
  EXPECT_EQ(problem_of(post(assign("x", "mhughes1"), token(TokenRole::AUDITOR, "kim"))), "malformed") << "it names another actor";
}

TEST_F(Delegation, HoldsForEachLineOfABatch) {
  list(R"(["submitter:portal"])");
  const std::string lines = assign("b1", "mhughes1") + "\n" + assign("b2", "officer:agency") + "\n" +
                            R"({"type":"record_sign_in","command_id":"b3","username":"jdoe1","at":"2024-01-01","success":true})" + "\n";
  std::istringstream answers(post(lines, portal, from("10.0.0.7", "application/x-ndjson")).body);
  std::string line;
  std::getline(answers, line);
  EXPECT_EQ(member(line, "status"), "accepted");
  std::getline(answers, line);
  EXPECT_EQ(member(line, "refusal"), "not_delegated");
  std::getline(answers, line);
  EXPECT_EQ(member(line, "status"), "accepted");
  const std::string event = last_event();
  EXPECT_THAT(event, testing::Not(testing::HasSubstr("submitted_by")));
  EXPECT_EQ(member(event, "address"), "10.0.0.7");
  EXPECT_EQ(member(event, "token_id"), id_of(portal));
}

TEST_F(Delegation, HoldsForCapnProtoMessages) {
  list(R"(["submitter:portal"])");
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<request::Command>();
  command.setCommandId("f1");
  command.setActor("mhughes1");
  auto assignment = command.getBody().initAssignServices();
  assignment.setProvider("110012345A");
  assignment.setUsername("jdoe1");
  assignment.setServices({"view_provider_reports"});
  const auto words = capnp::messageToFlatArray(message);
  const std::string body{words.asChars().begin(), words.asChars().size()};
  RequestHead head = from("10.0.0.7", "application/capnp");
  head.accept = "application/x-ndjson";
  EXPECT_EQ(member(post(body, portal, head).body, "status"), "accepted");
  EXPECT_THAT(last_event(), testing::HasSubstr(submitted_by_portal));
}

TEST_F(Delegation, HoldsForASubmitterWithACertificate) {
  list(R"(["submitter:portal"])");
  const PeerCertificate certificate{.fingerprint = hash_of_token("a certificate"), .expires_at = Timestamp{system_now().ns * 2}};
  const auto id = TokenFile(folder).register_certificate(make_token(TokenRole::SUBMITTER, "portal", certificate.fingerprint));
  RequestHead head = from("10.0.0.7");
  head.method = "POST";
  head.target = "/v1/commands";
  head.certificate = &certificate;
  EXPECT_EQ(ask(head, assign("c1", "mhughes1")).status, 200U);
  EXPECT_EQ(member(last_event(), "token_id"), id);
}

TEST_F(Delegation, GivesTheRetryItsOutcomeAndAnotherTokenNothing) {
  list(R"(["submitter:portal","submitter:kiosk"])");
  const Response first = post(assign("same", "mhughes1"), portal);
  ASSERT_EQ(member(first.body, "status"), "accepted");
  const Response again = post(assign("same", "MHughes1"), token(TokenRole::SUBMITTER, "portal"));
  EXPECT_EQ(member(again.body, "repeat"), "true") << "another token of the same submitter";
  EXPECT_EQ(member(again.body, "first_position"), member(first.body, "first_position"));
  EXPECT_EQ(problem_of(post(assign("same", "aortega1"), portal)), "command_id_reused") << "for another actor it is another command";
  const Response of_kiosk = post(assign("same", "mhughes1"), token(TokenRole::SUBMITTER, "kiosk"));
  EXPECT_EQ(member(of_kiosk.body, "status"), "unchanged") << "decided by itself";
  const Response of_mary = post(assign("same", "mhughes1", "manage_referrals"), mary);
  EXPECT_EQ(member(of_mary.body, "status"), "accepted");
  EXPECT_EQ(member(of_mary.body, "repeat"), "false");
}

TEST_F(Delegation, EndsWhenThePolicyDoes) {
  list(R"(["submitter:portal"])");
  EXPECT_EQ(post(assign("e1", "mhughes1"), portal).status, 200U);
  list("[]");
  EXPECT_EQ(problem_of(post(assign("e2", "mhughes1", "manage_referrals"), portal)), "not_delegated");
}

TEST_F(Delegation, IsInTheTrailUnderBothNamesAndItsWayIsShownToWhoSeesEverything) {
  list(R"(["submitter:portal"])");
  ASSERT_EQ(post(assign("t1", "mhughes1"), portal, from("10.0.0.7")).status, 200U);
  ASSERT_TRUE(node->projector().wait_for(store->log().head(0).position, std::chrono::seconds{60}));
  for (const std::string actor : {"submitter:portal", "mhughes1"}) {
    const Response trail = get("/v1/audit/trail?type=services_assigned&actor=" + actor, officer);
    EXPECT_EQ(member(trail.body, "command_id"), "t1") << trail.body;
    EXPECT_EQ(member(trail.body, "address"), "10.0.0.7");
  }
  const Response table = get("/v1/audit/trail?type=services_assigned", officer, "text/csv");
  EXPECT_THAT(table.body, testing::HasSubstr(",submitter:portal,"));
  const Response of_mary = get("/v1/audit/trail?provider=110012345A&type=services_assigned", mary);
  EXPECT_THAT(of_mary.body, testing::HasSubstr(submitted_by_portal));
  EXPECT_THAT(of_mary.body, testing::Not(testing::HasSubstr("10.0.0.7")));
  EXPECT_THAT(of_mary.body, testing::Not(testing::HasSubstr("token_id")));
}

TEST_F(Delegation, IsNotNeededForTheWayToBeOnRecord) {
  ASSERT_EQ(post(assign("w1", ""), mary, from("2001:db8::7")).status, 200U);
  EXPECT_EQ(member(last_event(), "token_id"), id_of(mary));
  EXPECT_EQ(member(last_event(), "address"), "2001:db8::7");
  tell(R"({"type":"lock_account","command_id":"w2","actor":"officer:agency","reason":"review","username":"jdoe1"})");
  EXPECT_EQ(member(last_event(), "address"), "") << "it came over no connection";
  EXPECT_EQ(member(last_event(), "token_id"), "");
}

}  // namespace
}  // namespace muniment
