#include <fmt/format.h>

#include "make_token.h"
#include "node_fixture.h"
#include "tools/server/handlers.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

std::string lines_of_signals(int count) {
  std::string out;
  for (int i = 1; i <= count; ++i) {
    out += fmt::format(R"({{"type":"record_sign_in","command_id":"b{}","username":"jdoe1","at":"2024-01-01","success":true}})", i) + "\n";
  }
  return out;
}

class SubmitCommand : public WithNode {
 protected:
  Batch* begin_batch(std::shared_ptr<const Token> caller) {
    const Call call{.id = "b", .caller = std::move(caller), .form = media::ndjson};
    begun = submit_lines(*node, call, [] {});
    return begun.get();
  }

  std::unique_ptr<Batch> begun;

  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string portal = token(TokenRole::SUBMITTER, "portal");

  static RequestHead head() {
    return {.method = {},
            .target = {},
            .authorization = {},
            .content_type = {},
            .accept = {},
            .idempotency_key = {},
            .if_match = {},
            .last_event_id = {}};
  }
};

constexpr const char* assign =
    R"({"type":"assign_services","command_id":"c1","provider":"110012345A","username":"jdoe1","services":["manage_referrals","view_provider_reports"]})";

TEST_F(SubmitCommand, AnswersAnAcceptedCommandWithItsPositions) {
  const Response response = post(assign, mary);
  EXPECT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(member(response.body, "status"), "accepted");
  EXPECT_EQ(member(response.body, "command_id"), "c1");
  EXPECT_EQ(member(response.body, "first_position"), std::to_string(store->log().head(0).position));
}

TEST_F(SubmitCommand, ActsAsTheHolderOfTheToken) {
  post(assign, mary);
  store->log().read(0, store->log().head(0).position, store->log().head(0).position, [](Position, RecordWords words) {
    RecordReader record(words);
    EXPECT_EQ(text_of(record.event().getActor().getName()), "mhughes1");
    EXPECT_EQ(record.event().getSource(), schema::Source::NETWORK);
    return false;
  });
}

TEST_F(SubmitCommand, RefusesABodyThatNamesAnotherActor) {
  const Position before = store->log().head(0).position;
  const Response response = post(
      R"({"type":"assign_services","command_id":"c1","actor":"officer:agency","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})",
      mary);
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(member(response.body, "field"), "actor");
  EXPECT_EQ(store->log().head(0).position, before);
  EXPECT_EQ(
      post(R"({"type":"lock_account","command_id":"c2","actor":"officer:AGENCY","reason":"review","username":"jdoe1"})", officer).status,
      200U);
}

TEST_F(SubmitCommand, TakesTheCommandIdOutOfTheIdempotencyKey) {
  constexpr const char* body =
      R"({"type":"assign_services","provider":"110012345A","username":"jdoe1","services":["view_provider_reports"]})";
  RequestHead with_key = head();
  with_key.idempotency_key = "k1";
  EXPECT_EQ(member(post(body, mary, with_key).body, "command_id"), "k1");
  EXPECT_EQ(member(post(body, mary, with_key).body, "repeat"), "true");
  const Response without = post(body, mary);
  EXPECT_EQ(without.status, 400U);
  EXPECT_EQ(member(without.body, "field"), "command_id");
  const Response both = post(assign, mary, with_key);
  EXPECT_EQ(both.status, 400U);
  EXPECT_EQ(member(both.body, "field"), "command_id");
}

TEST_F(SubmitCommand, AnswersAStaleIfMatchWith412AndAStaleVersionInTheBodyWith409) {
  const Response account = get("/v1/accounts/jdoe1", mary);
  ASSERT_EQ(account.headers.at(0).first, "ETag");
  const std::string etag = account.headers.at(0).second;
  RequestHead fresh = head();
  fresh.if_match = etag;
  EXPECT_EQ(post(assign, mary, fresh).status, 200U);
  const std::string later =
      R"({"type":"assign_services","command_id":"c2","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})";
  const Response stale = post(later, mary, fresh);
  EXPECT_EQ(stale.status, 412U) << stale.body;
  EXPECT_EQ(problem_of(stale), "version_conflict");
  EXPECT_EQ(member(stale.body, "field"), "If-Match") << "what was sent";
  const Response in_body = post(
      R"({"type":"assign_services","command_id":"c3","expected_version":"1","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})",
      mary);
  EXPECT_EQ(in_body.status, 409U);
  EXPECT_EQ(member(in_body.body, "field"), "expected_version");
}

TEST_F(SubmitCommand, RefusesAnIfMatchThatIsNoVersionOrBelongsToNoAccount) {
  RequestHead wrong = head();
  wrong.if_match = "*";
  EXPECT_EQ(member(post(assign, mary, wrong).body, "field"), "If-Match");
  wrong.if_match = "\"18446744073709551615\"";  // Which says inside that none is expected.
  EXPECT_EQ(member(post(assign, mary, wrong).body, "field"), "If-Match");
  wrong.if_match = "\"1\"";
  EXPECT_EQ(member(post(R"({"type":"appoint_officer","command_id":"o","officer":"x"})", officer, wrong).body, "field"), "If-Match");
}

TEST_F(SubmitCommand, RefusesAnIfMatchForWhatHasNoEtagWhoeverElseItNames) {
  post(R"({"type":"open_review","command_id":"e0","review":"2030","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"})", officer);
  RequestHead precondition = head();
  const std::string etag = get("/v1/providers/110012345A", officer).headers.at(0).second;
  precondition.if_match = etag;
  const Position before = store->log().head(0).position;
  for (const char* body : {
           R"({"type":"assign_reviewer","command_id":"e1","review":"2030","provider":"110012345A","reviewer":"mhughes1"})",
           R"({"type":"dismiss_reviewer","command_id":"e2","review":"2030","provider":"110012345A","reviewer":"mhughes1"})",
           R"({"type":"close_review","command_id":"e3","review":"2030"})",
           R"({"type":"set_policy","command_id":"e4","provider":"110012345A"})",
           R"({"type":"set_policy","command_id":"e5"})",
           R"({"type":"define_service","command_id":"e6","service":"fax","name":"Fax"})",
           R"({"type":"retire_service","command_id":"e7","service":"manage_referrals"})",
           R"({"type":"publish_terms","command_id":"e8","terms_version":"2030"})",
           R"({"type":"dismiss_officer","command_id":"e9","officer":"agency"})",
       }) {
    const Response response = post(body, officer, precondition);
    EXPECT_EQ(response.status, 400U) << body << response.body;
    EXPECT_EQ(member(response.body, "field"), "If-Match") << body << response.body;
  }
  EXPECT_EQ(store->log().head(0).position, before);
}

TEST_F(SubmitCommand, TakesTheVersionOfAProviderForItsPrimaryUserWhoeverThatWillBe) {
  const std::string assign_jdoe =
      R"({"type":"assign_primary_user","command_id":"u1","provider":"110012345A","username":"jdoe1","services":[]})";
  RequestHead of_account = head();
  const std::string account = get("/v1/accounts/jdoe1", officer).headers.at(0).second;
  of_account.if_match = account;
  RequestHead of_provider = head();
  const std::string provider = get("/v1/providers/110012345A", officer).headers.at(0).second;
  of_provider.if_match = provider;
  ASSERT_NE(account, provider);
  EXPECT_EQ(post(assign_jdoe, officer, of_account).status, 412U);
  const std::string again = R"({"type":"assign_primary_user","command_id":"u2","provider":"110012345A","username":"jdoe1","services":[]})";
  EXPECT_EQ(post(again, officer, of_provider).status, 200U);
  EXPECT_EQ(post(R"({"type":"close_provider","command_id":"u3","provider":"110012345A","reason":"review"})", officer, of_provider).status,
            412U)
      << "the provider has another Primary User since";
}

TEST_F(SubmitCommand, TakesTheVersionOfAProviderForWhatIsAboutAProvider) {
  RequestHead precondition = head();
  const std::string etag = get("/v1/providers/110012345A", mary).headers.at(0).second;
  precondition.if_match = etag;
  const std::string create =
      R"({"type":"create_subordinate","command_id":"i1","provider":"110012345A","last_name":"New","first_name":"Nora","birth_day":"01/02","email":"nora@mercy.example","zip":"02139","pin":"5551","services":["manage_referrals"]})";
  EXPECT_EQ(post(create, mary, precondition).status, 200U);
  const Response stale =
      post(R"({"type":"close_provider","command_id":"i2","provider":"110012345A","reason":"review"})", officer, precondition);
  EXPECT_EQ(stale.status, 412U) << stale.body;
}

TEST_F(SubmitCommand, RefusesAHeaderThatWouldMeanNothing) {
  const Position before = store->log().head(0).position;
  for (const std::string_view form : {media::ndjson, media::capnp}) {
    RequestHead batch = head();
    batch.content_type = form;
    batch.if_match = "\"1\"";
    const Response precondition = post(assign, mary, batch);
    EXPECT_EQ(problem_of(precondition), "malformed");
    EXPECT_EQ(member(precondition.body, "field"), "If-Match");
    batch.if_match = {};
    batch.idempotency_key = "k1";
    EXPECT_EQ(member(post(assign, mary, batch).body, "field"), "Idempotency-Key");
  }
  RequestHead accept = head();
  accept.method = "POST";
  accept.target = "/v1/clock/accept";
  const std::string authorization = "Bearer " + officer;
  accept.authorization = authorization;
  accept.if_match = "\"1\"";
  EXPECT_EQ(member(ask(accept).body, "field"), "If-Match");
  EXPECT_EQ(store->log().head(0).position, before);
}

TEST_F(SubmitCommand, SaysThatABodyIsLargerThanACommandMayBe) {
  const auto route = std::find_if(routes().begin(), routes().end(),
                                  [](const Route& one) { return one.takes == media::json && one.path == "/v1/commands"; });
  ASSERT_NE(route, routes().end());
  EXPECT_EQ(route->body_max, command_line_bytes_max);
}

TEST_F(SubmitCommand, AnswersRefusalsByTheirNamesAndWhatKindTheyAre) {
  const Response denied = post(R"({"type":"lock_account","command_id":"d1","username":"jdoe1"})", mary);
  EXPECT_EQ(denied.status, 403U);
  EXPECT_EQ(problem_of(denied), "agency_only");
  const Response refused =
      post(R"({"type":"assign_services","command_id":"d2","provider":"110012345A","username":"jdoe1","services":["no_such"]})", mary);
  EXPECT_EQ(refused.status, 422U);
  EXPECT_EQ(problem_of(refused), "service_unknown");
  const Response conflict = post(
      R"({"type":"link_subordinate","command_id":"d3","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]})", mary);
  EXPECT_EQ(conflict.status, 409U);
  EXPECT_EQ(problem_of(conflict), "already_linked");
  EXPECT_EQ(member(conflict.body, "request_id"), "test-1");
}

TEST_F(SubmitCommand, NamesTheFieldOfAMalformedBodyAndNeverWhatWasTyped) {
  const Response response =
      post(R"({"type":"assign_services","command_id":"m","provider":"secret-typed-here","username":"jdoe1","services":["x"]})", mary);
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(member(response.body, "field"), "provider");
  EXPECT_THAT(response.body, testing::Not(testing::HasSubstr("secret")));
  EXPECT_EQ(post("nonsense", mary).status, 400U);
  EXPECT_EQ(post("", mary).status, 400U);
}

// Every place for single commands, taken by two callers.
std::vector<std::shared_ptr<CommandRoom::Share>> take_all_single(Node& node) {
  std::vector<std::shared_ptr<CommandRoom::Share>> out;
  for (const char* name : {"other", "third"}) {
    while (auto place = node.take_place(make_token(TokenRole::SUBMITTER, name))) out.push_back(std::move(place));
  }
  return out;
}

TEST_F(SubmitCommand, TakesNoMoreThanItsRoomAndSaysSo) {
  const auto taken = take_all_single(*node);
  EXPECT_EQ(taken.size(), CommandPlaces{}.single.all);
  const Response response = post(assign, mary);
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(problem_of(response), "overloaded");
  for (const auto& place : taken) place->give();
  EXPECT_EQ(post(assign, mary).status, 200U);
  EXPECT_EQ(node->commands_under_way(), 0U);
}

TEST_F(SubmitCommand, OfOthersHasRoomWhateverOneCallerHasUnderWay) {
  const Token other = make_token(TokenRole::SUBMITTER, "portal");
  std::vector<std::shared_ptr<CommandRoom::Share>> taken;
  while (auto place = node->take_place(other)) taken.push_back(std::move(place));
  EXPECT_EQ(post(assign, mary).status, 200U);
  EXPECT_EQ(problem_of(post(lines_of_signals(1), portal)), "overloaded") << "the control: its own has none";
  for (const auto& place : taken) place->give();
}

TEST_F(SubmitCommand, HasRoomWhateverBatchesHaveUnderWay) {
  std::vector<std::shared_ptr<CommandRoom::Share>> shares;
  std::size_t taken = 0;
  for (const char* name : {"submitter:one", "submitter:two"}) {
    shares.push_back(node->batch_room().share_of(name));
    while (shares.back()->take()) ++taken;
  }
  EXPECT_EQ(taken, CommandPlaces{}.in_batches.all);
  Batch& held = *begin_batch(node->callers().book().find(portal));
  held.feed(lines_of_signals(1));
  EXPECT_FALSE(held.wants_more()) << "the control: a batch has none";
  EXPECT_EQ(post(assign, mary).status, 200U);
  for (; taken > 0; --taken) shares[taken > CommandPlaces{}.in_batches.of_one ? 1 : 0]->give();
  held.end(Batch::End::whole);
  std::string out;
  while (held.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(member(out, "status"), "accepted");
}

class SubmitBatch : public SubmitCommand {
 protected:
  std::vector<std::string> batch(const std::string& body, const std::string& token) {
    RequestHead ndjson = head();
    ndjson.content_type = "application/x-ndjson";
    const Response response = post(body, token, ndjson);
    std::vector<std::string> lines;
    std::istringstream in(response.body);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
};

TEST_F(SubmitBatch, AnswersEveryLineInOrder) {
  constexpr int count = 5000;  // More than are under way at a time.
  const auto lines = batch(lines_of_signals(count), portal);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(count));
  for (int i = 1; i <= count; ++i) {
    ASSERT_EQ(member(lines[static_cast<std::size_t>(i) - 1], "command_id"), fmt::format("b{}", i));
    ASSERT_EQ(member(lines[static_cast<std::size_t>(i) - 1], "status"), "accepted");
  }
  EXPECT_EQ(node->commands_under_way(), 0U);
}

TEST_F(SubmitBatch, AnswersMalformedAndTooLongLinesAndGoesOn) {
  const auto lines = batch("nonsense\n\n" + std::string(command_line_bytes_max + 1, 'x') + "\n" + lines_of_signals(1), portal);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(member(lines[0], "status"), "malformed");
  EXPECT_EQ(member(lines[1], "line"), "3");
  EXPECT_EQ(member(lines[1], "problem"), "the document is larger than 65536 bytes");
  EXPECT_EQ(member(lines[2], "line"), "4");
  EXPECT_EQ(member(lines[2], "status"), "accepted");
}

TEST_F(SubmitBatch, TakesALastLineWithoutItsEnd) {
  std::string body = lines_of_signals(2);
  body.pop_back();
  EXPECT_EQ(batch(body, portal).size(), 2U);
}

TEST_F(SubmitBatch, LeavesOutALastLineOfAStreamThatWasCutOff) {
  const auto caller = node->callers().book().find(portal);
  Batch& cut = *begin_batch(caller);
  std::string body = lines_of_signals(2);
  body.pop_back();
  cut.feed(body);
  cut.end(Batch::End::cut_off);
  std::string out;
  while (cut.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(member(out, "command_id"), "b1");
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
}

TEST_F(SubmitBatch, HoldsNoMoreLinesThanItHasPlaces) {
  Batch& full = *begin_batch(node->callers().book().find(portal));
  full.feed(lines_of_signals(Batch::places_max + 1));
  EXPECT_FALSE(full.wants_more());
  std::string out;
  while (!full.wants_more()) full.take(out);
  full.end(Batch::End::whole);
  while (full.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), static_cast<std::ptrdiff_t>(Batch::places_max + 1));
}

TEST_F(SubmitBatch, EndsWhenItsTokenIsRevoked) {
  Batch& batch = *begin_batch(node->callers().book().find(portal));
  batch.feed(lines_of_signals(1));
  for (const Token& token : TokenFile(folder).read()) TokenFile(folder).revoke(token.id, system_now(), "tests");
  batch.feed(lines_of_signals(3));
  EXPECT_TRUE(batch.has_ended());
  std::string out;
  while (batch.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_TRUE(out.ends_with("{\"status\":\"stopped\",\"problem\":\"token_invalid\"}\n")) << out;
}

TEST_F(SubmitBatch, SaysThatItEndsBecauseTheNodeDoes) {
  Batch& batch = *begin_batch(node->callers().book().find(portal));
  batch.feed(lines_of_signals(1));
  node->begin_stop();
  batch.end(Batch::End::cut_off);
  std::string out;
  while (batch.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_TRUE(out.ends_with("{\"status\":\"stopped\",\"problem\":\"stopping\",\"retry_after\":1}\n")) << out;
}

TEST_F(SubmitBatch, SaysThatItEndsBecauseNothingCame) {
  Batch& batch = *begin_batch(node->callers().book().find(portal));
  batch.feed(lines_of_signals(1) + "{\"type\":");
  batch.end(Batch::End::timed_out);
  std::string out;
  while (batch.take(out)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2) << out;
  EXPECT_TRUE(out.ends_with("{\"status\":\"stopped\",\"problem\":\"timed_out\",\"retry_after\":1}\n")) << out;
}

}  // namespace
}  // namespace muniment
