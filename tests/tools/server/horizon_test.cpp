// What callers see who do not see everything: nothing of others, through any route, filter, cursor or problem.
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <fstream>

#include "events/record/stream_name.h"
#include "node_fixture.h"
#include "tests/places/places.h"
#include "tools/server/horizon.h"

namespace muniment {
namespace {

NodeOptions without_rates() { return {.settings = {.limits = {.questions_a_second_max = 0, .disk_reserve_bytes = 0}}}; }

class HorizonTest : public WithNode {
 protected:
  HorizonTest() : WithNode(without_rates()) {
    // John works at Harbor too; Mercy's Luz has nothing to do with it. Harbor tries for Luz, and for nobody.
    tell(
        R"({"type":"link_subordinate","command_id":"h1","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["claims_submission_and_status"]}
{"type":"create_subordinate","command_id":"h2","actor":"mhughes1","provider":"110012345A","last_name":"Lopez","first_name":"Luz","birth_day":"09/09","email":"luz@mercy.example","zip":"02139","pin":"5550","services":["manage_referrals"]}
{"type":"update_subordinate","command_id":"h3","actor":"aortega1","provider":"110067890B","username":"llopez1","last_name":"X","first_name":"Y","birth_day":"09/09","email":"x@y.example","zip":"02139","services":["manage_referrals"]}
{"type":"update_subordinate","command_id":"h4","actor":"aortega1","provider":"110067890B","username":"nobody1","last_name":"X","first_name":"Y","birth_day":"09/09","email":"x@y.example","zip":"02139","services":["manage_referrals"]}
{"type":"report_departure","command_id":"h5","actor":"submitter:portal","username":"jdoe1","left_at":"2024-05-01"}
{"type":"report_departure","command_id":"h5-mercy","actor":"mhughes1","provider":"110012345A","username":"jdoe1","left_at":"2024-05-02","requested_by":"Hughes","reference":"Mercy 7"}
{"type":"lock_account","command_id":"h6","actor":"officer:agency","reason":"review","username":"jdoe1"}
{"type":"unlock_account","command_id":"h7","actor":"officer:agency","reason":"review","username":"jdoe1"}
)");
  }

  std::string limited = token(TokenRole::AUDITOR, "ann", {std::string{harbor}});
  std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string john = token(TokenRole::ACCOUNT, "jdoe1");
};

const std::vector<std::string>& foreign() {
  static const std::vector<std::string> words{"110012345A", "mhughes1", "llopez1", "Lopez", "Hughes", "Mercy", "h5-mercy"};
  return words;
}

TEST_F(HorizonTest, OfADepartureReportedElsewhereIsThatItWasReported) {
  for (const std::string& caller : {limited, alan}) {
    const Response response = get("/v1/audit/trail?type=departure_reported&provider=110067890B", caller);
    EXPECT_THAT(response.body, testing::HasSubstr("2024-05-02T00:00:00Z"));
    EXPECT_THAT(response.body, testing::HasSubstr(R"("links":["110067890B"])"));
    for (const std::string& word : foreign()) EXPECT_THAT(response.body, testing::Not(testing::HasSubstr(word)));
  }
}

TEST_F(HorizonTest, OfARelationshipIsWhoItIsWithAndNotHowMuchHappensThere) {
  tell(R"({"type":"start_relationship","command_id":"r1","actor":"officer:agency","provider":"110012345A","entity":"110067890B"})");
  const std::string started = get("/v1/audit/trail?type=relationship_started", limited).body;
  EXPECT_EQ(member(started, "provider"), "110012345A");
  EXPECT_THAT(started, testing::HasSubstr(R"("name":"agency")"));
  EXPECT_THAT(started, testing::Not(testing::HasSubstr("provider_version")));
  EXPECT_EQ(member(get("/v1/audit/trail?type=relationship_started", mary).body, "provider"), "110012345A");
  EXPECT_THAT(get("/v1/audit/trail?type=relationship_started", mary).body, testing::HasSubstr("provider_version"));
}

// It counts what the trail shows, and nothing else.
TEST_F(HorizonTest, OfAHistogramIsWhatTheTrailShows) {
  get("/v1/audit/as-of", token(TokenRole::AUDITOR, "bea"));
  const auto counted = [&](const std::string& narrowed, const std::string& caller) {
    const std::string csv = get("/v1/audit/trail/histogram" + narrowed, caller, "text/csv").body;
    std::size_t events = 0;
    for (std::size_t line = csv.find('\n') + 1; line < csv.size(); line = csv.find('\n', line) + 1) {
      const std::size_t to = csv.find(',', line) + 1;
      events += std::stoul(csv.substr(csv.find(',', to) + 1));
    }
    return events;
  };
  for (const std::string& caller : {limited, alan, mary}) {
    for (const std::string narrowed : {"", "?type=records_read", "?user=llopez1", "?user=jdoe1", "?actor=mhughes1"}) {
      const Response trail = get("/v1/audit/trail" + narrowed, caller, "application/x-ndjson");
      if (trail.status != 200U) continue;
      EXPECT_EQ(counted(narrowed, caller), static_cast<std::size_t>(std::count(trail.body.begin(), trail.body.end(), '\n'))) << narrowed;
    }
  }
}

// Pages end as if what is not shown were not there.
TEST_F(HorizonTest, OfTheTrailHasNoPagesForWhatIsNotShown) {
  for (int i = 0; i < 3; ++i)
    get("/v1/audit/as-of?service=manage_referrals&limit=" + std::to_string(i + 1), token(TokenRole::AUDITOR, "bea"));
  tell(
      R"({"type":"report_departure","command_id":"p1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","left_at":"2024-05-03"})");
  for (const std::string filter : {"actor=mhughes1", "type=records_read", "type=access_denied"}) {
    const Response response = get("/v1/audit/trail?limit=1&" + filter, limited);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(member(response.body, "next"), "") << filter;
  }
}

// The line's record, as if it had happened at Mercy and Harbor were named beside it alone.
void make_foreign(schema::Event::Builder event) {
  event.getProvider().setNumber(110012345);
  event.getProvider().setLetter('A');
  event.setProviderVersion(777777);
  event.getActor().setKind(schema::PrincipalKind::ACCOUNT);
  event.getActor().setName("mhughes1");
  event.setCommandId("h5-mercy");
  auto context = event.initContext();
  context.setRequestedBy("Hughes");
  context.setApprovedBy("Hughes");
  context.setReason("Mercy");
  context.setReference("Mercy");
  context.setAddress("Mercy");
  context.setProgram("Mercy");
  auto stream = context.initMoreStreams(1)[0];
  const StreamName name = StreamName::provider(ProviderId::parse(harbor).value());
  stream.setVersion(888888);
  stream.setKind(schema::StreamKind::PROVIDER);
  stream.setKey(capnp::Data::Reader(name.key().data(), name.key().size()));
}

TEST_F(HorizonTest, OfNoFactShowsWhatIsAnotherProviders) {
  const Horizon horizon{.providers = {ProviderId::parse(harbor).value()}};
  const EventView view(*node, horizon);
  std::ifstream in(project_folder() / "tests/golden/facts.hex");
  int shown = 0;
  for (std::string line; std::getline(in, line);) {
    const Bytes bytes = from_hex(line).value();
    std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
    std::memcpy(words.data(), bytes.data(), bytes.size());
    RecordReader record(words);
    capnp::MallocMessageBuilder message;
    message.setRoot(record.event());
    const auto event = message.getRoot<schema::Event>();
    make_foreign(event);
    std::string text;
    if (!view.write(event.asReader(), text)) continue;
    ++shown;
    const auto fact = event.asReader().getFact();
    const bool is_relationship = fact.isRelationshipStarted() || fact.isRelationshipEnded();
    for (const std::string& word : foreign()) {
      const bool may_stand_there = is_relationship && word == mercy;
      EXPECT_TRUE(may_stand_there || text.find(word) == std::string::npos) << word << text;
    }
    EXPECT_THAT(text, testing::Not(testing::AnyOf(testing::HasSubstr("777777"), testing::HasSubstr("888888"))));
  }
  EXPECT_EQ(shown, 3) << "relationships and departures";
}

TEST_F(HorizonTest, OfALimitedAuditorShowsItsOwnProvider) {
  EXPECT_EQ(member(get("/v1/audit/as-of?user=jdoe1", limited).body, "service"), "claims_submission_and_status");
  EXPECT_THAT(get("/v1/audit/trail?user=jdoe1", limited).body, testing::HasSubstr("subordinate_linked"));
  EXPECT_THAT(get("/v1/accounts/jdoe1", limited).body, testing::HasSubstr("110067890B"));
  EXPECT_THAT(get("/v1/events", limited).body, testing::HasSubstr("provider_registered"));
}

TEST_F(HorizonTest, AnswersTheSameForWhatIsElsewhereAndWhatIsNowhere) {
  const auto same = [&](const std::string& elsewhere, const std::string& nowhere, const std::string& caller) {
    const Response first = get(elsewhere, caller);
    const Response second = get(nowhere, caller);
    EXPECT_EQ(first.status, second.status) << elsewhere;
    EXPECT_EQ(first.body, second.body) << elsewhere;
  };
  for (const std::string& caller : {limited, alan}) {
    same("/v1/accounts/llopez1", "/v1/accounts/nobody1", caller);
    same("/v1/audit/as-of?user=llopez1", "/v1/audit/as-of?user=nobody1", caller);
    same("/v1/audit/trail?user=llopez1", "/v1/audit/trail?user=nobody1", caller);
    same("/v1/audit/trail?user=llopez1&limit=1", "/v1/audit/trail?user=nobody1&limit=1", caller);
    same("/v1/audit/as-of?provider=110012345A", "/v1/audit/as-of?provider=999999999Z", caller);
    same("/v1/audit/roster?provider=110012345A", "/v1/audit/roster?provider=999999999Z", caller);
    same("/v1/audit/trail?provider=110012345A", "/v1/audit/trail?provider=999999999Z", caller);
    same("/v1/audit/diff?from=2000-01-01&to=2040-01-01&user=llopez1", "/v1/audit/diff?from=2000-01-01&to=2040-01-01&user=nobody1", caller);
    same("/v1/providers/110012345A", "/v1/providers/999999999Z", caller);
    same("/v1/providers/110012345A/subordinates", "/v1/providers/999999999Z/subordinates", caller);
    same("/v1/audit/trail?actor=mhughes1", "/v1/audit/trail?actor=nobody1", caller);
    same("/v1/audit/trail?actor=mhughes1&limit=1", "/v1/audit/trail?actor=nobody1&limit=1", caller);
  }
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?provider=110012345A", limited)), "outside_scope");
}

TEST_F(HorizonTest, KeepsTheCursorOfOneWhoSeesMoreFromOneWhoSeesLess) {
  const std::string all = token(TokenRole::AUDITOR, "bea");
  for (const std::string path : {"/v1/audit/as-of", "/v1/audit/trail"}) {
    const std::string cursor = member(get(path + "?limit=1", all).body, "next");
    ASSERT_FALSE(cursor.empty());
    EXPECT_EQ(problem_of(get(path + "?limit=1&cursor=" + cursor, limited)), "malformed");
  }
}

TEST_F(HorizonTest, OfAnAuditorOfSeveralProvidersNeedsOneOfThemNamed) {
  const std::string both = token(TokenRole::AUDITOR, "bea", {std::string{harbor}, std::string{mercy}});
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", both)), "provider_required");
  EXPECT_EQ(get("/v1/audit/as-of?provider=110012345A", both).status, 200U);
}

TEST_F(HorizonTest, OfAnAdministratorIsItsProvidersAndHomeSeesAllLinks) {
  EXPECT_EQ(get("/v1/audit/roster?provider=110012345A", mary).status, 200U);
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", mary)), "outside_scope");
  const Response home = get("/v1/accounts/jdoe1", mary);
  EXPECT_THAT(home.body, testing::HasSubstr("110012345A"));
  EXPECT_THAT(home.body, testing::HasSubstr("110067890B"));
  const Response linking = get("/v1/accounts/jdoe1", alan);
  EXPECT_EQ(linking.status, 200U);
  EXPECT_THAT(linking.body, testing::Not(testing::HasSubstr("110012345A")));
}

TEST_F(HorizonTest, OfOneWhoAdministersNothingIsItself) {
  EXPECT_EQ(get("/v1/accounts/jdoe1", john).status, 200U);
  EXPECT_EQ(get("/v1/accounts/mhughes1", john).status, 404U);
  EXPECT_THAT(get("/v1/audit/as-of?user=jdoe1", john).body, testing::HasSubstr("110012345A"));
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", john)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/trail", john)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110012345A", john)), "outside_scope");
}

TEST_F(HorizonTest, EndsWithThePowerThatTheLogGave) {
  tell(R"({"type":"lock_account","command_id":"e1","actor":"officer:agency","reason":"review","username":"mhughes1"})");
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110012345A", mary)), "actor_not_usable");
  EXPECT_EQ(problem_of(get("/v1/accounts/jdoe1", token(TokenRole::ACCOUNT, "nobody1"))), "actor_unknown");
}

}  // namespace
}  // namespace muniment
