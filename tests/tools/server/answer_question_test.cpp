#include "tools/server/answer_question.h"

#include <chrono>
#include <thread>

#include "node_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AnswerQuestion : public WithNode {
 protected:
  AnswerQuestion() : kim(token(TokenRole::AUDITOR, "kim")), officer(token(TokenRole::OFFICER, "agency")) {}

  std::expected<Dispatched, Undispatched> dispatched(const std::string& target, const std::string& text, std::string_view accept = {}) {
    const std::string authorization = "Bearer " + text;
    RequestHead head{};
    head.method = "GET";
    head.target = target;
    head.authorization = authorization;
    head.accept = accept;
    head.address = "10.0.0.7";
    return dispatch(*node, head, "test-1");
  }
  Response ask_on_record(const std::string& target, const std::string& text) {
    const auto asked = dispatched(target, text);
    return asked ? answer_question(*node, *asked->route, asked->call) : respond(asked.error().problem, "test-1");
  }

  // `auditor:kim /v1/audit/trail user,from 110012345A jdoe1 x2` for each that is in the log, once it stands still.
  std::vector<std::string> recorded() {
    while (node->commands_under_way() > 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    std::vector<std::string> out;
    const Position head = node->log().head(0).position;
    node->log().read(0, seen_ + 1, head, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (event.getFact().isRecordsRead() || event.getFact().isAccessDenied()) out.push_back(text_of_event(event));
      return true;
    });
    seen_ = head;
    return out;
  }

  static std::string text_of_event(schema::Event::Reader event) {
    std::string out = Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text();
    const auto add = [&out](std::string_view text) { out.append(" ").append(text); };
    std::uint32_t times = 0;
    if (event.getFact().isRecordsRead()) {
      const auto read = event.getFact().getRecordsRead();
      add(text_of(read.getQuestion()));
      std::string names;
      for (const auto name : read.getNarrowedBy()) names.append(names.empty() ? "" : ",").append(text_of(name));
      if (!names.empty()) add(names);
      times = read.getTimes();
    } else {
      const auto denied = event.getFact().getAccessDenied();
      add(text_of(denied.getProblem()));
      add(text_of(denied.getRoute()));
      if (event.getContext().hasAddress()) add(text_of(event.getContext().getAddress()));
      times = denied.getTimes();
    }
    if (const auto provider = provider_of(event)) add(provider->text());
    if (event.hasUsername()) add(text_of(event.getUsername()));
    if (times > 1) add("x" + std::to_string(times));
    return out;
  }

  const std::string kim;
  const std::string officer;

 private:
  Position seen_ = 0;
};

TEST_F(AnswerQuestion, IsCutOffWhereTheTokenIsRevokedWhileItIsSent) {
  const std::string revoked = token(TokenRole::AUDITOR, "ann");
  const std::string id = TokenFile(folder).read().back().id;
  std::vector<Response> answers;
  for (const char* target : {"/v1/events", "/v1/audit/privileged"}) {
    const auto asked = dispatched(target, revoked);
    ASSERT_TRUE(asked) << target;
    answers.push_back(answer_question(*node, *asked->route, asked->call));
  }
  const auto records = dispatched("/v1/events", revoked, "application/capnp");
  answers.push_back(answer_question(*node, *records->route, records->call));
  ASSERT_TRUE(TokenFile(folder).revoke(id, system_now(), "tests"));
  for (Response& answer : answers) {
    std::string piece;
    ASSERT_TRUE(answer.stream);
    EXPECT_EQ(answer.stream->next(piece), Chunks::Next::cut) << answer.content_type;
    EXPECT_EQ(piece, "");
  }
  auto control = dispatched("/v1/events", kim);
  std::string piece;
  EXPECT_EQ(answer_question(*node, *control->route, control->call).stream->next(piece), Chunks::Next::chunk);
}

TEST_F(AnswerQuestion, PutsOnRecordWhoReadWhatAboutWhom) {
  EXPECT_EQ(ask_on_record("/v1/audit/trail?user=jdoe1&from=2020-01-01", kim).status, 200U);
  EXPECT_EQ(ask_on_record("/v1/audit/as-of?provider=110012345A&limit=5", officer).status, 200U);
  EXPECT_EQ(ask_on_record("/v1/accounts/jdoe1", kim).status, 200U);
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user,from jdoe1", "officer:agency /v1/audit/as-of provider 110012345A",
                                      "auditor:kim /v1/accounts/{username} jdoe1"));
}

TEST_F(AnswerQuestion, RecordsNoNameThatIsSearchedFor) {
  EXPECT_EQ(ask_on_record("/v1/audit/roster?provider=110012345A&last_name=Smithers", kim).status, 200U);
  EXPECT_EQ(ask_on_record("/v1/audit/trail?user=nobody77", kim).status, 404U);
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/roster provider,last_name 110012345A"));
  node->log().read(0, 1, node->log().head(0).position, [](Position, RecordWords words) {
    EXPECT_THAT(std::string{text_of(bytes_of(words))}, Not(HasSubstr("mithers")));
    return true;
  });
}

TEST_F(AnswerQuestion, PutsOnRecordWhoWasNotLetIn) {
  EXPECT_EQ(ask_on_record("/v1/audit/trail", "nonsense").status, 401U);
  EXPECT_EQ(ask_on_record("/metrics", kim).status, 403U);
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{harbor}});
  EXPECT_EQ(ask_on_record("/v1/audit/as-of?provider=110012345A", limited).status, 403U);
  EXPECT_THAT(recorded(), ElementsAre("node token_invalid GET /v1/audit/trail 10.0.0.7", "auditor:kim role_denied GET /metrics 10.0.0.7",
                                      "auditor:lee outside_scope GET /v1/audit/as-of"));
}

// The decision names nobody whom the log does not know; the token's holder is known all the same.
TEST_F(AnswerQuestion, PutsOnRecordWhoSubmitsAndIsUnknownToTheLog) {
  const std::string stranger = token(TokenRole::OFFICER, "stranger");
  const std::string lock = R"({"type":"lock_account","command_id":"k1","reason":"review","username":"jdoe1"})";
  EXPECT_EQ(problem_of(post(lock, stranger)), "actor_unknown");
  EXPECT_THAT(recorded(), ElementsAre("officer:stranger actor_unknown POST /v1/commands"));
  RequestHead lines{};
  lines.content_type = media::ndjson;
  EXPECT_THAT(post(lock + "\n", stranger, lines).body, HasSubstr("actor_unknown"));
  node->stop();
  EXPECT_THAT(recorded(), ElementsAre("officer:stranger actor_unknown POST /v1/commands"));
}

TEST_F(AnswerQuestion, PutsOnRecordWhoTriesNamesThatItMayNotSee) {
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{harbor}});
  EXPECT_EQ(ask_on_record("/v1/accounts/jdoe1", limited).status, 404U);
  EXPECT_EQ(ask_on_record("/v1/accounts/nobody1", limited).status, 404U);
  EXPECT_EQ(ask_on_record("/v1/accounts/nobody1", kim).status, 404U);
  EXPECT_THAT(recorded(), ElementsAre("auditor:lee not_known GET /v1/accounts/{username}"));
}

TEST_F(AnswerQuestion, PutsOnRecordWhoTriesLeaversAndReviewsThatItMayNotSee) {
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{harbor}});
  EXPECT_EQ(ask_on_record("/v1/audit/leaver?user=jdoe1", limited).status, 404U);
  EXPECT_EQ(ask_on_record("/v1/audit/reviews/q4", limited).status, 404U);
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/reviews?provider=110012345A", limited)), "outside_scope");
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/reviews/q4?provider=110012345A", limited)), "outside_scope");
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/reviews?provider=999999999Z", limited)), "outside_scope") << "as what is nowhere";
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/reviews?provider=999999999Z", kim)), "not_known") << "who sees everything is told";
  EXPECT_EQ(ask_on_record("/v1/audit/leaver?user=nobody1", kim).status, 404U);
  EXPECT_THAT(recorded(),
              ElementsAre("auditor:lee not_known GET /v1/audit/leaver", "auditor:lee not_known GET /v1/audit/reviews/{review}",
                          "auditor:lee outside_scope GET /v1/audit/reviews", "auditor:lee outside_scope GET /v1/audit/reviews/{review}"));
}

// Which token it is that somebody goes on trying is what is asked after a theft.
TEST_F(AnswerQuestion, PutsOnRecordWhoseTokenItIsThatIsNotValidAnyMore) {
  const std::string ann = token(TokenRole::AUDITOR, "ann");
  const std::string id = TokenFile(folder).read().back().id;
  const std::string late = token(TokenRole::AUDITOR, "lea", {}, Timestamp{1});
  TokenFile(folder).suspend(id, system_now(), "tests");
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/trail", ann)), "token_invalid");
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/trail", late)), "token_invalid");
  const std::string told = ask_on_record("/v1/audit/trail", ann).body;
  EXPECT_EQ(told, ask_on_record("/v1/audit/trail", "nonsense").body) << "the answer tells nothing of it";
  TokenFile(folder).revoke(id, system_now(), "tests");
  EXPECT_EQ(problem_of(ask_on_record("/v1/audit/as-of", ann)), "token_invalid");
  EXPECT_THAT(
      recorded(),
      ElementsAre("auditor:ann token_invalid GET /v1/audit/trail 10.0.0.7", "auditor:lea token_invalid GET /v1/audit/trail 10.0.0.7",
                  "node token_invalid GET /v1/audit/trail 10.0.0.7", "auditor:ann token_invalid GET /v1/audit/as-of 10.0.0.7"));
  ASSERT_TRUE(node->projector().wait_for(node->log().head(0).position, std::chrono::seconds{60}));
  const std::string trail = get("/v1/audit/trail?type=access_denied", officer).body;
  EXPECT_THAT(trail, HasSubstr(id));
}

TEST_F(AnswerQuestion, RecordsNoReadOfRecordsOfReads) {
  ask_on_record("/v1/audit/trail?user=jdoe1", kim);
  recorded();
  for (const char* type : {"records_read", "access_denied"})
    EXPECT_EQ(ask_on_record(std::string{"/v1/audit/trail?type="} + type, kim).status, 200U);
  EXPECT_THAT(recorded(), IsEmpty());
}

// Who follows the log by pages, each from behind the one before, comes to its end.
TEST_F(AnswerQuestion, LetsAFollowerOfTheLogComeToItsEnd) {
  std::size_t reads = 0;
  for (int page = 0; page < 10; ++page) {
    const Position head = node->log().head(0).position;
    EXPECT_EQ(ask_on_record("/v1/events?from=" + std::to_string(page == 0 ? 1 : head), kim).status, 200U);
    reads += recorded().size();
  }
  EXPECT_EQ(reads, 1U);
}

TEST_F(AnswerQuestion, PutsALiveSessionOnRecordOnce) {
  const auto asked = dispatched("/v1/events?from=1", kim, "text/event-stream");
  ASSERT_TRUE(asked);
  const Response response = answer_question(*node, *asked->route, asked->call);
  std::string piece;
  for (int i = 0; i < 5; ++i) (void)response.stream->next(piece);
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/events from"));
}

TEST_F(AnswerQuestion, RecordsWhatWasCountedWhenTheNodeStops) {
  for (int i = 0; i < 3; ++i) ask_on_record("/v1/audit/trail?user=jdoe1", kim);
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1"));
  node->stop();
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1 x2"));
}

// Whoever is looked at must not learn that somebody looks.
TEST_F(AnswerQuestion, ShowsReadsToThoseAloneWhoSeeEverything) {
  ask_on_record("/v1/audit/trail?provider=110012345A&user=jdoe1", kim);
  recorded();
  tell("");  // Waits for the views.
  const std::string primary = token(TokenRole::ACCOUNT, "mhughes1");
  EXPECT_THAT(get("/v1/audit/trail?provider=110012345A", primary).body, Not(HasSubstr("records_read")));
  EXPECT_THAT(get("/v1/audit/trail?provider=110012345A&type=records_read", primary).body, Not(HasSubstr("kim")));
  const std::string limited = token(TokenRole::AUDITOR, "lee", {std::string{mercy}});
  EXPECT_THAT(get("/v1/events", limited).body, Not(HasSubstr("records_read")));
  EXPECT_THAT(get("/v1/audit/trail?user=jdoe1&type=records_read", officer).body, HasSubstr("\"kim\"")) << "the control";
}

}  // namespace
}  // namespace muniment
