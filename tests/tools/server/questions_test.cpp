#include "node_fixture.h"

namespace muniment {
namespace {

class Questions : public WithNode {
 protected:
  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string head() { return std::to_string(store->log().head(0).position); }
};

TEST_F(Questions, AreAnsweredWithThePositionTheyAreTrueOf) {
  const Response response = get("/v1/audit/as-of?user=jdoe1", officer);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(member(response.body, "service"), "manage_referrals");
  EXPECT_EQ(member(response.body, "granted_by"), "mhughes1");
  EXPECT_EQ(member(response.body, "true_of"), head());
}

TEST_F(Questions, GoOnByCursorAndTogetherAreOneAnswer) {
  const Response whole = get("/v1/audit/as-of", officer);
  std::string next;
  std::size_t pages = 0;
  std::size_t rows = 0;
  do {
    const Response page = get("/v1/audit/as-of?limit=1" + (next.empty() ? "" : "&cursor=" + next), officer);
    ASSERT_EQ(page.status, 200U) << page.body;
    rows += member(page.body, "provider").empty() ? 0 : 1;
    next = member(page.body, "next");
    ++pages;
    tell(R"({"type":"record_sign_in","command_id":"q)" + std::to_string(pages) +
         R"(","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})");
  } while (!next.empty());
  EXPECT_EQ(rows, 3U);  // Mary, John and Alan hold something.
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?cursor=00ff", officer)), "malformed");
}

TEST_F(Questions, AboutNamesThatThereNeverWereAreProblems) {
  EXPECT_EQ(member(get("/v1/audit/as-of?user=nobody9", officer).body, "field"), "user");
  EXPECT_EQ(get("/v1/audit/as-of?provider=999999999Z", officer).status, 404U);
  EXPECT_EQ(get("/v1/audit/as-of?service=flying", officer).status, 404U);
  EXPECT_EQ(get("/v1/audit/trail?actor=officer:nobody", officer).status, 404U);
  EXPECT_EQ(get("/v1/accounts/nobody9", officer).status, 404U);
}

TEST_F(Questions, WaitForAPosition) {
  EXPECT_EQ(get("/v1/audit/as-of?wait_for=" + head(), officer).status, 200U);
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?wait_for=99999", officer)), "position_not_reached");
}

TEST_F(Questions, FindASubordinateByName) {
  const Response response = get("/v1/audit/roster?provider=110012345A&last_name=d", officer);
  EXPECT_EQ(member(response.body, "username"), "jdoe1");
  EXPECT_EQ(member(response.body, "last_name"), "Doe");
  EXPECT_EQ(member(get("/v1/audit/roster", officer).body, "field"), "provider");
}

TEST_F(Questions, ShowTheTrailNewestFirstOrTheOtherWayRound) {
  const Response newest = get("/v1/audit/trail?user=jdoe1&limit=1", officer);
  EXPECT_EQ(member(newest.body, "type"), "subordinate_created");
  EXPECT_EQ(member(get("/v1/audit/trail?oldest_first=true&limit=1", officer).body, "position"), "1");
  EXPECT_EQ(member(get("/v1/audit/trail?type=no_such", officer).body, "field"), "type");
}

TEST_F(Questions, LeaveOutOfTheTrailTheKindsThatAreNotWanted) {
  const std::string all = get("/v1/audit/trail?user=jdoe1", officer).body;
  EXPECT_THAT(all, testing::HasSubstr("subordinate_created"));
  EXPECT_EQ(member(get("/v1/audit/trail?user=jdoe1&not_type=signed_in,subordinate_created", officer).body, "type"), "");
  EXPECT_EQ(member(get("/v1/audit/trail?not_type=signed_in,no_such", officer).body, "field"), "not_type");
  EXPECT_EQ(problem_of(get("/v1/audit/trail?not_type=signed_in,", officer)), "malformed");
}

TEST_F(Questions, CountTheTrailByPeriodsOverTheWholeRange) {
  for (int i = 0; i < 120; ++i) {
    tell(R"({"type":"record_sign_in","command_id":"h)" + std::to_string(i) +
         R"(","actor":"submitter:portal","username":"jdoe1","at":"2024-01-0)" + std::to_string(1 + i % 3) + R"(","success":true})");
  }
  const std::string body = get("/v1/audit/trail/histogram?user=jdoe1&type=signed_in", officer).body;
  EXPECT_EQ(member(body, "unit"), "hour");
  EXPECT_THAT(body,
              testing::StartsWith(R"({"rows":[{"from":"2024-01-01T00:00:00Z","to":"2024-01-01T01:00:00Z","events":"40","refused":"0"},)"));
  EXPECT_EQ(member(body, "counted_since"), "") << "all are counted";
  EXPECT_EQ(member(body, "true_of"), head());
  const std::string csv = get("/v1/audit/trail/histogram?user=jdoe1&type=signed_in", officer, "text/csv").body;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 50) << "a heading, and two days and an hour, with the hours in which nothing was";
  EXPECT_THAT(get("/v1/audit/trail/histogram?user=jdoe1&not_type=signed_in,subordinate_created", officer).body,
              testing::StartsWith(R"({"rows":[],)"));
  EXPECT_EQ(member(get("/v1/audit/trail/histogram?type=no_such", officer).body, "field"), "type");
}

TEST_F(Questions, TellFromWhenUntilWhenEachServiceWasHeld) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  const auto assign = [&](const std::string& id, const std::string& services) {
    return post(R"({"type":"assign_services","command_id":")" + id + R"(","provider":"110012345A","username":"jdoe1","services":[)" +
                    services + "]}",
                mary);
  };
  ASSERT_EQ(assign("i1", R"("view_provider_reports")").status, 200U);
  ASSERT_EQ(assign("i2", R"("view_provider_reports","manage_referrals")").status, 200U);
  const std::string csv = get("/v1/audit/intervals?user=jdoe1&wait_for=" + head(), officer, "text/csv").body;
  std::vector<std::string> held;
  for (std::size_t line = csv.find('\n') + 1; line < csv.size(); line = csv.find('\n', line) + 1)
    held.push_back(csv.substr(line, csv.find('\n', line) - line));
  ASSERT_EQ(held.size(), 3U) << csv;
  EXPECT_THAT(held[0], testing::MatchesRegex("110012345A,jdoe1,manage_referrals,[^,]+,mhughes1,[^,]+,mhughes1"));
  EXPECT_THAT(held[1], testing::MatchesRegex("110012345A,jdoe1,manage_referrals,[^,]+,mhughes1,,"));
  EXPECT_THAT(held[2], testing::MatchesRegex("110012345A,jdoe1,view_provider_reports,[^,]+,mhughes1,,"));
  EXPECT_EQ(member(get("/v1/audit/intervals", officer).body, "field"), "user");
  EXPECT_EQ(get("/v1/audit/intervals?user=nobody9", officer).status, 404U);
  EXPECT_THAT(get("/v1/audit/intervals?user=jdoe1", token(TokenRole::ACCOUNT, "jdoe1")).body, testing::HasSubstr("manage_referrals"))
      << "one's own";
  EXPECT_THAT(get("/v1/audit/intervals?user=jdoe1&provider=110012345A", token(TokenRole::ACCOUNT, "aortega1")).body,
              testing::HasSubstr("outside_scope"));
}

TEST_F(Questions, TellWhenAnAccountCouldNotBeUsedByWhomAndWhy) {
  tell(
      R"({"type":"lock_account","command_id":"stop-1","actor":"officer:agency","username":"jdoe1","reason":"suspicious_sign_in","reference":"T-7"}
{"type":"unlock_account","command_id":"stop-2","actor":"officer:agency","username":"jdoe1","reason":"identity_confirmed"}
{"type":"disable_account","command_id":"stop-3","actor":"officer:agency","username":"jdoe1","reason":"long_leave"})");
  const auto rows_of = [](const std::string& csv) {
    std::vector<std::string> out;
    for (std::size_t line = csv.find('\n') + 1; line < csv.size(); line = csv.find('\n', line) + 1)
      out.push_back(csv.substr(line, csv.find('\n', line) - line));
    return out;
  };
  const std::string csv = get("/v1/audit/states?wait_for=" + head(), officer, "text/csv").body;
  const auto all = rows_of(csv);
  ASSERT_EQ(all.size(), 2U) << csv;
  EXPECT_THAT(all[0],
              testing::MatchesRegex("jdoe1,locked,[^,]+,officer:agency,suspicious_sign_in,[^,]+,officer:agency,identity_confirmed,[0-9]+"));
  EXPECT_THAT(all[1], testing::MatchesRegex("jdoe1,disabled,[^,]+,officer:agency,long_leave,,,,[0-9]+"));
  EXPECT_EQ(rows_of(get("/v1/audit/states?state=locked&user=JDoe1", officer, "text/csv").body).size(), 1U);
  EXPECT_EQ(rows_of(get("/v1/audit/states?provider=110067890B", officer, "text/csv").body).size(), 0U);
  EXPECT_EQ(member(get("/v1/audit/states?state=closed", officer).body, "field"), "state");
  EXPECT_EQ(get("/v1/audit/states?user=nobody9", officer).status, 404U);

  // Who sees one provider is told when and by whom.
  const std::string seen = get("/v1/audit/states?provider=110012345A", token(TokenRole::ACCOUNT, "mhughes1")).body;
  EXPECT_THAT(seen, testing::HasSubstr(R"("username":"jdoe1","state":"locked")"));
  for (const char* hidden : {"suspicious_sign_in", "T-7", "identity_confirmed", "long_leave", "position\":"})
    EXPECT_THAT(seen, testing::Not(testing::HasSubstr(hidden))) << hidden;
  EXPECT_THAT(get("/v1/audit/states?provider=110012345A", token(TokenRole::ACCOUNT, "aortega1")).body, testing::HasSubstr("outside_scope"));
}

TEST_F(Questions, CountWhatWasRefused) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  post(R"({"type":"link_subordinate","command_id":"r1","provider":"110012345A","username":"nobody9","services":["manage_referrals"]})",
       mary);
  EXPECT_THAT(get("/v1/audit/trail/histogram?actor=mhughes1&type=command_refused&wait_for=" + head(), officer).body,
              testing::HasSubstr(R"("events":"1","refused":"1")"));
}

TEST_F(Questions, AreAboutAttemptsThatWereRefusedForOneReason) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  post(R"({"type":"link_subordinate","command_id":"r1","provider":"110012345A","username":"nobody9","services":["manage_referrals"]})",
       mary);
  post(R"({"type":"link_subordinate","command_id":"r2","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})", mary);
  const auto count = [&](const std::string& more) {
    const std::string body = get("/v1/audit/trail?wait_for=" + head() + more, officer, "application/x-ndjson").body;
    return std::count(body.begin(), body.end(), '\n');
  };
  EXPECT_EQ(count("&type=command_refused"), 2);
  EXPECT_EQ(count("&refusal=already_linked"), 1);
  EXPECT_EQ(count("&refusal=already_linked&actor=aortega1"), 0);
  EXPECT_EQ(count("&refusal=username_unavailable&provider=110012345A&actor=mhughes1"), 1);
  post(R"({"type":"link_subordinate","command_id":"r3","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})", mary);
  const std::string next = member(get("/v1/audit/trail?limit=1&refusal=already_linked&wait_for=" + head(), officer).body, "next");
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(get("/v1/audit/trail?limit=1&refusal=already_linked&cursor=" + next, officer).status, 200U);
  EXPECT_EQ(member(get("/v1/audit/trail?limit=1&refusal=username_unavailable&cursor=" + next, officer).body, "field"), "cursor");
  EXPECT_EQ(member(get("/v1/audit/trail?limit=1&type=command_refused&cursor=" + next, officer).body, "field"), "cursor");
  EXPECT_EQ(member(get("/v1/audit/trail?refusal=no_such", officer).body, "field"), "refusal");
  EXPECT_EQ(member(get("/v1/audit/trail?refusal=already_linked&type=signed_in", officer).body, "field"), "type");
}

TEST_F(Questions, ShowAnAccountWithItsLinks) {
  const Response response = get("/v1/accounts/JDoe1", officer);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(member(response.body, "username"), "jdoe1");
  EXPECT_EQ(member(response.body, "usable"), "true");
  EXPECT_THAT(response.body, testing::HasSubstr(R"("links":[{"provider":"110012345A","services":["manage_referrals"])"));
}

TEST_F(Questions, AboutAnAccountThatTheViewsDoNotHaveYetDoNotDenyIt) {
  const std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  store->projector().stop();
  const Response created = post(
      R"({"type":"create_subordinate","command_id":"n1","provider":"110012345A","last_name":"New","first_name":"Nora","birth_day":"01/02","email":"nora@mercy.example","zip":"02139","pin":"5551","services":["manage_referrals"]})",
      mary);
  ASSERT_EQ(created.status, 200U) << created.body;
  EXPECT_EQ(problem_of(get("/v1/accounts/" + member(created.body, "username"), officer)), "not_caught_up");
  EXPECT_EQ(problem_of(get("/v1/accounts/nobody9", officer)), "not_known");
}

TEST_F(Questions, AboutAnAccountSayItsVersionAtThatPosition) {
  const auto version = [&] { return get("/v1/accounts/jdoe1", officer).headers.at(0).second; };
  const std::string before = version();
  tell(R"({"type":"record_sign_in","command_id":"w1","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})");
  const std::string after = version();
  EXPECT_NE(before, after);
  store->projector().stop();
  post(R"({"type":"record_sign_in","command_id":"w2","username":"jdoe1","at":"2024-01-01","success":true})",
       token(TokenRole::SUBMITTER, "portal"));
  EXPECT_EQ(version(), after);
}

TEST_F(Questions, ListTheLogInPiecesOfAnySize) {
  const Response all = get("/v1/events", officer);
  EXPECT_EQ(all.content_type, "application/x-ndjson");
  EXPECT_EQ(std::count(all.body.begin(), all.body.end(), '\n'), static_cast<std::ptrdiff_t>(store->log().head(0).position));
  const Response some = get("/v1/events?from=2&limit=3", officer);
  EXPECT_EQ(std::count(some.body.begin(), some.body.end(), '\n'), 3);
  EXPECT_EQ(member(some.body, "position"), "2");
  EXPECT_EQ(some.headers.at(2).second, "</v1/events?from=5&limit=3>; rel=\"next\"");
  EXPECT_EQ(get("/v1/events?from=99999", officer).body, "");
}

class Tail : public Questions {
 protected:
  Response follow(const std::string& target, const std::string& token, const std::string& last_event_id) {
    const std::string authorization = "Bearer " + token;
    const RequestHead head{.method = "GET",
                           .target = target,
                           .authorization = authorization,
                           .content_type = {},
                           .accept = "text/event-stream",
                           .idempotency_key = {},
                           .if_match = {},
                           .last_event_id = last_event_id};
    auto dispatched = dispatch(*node, head, "test-1");
    EXPECT_TRUE(dispatched.has_value());
    return std::get<AskHandler>(dispatched->route->handler)(*node, dispatched->call);
  }
};

TEST_F(Tail, ResumesBehindTheLastEventThatWasSeen) {
  const Response response = follow("/v1/events", officer, "3");
  std::string piece;
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  EXPECT_TRUE(piece.starts_with("id: " + node->generations().named("4") + "\nevent: ")) << piece;
  EXPECT_THAT(piece, testing::EndsWith("\n\n"));
  piece.clear();
  EXPECT_EQ(response.stream->next(piece), Chunks::Next::wait);
  EXPECT_EQ(problem_of(follow("/v1/events", officer, "x")), "malformed");
  EXPECT_EQ(problem_of(follow("/v1/events", officer, "99999")), "position_not_reached");
  EXPECT_EQ(member(follow("/v1/events", officer, "99999").body, "field"), "Last-Event-ID");
  EXPECT_EQ(member(follow("/v1/events?from=99999", officer, "").body, "field"), "from");
  EXPECT_EQ(member(follow("/v1/events?limit=5", officer, "").body, "field"), "limit");
}

// A browser that is cut off before its first event comes back with the last id that it had.
TEST_F(Tail, SaysHowFarItHasLookedSoThatNothingIsMissedBeforeTheFirstEvent) {
  const Response response = follow("/v1/events", officer, "");
  std::string piece;
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  const std::string head = std::to_string(store->log().head(0).position);
  EXPECT_EQ(piece, "id: " + node->generations().named(head) + "\n:\n\n");
  tell(R"({"type":"lock_account","command_id":"t1","actor":"officer:agency","username":"jdoe1","reason":"review"})");
  const Response again = follow("/v1/events", officer, node->generations().named(head));
  piece.clear();
  ASSERT_EQ(again.stream->next(piece), Chunks::Next::chunk);
  EXPECT_THAT(piece, testing::HasSubstr("event: account_locked\n"));
}

TEST_F(Tail, BeginsWithWhatComesNext) {
  const Response response = follow("/v1/events", officer, "");
  std::string piece;
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  EXPECT_THAT(piece, testing::EndsWith("\n:\n\n"));  // A heartbeat, so that the reader knows that it is there.
  tell(R"({"type":"lock_account","command_id":"t1","actor":"officer:agency","reason":"review","username":"jdoe1"})");
  piece.clear();
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  EXPECT_THAT(piece, testing::HasSubstr("event: account_locked\n"));
}

TEST_F(Tail, EndsWhenItsTokenIsRevoked) {
  const std::string auditor = token(TokenRole::AUDITOR, "ann");
  const Response response = follow("/v1/events", auditor, "");
  std::string piece;
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  TokenFile(folder).revoke(TokenFile(folder).read().back().id, system_now(), "tests");
  EXPECT_EQ(response.stream->next(piece), Chunks::Next::end);
}

TEST_F(Questions, AreCountedForPrometheus) {
  const std::string ops = token(TokenRole::OPERATOR, "ops");
  const Response response = get("/metrics", ops);
  EXPECT_THAT(response.body, testing::HasSubstr("muniment_head_position " + head() + "\n"));
  EXPECT_THAT(response.body, testing::HasSubstr("muniment_view_lag_events{view=\"trail\"} 0\n"));
  EXPECT_EQ(get("/readyz", "").body, "{\"ready\":true}\n");
  node->begin_stop();
  EXPECT_EQ(get("/readyz", "").body, "{\"ready\":false,\"why_not\":[\"the node is stopping\"]}\n");
}

}  // namespace
}  // namespace muniment
