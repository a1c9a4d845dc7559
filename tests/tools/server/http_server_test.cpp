// Over real sockets.
#include <fmt/format.h>

#include <optional>
#include <regex>

#include "http_fixture.h"
#include "tools/server/host_port.h"
#include "tools/server/listen_address.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view json = "Content-Type: application/json\r\n";
constexpr std::string_view ndjson = "Content-Type: application/x-ndjson\r\n";

std::string sign_in(int number) {
  return fmt::format(R"({{"type":"record_sign_in","command_id":"n{}","username":"jdoe1","at":"2024-01-01","success":true}})", number) +
         "\n";
}

class Http : public WithServer {
 protected:
  using WithServer::WithServer;

  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string portal = token(TokenRole::SUBMITTER, "portal");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
};

TEST_F(Http, AnswersOneRequestAfterAnotherOnAConnection) {
  SocketClient client(port);
  for (int i = 0; i < 3; ++i) {
    client.send(http_request("GET", "/healthz", ""));
    EXPECT_EQ(client.answer().body, "{\"alive\":true}\n");
  }
  client.send(http_request("GET", "/healthz", "") + http_request("GET", "/v1/accounts/jdoe1", officer));  // Both at once.
  EXPECT_EQ(client.answer().status, 200U);
  const SocketAnswer account = client.answer();
  EXPECT_EQ(account.status, 200U);
  EXPECT_THAT(account.head, testing::HasSubstr("ETag: \""));
}

TEST_F(Http, KnowsABrowserByTheHeadersThatItSends) {
  SocketClient client(port);
  client.send(http_request("POST", "/v1/session", mary, "", "Content-Length: 0\r\n"));
  const std::string head = client.answer().head;
  const auto begin = head.find("__Host-muniment=");
  ASSERT_NE(begin, std::string::npos) << head;
  const std::string cookie = "Cookie: " + head.substr(begin, head.find(';', begin) - begin) + "\r\n";
  const auto status_with = [&](const std::string& headers) {
    client.send("GET /v1/services HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    return client.answer().status;
  };
  EXPECT_EQ(status_with(cookie + "Muniment-Console: 1\r\nSec-Fetch-Site: same-origin\r\n"), 200U);
  EXPECT_EQ(status_with(cookie + "Muniment-Console: 1\r\nSec-Fetch-Site: cross-site\r\n"), 401U);
  EXPECT_EQ(status_with(cookie + "Sec-Fetch-Site: same-origin\r\n"), 401U);
}

TEST_F(Http, KeepsNothingOfAnAnswerButTheConsolesFiles) {
  SocketClient client(port);
  client.send(http_request("GET", "/healthz", ""));
  EXPECT_THAT(client.answer().head, testing::HasSubstr("Cache-Control: no-store"));
  client.send(http_request("GET", "/console", ""));
  const SocketAnswer page = client.answer();
  EXPECT_THAT(page.head, testing::HasSubstr("Cache-Control: no-store"));
  const auto begin = page.body.find("/console/assets/");
  client.send(http_request("GET", page.body.substr(begin, page.body.find('"', begin) - begin), ""));
  const std::string file = client.answer().head;
  EXPECT_THAT(file, testing::HasSubstr("Cache-Control: public, max-age=31536000, immutable"));
  EXPECT_THAT(file, testing::Not(testing::HasSubstr("no-store")));
}

TEST_F(Http, SaysOfEachAnswerWhatItIsAndNothingOfItself) {
  SocketClient client(port);
  for (const char* target : {"/healthz", "/console", "/openapi.json", "/v1/services", "/nowhere"}) {
    client.send(http_request("GET", target, "", "", "Origin: https://elsewhere.example\r\n"));
    const std::string head = client.answer().head;
    EXPECT_THAT(head, testing::HasSubstr("\r\nServer: muniment\r\n")) << target;
    EXPECT_THAT(head, testing::HasSubstr("\r\nContent-Type: ")) << target;
    EXPECT_THAT(head, testing::HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n")) << target;
    EXPECT_THAT(head, testing::Not(testing::HasSubstr("Access-Control-"))) << target;
  }
}

TEST_F(Http, RecordsACommandBeforeItAnswers) {
  SocketClient client(port);
  client.send(http_request("POST", "/v1/commands", portal, sign_in(1), json));
  const SocketAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(member(answer.body, "last_position"), std::to_string(store->log().head(0).position));
}

TEST_F(Http, AnswersABatchInOrderWhileItIsStillBeingSent) {
  SocketClient client(port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + portal + "\r\n" +
              std::string{ndjson} + "\r\n");
  const auto send_chunk = [&](const std::string& text) { client.send(fmt::format("{:x}\r\n{}\r\n", text.size(), text)); };
  send_chunk(sign_in(1));
  ASSERT_TRUE(client.read_until("\"command_id\":\"n1\",\"status\":\"accepted\""));
  std::string many;
  for (int i = 2; i <= 3000; ++i) many += sign_in(i);
  send_chunk(many.substr(0, many.size() / 2));
  send_chunk(many.substr(many.size() / 2));
  client.send("0\r\n\r\n");
  const SocketAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200U);
  std::istringstream lines(answer.body);
  int number = 0;
  for (std::string line; std::getline(lines, line);) ASSERT_EQ(member(line, "command_id"), fmt::format("n{}", ++number));
  EXPECT_EQ(number, 3000);
  client.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(client.answer().status, 200U);
}

TEST_F(Http, AnswersHeadWithoutABodySoThatTheNextAnswerIsWhereItBelongs) {
  SocketClient client(port);
  client.send(http_request("HEAD", "/healthz", "") + http_request("HEAD", "/v1/events", officer) +
              http_request("HEAD", "/v1/commands", portal) + http_request("GET", "/healthz", ""));
  ASSERT_TRUE(client.read_until("{\"alive\":true}\n"));
  const std::string& received = client.received();
  EXPECT_EQ(received.find('{'), received.rfind('{')) << "one body alone, that of GET";
  EXPECT_THAT(received, testing::HasSubstr("405 Method Not Allowed"));
  EXPECT_THAT(received, testing::HasSubstr("Transfer-Encoding: chunked"));
  std::size_t answers = 0;
  for (std::size_t at = received.find("HTTP/1.1 "); at != std::string::npos; at = received.find("HTTP/1.1 ", at + 1)) ++answers;
  EXPECT_EQ(answers, 4U);
}

TEST_F(Http, TakesTargetsInBothFormsAndDemandsOneHost) {
  SocketClient client(port);
  client.send("GET http://node.example/healthz HTTP/1.1\r\nHost: node.example\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200U);
  client.send("GET /healthz HTTP/1.1\r\n\r\n");
  const SocketAnswer without = client.answer();
  EXPECT_EQ(without.status, 400U);
  EXPECT_EQ(member(without.body, "field"), "Host");
  SocketClient twice(port);
  twice.send("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  EXPECT_EQ(twice.answer().status, 400U);
}

// What another program in front of the node reads as one request must not be two here.
TEST_F(Http, TakesNoBodyForTheNextRequestWhateverCodingItIsSaidToHave) {
  const std::string hidden = http_request("GET", "/healthz", "");
  for (const std::string coding :
       {"gzip", "identity", "xchunked", "chunked, gzip", "\"chunked\"", "chunked\r\nTransfer-Encoding: chunked"}) {
    SocketClient client(port);
    client.send(http_request("POST", "/v1/commands", portal, "", fmt::format("{}Transfer-Encoding: {}\r\n", json, coding)) + hidden);
    EXPECT_EQ(client.answer().status, 400U) << coding;
    EXPECT_TRUE(client.is_closed_within(5s)) << coding;
    EXPECT_EQ(client.received().find("alive"), std::string::npos) << coding;
  }
}

TEST_F(Http, RefusesAFieldThatSaysOneThingAndComesTwice) {
  for (const std::string name : {"Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Last-Event-ID"}) {
    SocketClient client(port);
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + name + ": a\r\n" + name + ": b\r\n\r\n");
    const SocketAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 400U) << name;
    EXPECT_EQ(member(answer.body, "field"), name);
  }
}

TEST_F(Http, SaysThatABodyMayComeHoweverItIsAsked) {
  SocketClient client(port);
  client.send(
      http_request("POST", "/v1/commands", portal, "", std::string{json} + "Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n"));
  EXPECT_TRUE(client.read_until("100 Continue", 5s));
}

// Views that stand still hold up those who ask them, and nobody else.
TEST_F(Http, AnswersOthersWhileQuestionsWaitForTheViews) {
  store->projector().stop();
  SocketClient writer(port);
  writer.send(http_request("POST", "/v1/commands", portal, sign_in(1), json));
  ASSERT_EQ(writer.answer().status, 200U);
  std::vector<std::unique_ptr<SocketClient>> waiting;
  for (int i = 0; i < 12; ++i) {
    waiting.push_back(std::make_unique<SocketClient>(port));
    waiting.back()->send(http_request("GET", "/v1/accounts/jdoe1", mary));
  }
  const auto began = std::chrono::steady_clock::now();
  SocketClient client(port);
  for (const std::string target : {"/healthz", "/v1/audit/as-of?user=jdoe1"}) {
    client.send(http_request("GET", target, officer));
    EXPECT_EQ(client.answer().status, 200U) << target;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s) << "they wait for five";
  EXPECT_THAT(waiting.front()->answer().body, testing::HasSubstr("not_caught_up"));
}

TEST_F(Http, StopsWhileQuestionsWait) {
  store->projector().stop();
  SocketClient writer(port);
  writer.send(http_request("POST", "/v1/commands", portal, sign_in(1), json));
  ASSERT_EQ(writer.answer().status, 200U);
  std::vector<std::unique_ptr<SocketClient>> waiting;
  for (int i = 0; i < 40; ++i) {
    waiting.push_back(std::make_unique<SocketClient>(port));
    waiting.back()->send(http_request("GET", "/v1/accounts/jdoe1", mary));
  }
  writer.send(http_request("GET", "/healthz", ""));
  ASSERT_EQ(writer.answer().status, 200U);
  const auto began = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

TEST_F(Http, BoundsWhatAnAddressAsksWithoutSayingWhoItIs) {
  SocketClient client(port);
  unsigned status = 200;
  for (int i = 0; i < 20'000 && status == 200; ++i) {
    client.send(http_request("GET", "/healthz", ""));
    status = client.answer().status;
  }
  EXPECT_EQ(status, 429U);
  client.send(http_request("GET", "/v1/services", officer));
  EXPECT_EQ(client.answer().status, 200U);
}

TEST_F(Http, FollowsTheLogAndResumes) {
  const std::string events = "Accept: text/event-stream\r\n";
  SocketClient client(port);
  client.send(http_request("GET", "/v1/events", officer, "", events));
  ASSERT_TRUE(client.read_until(":\n\n"));
  tell(R"({"type":"lock_account","command_id":"t1","actor":"officer:agency","username":"jdoe1","reason":"review"})");
  ASSERT_TRUE(client.read_until("event: account_locked\n", 3s));
  const Position locked = store->log().head(0).position;
  tell(R"({"type":"unlock_account","command_id":"t2","actor":"officer:agency","username":"jdoe1","reason":"review"})");
  SocketClient again(port);
  again.send(http_request("GET", "/v1/events", officer, "", events + fmt::format("Last-Event-ID: {}\r\n", locked)));
  ASSERT_TRUE(again.read_until("event: account_unlocked\n", 3s));
  EXPECT_EQ(again.received().find("account_locked"), std::string::npos);
}

// A log that is longer than what sockets hold: its reader may read no more while it is being sent.
TEST_F(Http, CountsAnAnswerThatItCutOffAndSaysSoInItsLog) {
  const std::string ops = token(TokenRole::OPERATOR, "ops");
  const std::string kim = token(TokenRole::AUDITOR, "kim");
  const auto cut_answers = [&] {
    SocketClient client(port);
    client.send(http_request("GET", "/metrics", ops));
    const std::string text = client.answer().body;
    return text.find("muniment_answers_cut_total{route=\"GET /v1/export/trail\"} 1\n") != std::string::npos;
  };
  SocketClient writer(port);
  std::string lines;
  for (int i = 1; i <= 20'000; ++i) lines += sign_in(i);
  writer.send(http_request("POST", "/v1/commands", portal, lines, ndjson));
  ASSERT_EQ(writer.answer().status, 200U);
  SocketClient whole(port);
  whole.send(http_request("GET", "/v1/export/trail?format=csv&to=2000-01-01", kim));
  EXPECT_EQ(whole.answer().status, 200U);
  EXPECT_FALSE(cut_answers()) << "the control";
  SocketClient reader(port);
  reader.send(http_request("GET", "/v1/export/trail?format=fhir", kim));
  ASSERT_TRUE(reader.read_until("\r\n\r\n"));
  for (const Token& each : TokenFile(folder).read()) {
    if (each.name == "kim") TokenFile(folder).revoke(each.id, system_now(), "agency");
  }
  EXPECT_TRUE(reader.is_closed_within(20s));
  EXPECT_FALSE(reader.received().ends_with("\r\n0\r\n\r\n"));
  EXPECT_TRUE(cut_answers());
  stop();
  EXPECT_THAT(written.str(), testing::HasSubstr("\"level\":\"warning\",\"message\":\"request whose answer was cut off\""));
}

// Of a log that is longer than what sockets hold.
TEST_F(Http, EndsAnExportWhoseReaderHasGone) {
  SocketClient writer(port);
  std::string lines;
  for (int i = 1; i <= 20'000; ++i) lines += sign_in(i);
  writer.send(http_request("POST", "/v1/commands", portal, lines, ndjson));
  ASSERT_EQ(writer.answer().status, 200U);
  {
    SocketClient reader(port);
    reader.send(http_request("GET", "/v1/export/trail?format=fhir", officer));
    ASSERT_TRUE(reader.read_until("\r\n\r\n"));
  }
  std::optional<std::uint64_t> rows;  // Of what was cut off.
  const auto look = [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    if (!fact.isRecordsRead() || !fact.getRecordsRead().hasExported()) return true;
    EXPECT_TRUE(fact.getRecordsRead().getExported().getCut());
    rows = fact.getRecordsRead().getExported().getRows();
    return false;
  };
  for (int i = 0; i < 2000 && !rows; ++i) {
    std::this_thread::sleep_for(10ms);
    store->log().read(0, 20'000, store->log().head(0).position, look);
  }
  ASSERT_TRUE(rows) << "it is on record";
  EXPECT_GT(*rows, 0U);
  EXPECT_LT(*rows, 20'000U);
  SocketClient other(port);
  other.send(http_request("GET", "/v1/accounts/jdoe1", officer));
  EXPECT_EQ(other.answer().status, 200U) << "threads for questions are free";
  const auto began = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(Http, RefusesABodyThatIsTooLargeBeforeItHasCome) {
  SocketClient client(port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\nAuthorization: Bearer " + portal + "\r\n" +
              std::string{json} + "\r\n");
  const SocketAnswer declared = client.answer();
  EXPECT_EQ(declared.status, 413U);
  EXPECT_THAT(declared.body, testing::HasSubstr("body_too_large"));
  SocketClient chunked(port);
  chunked.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + portal + "\r\n" +
               std::string{json} + "\r\n200001\r\n");
  std::string much(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 3 && chunked.send(much); ++i) {
  }
  EXPECT_EQ(chunked.answer().status, 413U);
}

TEST_F(Http, AnswersGarbageWithAProblemAndCloses) {
  SocketClient client(port);
  client.send("\x16\x03\x01\x02 this is no HTTP\r\n\r\n");
  EXPECT_EQ(client.answer().status, 400U);
  EXPECT_TRUE(client.is_closed_within(5s));
  SocketClient large(port);
  large.send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(large.answer().status, 431U);
  SocketClient other(port);
  other.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(other.answer().status, 200U);
}

TEST_F(Http, StopsAfterWhatItHasTakenIsAnswered) {
  SocketClient idle(port);
  SocketClient tail(port);
  tail.send(http_request("GET", "/v1/events", officer, "", "Accept: text/event-stream\r\n"));
  ASSERT_TRUE(tail.read_until(":\n\n"));
  SocketClient client(port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + portal + "\r\n" +
              std::string{ndjson} + "\r\n");
  std::string lines;
  for (int i = 1; i <= 500; ++i) lines += sign_in(i);
  client.send(fmt::format("{:x}\r\n{}\r\n", lines.size(), lines));
  ASSERT_TRUE(client.read_until("\"command_id\":\"n1\""));
  const auto began = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  const SocketAnswer answer = client.answer();
  const auto answered = std::count(answer.body.begin(), answer.body.end(), '\n');
  EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("failed")));
  EXPECT_EQ(member(answer.body.substr(answer.body.rfind("{\"line\"")), "last_position"), std::to_string(store->log().head(0).position));
  EXPECT_GE(answered, 1);
  EXPECT_TRUE(tail.read_until("0\r\n\r\n"));  // The stream's proper end.
  EXPECT_TRUE(idle.is_closed_within(1s));
}

TEST_F(Http, WritesNoPersonalValueAndNoSecretIntoItsLog) {
  SocketClient client(port);
  const std::string create =
      R"({"type":"create_subordinate","command_id":"p1","provider":"110012345A","last_name":"Zanzibar","first_name":"Quentin","birth_day":"03/14","email":"quentin@private.example","zip":"01776","pin":"8642","services":["manage_referrals"],"note":"left-handed"})";
  client.send(http_request("POST", "/v1/commands", mary, create, json));
  EXPECT_EQ(client.answer().status, 200U);
  client.send(http_request("POST", "/v1/commands", mary,
                           R"({"type":"reset_password","command_id":"p2","provider":"110012345A","username":"qzanzibar1"})", json));
  const SocketAnswer reset = client.answer();
  const std::string credential = member(reset.body, "credential");
  EXPECT_FALSE(credential.empty()) << reset.body;
  client.send(http_request("POST", "/v1/commands", mary, R"({"type":"create_subordinate","last_name":"Zanzibar","pin":"8642x"})", json));
  EXPECT_EQ(client.answer().status, 400U);
  client.send(http_request("POST", "/v1/commands", mary, create + "\n{\"last_name\":\"Zanzibar\"}\n", ndjson));
  EXPECT_EQ(client.answer().status, 200U);
  for (const std::string target : {"/v1/audit/roster?provider=110012345A&last_name=Zanzibar", "/v1/accounts/qzanzibar1",
                                   "/v1/audit/trail?user=qzanzibar1", "/v1/Zanzibar", "/v1/audit/as-of?user=Zanzibar%20"}) {
    client.send(http_request("GET", target, mary));
    EXPECT_NE(client.answer().status, 0U);
  }
  client.send(http_request("GET", "/v1/events", officer + "8642"));
  EXPECT_EQ(client.answer().status, 401U);
  stop();
  // Times and ids are digits by chance; nobody's.
  const std::string text =
      std::regex_replace(written.str(), std::regex(R"re("(time|ms|request_id|token)":"[0-9TZ:.a-f-]*")re"), "\"$1\":\"made here\"");
  EXPECT_GE(std::count(text.begin(), text.end(), '\n'), 9) << text;
  for (const std::string_view personal : std::array<std::string_view, 9>{"Zanzibar", "zanzibar", "Quentin", "quentin", "03/14",
                                                                         "private.example", "01776", "8642", "left-handed"}) {
    EXPECT_EQ(text.find(personal), std::string::npos) << personal << " in " << text;
  }
  for (const std::string& secret : {credential, mary, officer}) EXPECT_EQ(written.str().find(secret), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(member(line, "message") != "request" || !member(line, "request_id").empty()) << line;
  }
}

NodeSettings impatient() {
  NodeSettings out{.listen = {"127.0.0.1", 0}};
  out.limits.connections_max = 4;
  out.times.header_max = 300ms;
  out.times.idle_max = 500ms;
  out.times.silence_max = 300ms;
  out.times.write_max = 500ms;
  return out;
}

class ImpatientHttp : public Http {
 protected:
  ImpatientHttp() : Http(impatient()) {}
};

TEST_F(ImpatientHttp, ClosesConnectionsWhoseHeaderDoesNotCome) {
  SocketClient silent(port);
  SocketClient slow(port);
  slow.send("GET /healthz HT");
  EXPECT_TRUE(slow.is_closed_within(5s));
  EXPECT_TRUE(silent.is_closed_within(5s));
}

TEST_F(ImpatientHttp, EndsABatchThatSaysNothingInOrderAndSaysWhy) {
  SocketClient client(port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + portal + "\r\n" +
              std::string{ndjson} + "\r\n");
  const std::string line = sign_in(1);
  client.send(fmt::format("{:x}\r\n{}\r\n", line.size(), line));
  const SocketAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(member(answer.body, "status"), "accepted");
  EXPECT_TRUE(answer.body.ends_with("{\"status\":\"stopped\",\"problem\":\"timed_out\",\"retry_after\":1}\n")) << answer.body;
  EXPECT_TRUE(client.is_closed_within(5s));
  EXPECT_THAT(client.received(), testing::IsEmpty()) << "nothing behind the last chunk";
  stop();
  EXPECT_THAT(written.str(), testing::HasSubstr("\"message\":\"request\""));
}

TEST_F(ImpatientHttp, TakesSoManyConnectionsAndTellsTheNextToComeBack) {
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<SocketClient>(port));
    clients.back()->send(http_request("GET", "/v1/services", officer));
    EXPECT_EQ(clients.back()->answer().status, 200U);
  }
  SocketClient next(port);
  const SocketAnswer refused = next.answer();
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.head, testing::HasSubstr("Retry-After: 1"));
  clients.clear();
  std::this_thread::sleep_for(100ms);
  SocketClient later(port);
  later.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(later.answer().status, 200U);
}

TEST_F(ImpatientHttp, LetsThoseWhoHaveNotSaidWhoTheyAreGiveWayToTheNext) {
  SocketClient known(port);
  known.send(http_request("GET", "/v1/services", officer));
  EXPECT_EQ(known.answer().status, 200U);
  std::vector<std::unique_ptr<SocketClient>> strangers;
  for (int i = 0; i < 3; ++i) {
    strangers.push_back(std::make_unique<SocketClient>(port));
    strangers.back()->send(http_request("GET", "/healthz", ""));
    EXPECT_EQ(strangers.back()->answer().status, 200U);
  }
  SocketClient next(port);
  next.send(http_request("GET", "/v1/services", officer));
  EXPECT_EQ(next.answer().status, 200U);
  EXPECT_TRUE(strangers.front()->is_closed_within(5s));
  known.send(http_request("GET", "/v1/services", officer));
  EXPECT_EQ(known.answer().status, 200U);
}

// The batch's answers fill the sockets of a reader that does not read; its places are all that is held for it.
TEST_F(ImpatientHttp, DropsAReaderThatDoesNotTakeItsAnswers) {
  SocketClient client(port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + portal + "\r\n" +
              std::string{ndjson} + "\r\n");
  std::string lines;
  for (int i = 0; i < 500; ++i) lines.append(60, 'x').append("\n");
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n", lines.size(), lines);
  const auto until = std::chrono::steady_clock::now() + 60s;
  bool is_taken = true;
  while (is_taken && std::chrono::steady_clock::now() < until) is_taken = client.send(chunk);
  EXPECT_FALSE(is_taken);
  EXPECT_EQ(node->commands_under_way(), 0U);
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:80")->port, 80);
  EXPECT_EQ(parse_listen_address("localhost:0")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("[::1]:8080")->host, "::1");
  EXPECT_EQ(parse_listen_address("0.0.0.0:443")->host, "0.0.0.0");
  for (const char* malformed : {"", ":80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "example.org:80", "::1:80", "[127.0.0.1]:80"}) {
    EXPECT_THAT(parse_listen_address(malformed).error(), testing::HasSubstr("ADDRESS:PORT")) << malformed;
  }
}

TEST(ListenAddress, IsOnTheLoopbackUnlessThereIsTls) {
  for (const char* loopback : {"127.0.0.1", "127.8.9.1", "::1"}) EXPECT_TRUE(check_exposure({loopback, 80}, false)) << loopback;
  for (const char* exposed : {"0.0.0.0", "192.168.1.1", "::", "::ffff:127.0.0.1", "no address"}) {
    EXPECT_THAT(check_exposure({exposed, 80}, false).error(), testing::HasSubstr("TLS")) << exposed;
    EXPECT_TRUE(check_exposure({exposed, 80}, true)) << exposed;
  }
}

using Exposed = WithNode;

TEST_F(Exposed, ServersSayThatTheirAddressIsTakenBeforeAnythingElse) {
  std::ostringstream written;
  Log log(written, LogLevel::info);
  const HttpServer first(*node, log, {.listen = {"127.0.0.1", 0}});
  try {
    const HttpListener second({.listen = {"127.0.0.1", first.port()}});
    FAIL();
  } catch (const ListenRefused& refused) {
    EXPECT_THAT(refused.what(), testing::AllOf(testing::HasSubstr("Address already in use"), testing::HasSubstr("--listen")));
  }
}

TEST_F(Exposed, ServersDoNotListenWithoutTls) {
  std::ostringstream written;
  Log log(written, LogLevel::info);
  EXPECT_THROW(HttpServer(*node, log, {.listen = {"0.0.0.0", 0}}), ListenRefused);
}

TEST(ListenAddress, IsShownAsItIsGiven) {
  for (const std::string address : {"127.0.0.1:80", "[::1]:8080"}) {
    const auto parsed = parse_listen_address(address);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(host_port(parsed->host, parsed->port), address);
  }
}

// Its clock steps while a command is on its way.
struct SteppingClock {
  std::atomic<std::int64_t> ahead_ns = 0;

  NodeOptions options() {
    Clocks clocks = machine_clocks();
    clocks.wall = [this, wall = clocks.wall] { return Timestamp{wall().ns + ahead_ns}; };
    return {.settings = {.listen = {"127.0.0.1", 0}}, .clocks = clocks};
  }
};

class HttpWithAClock : protected SteppingClock, public WithServer {
 protected:
  HttpWithAClock() : WithServer(options(), NodeSettings{.listen = {"127.0.0.1", 0}}) {}
  const std::string portal = token(TokenRole::SUBMITTER, "portal");
};

TEST_F(HttpWithAClock, TakesNoCommandWhoseBodyComesWhenTheMachineIsNoLongerWell) {
  const std::string request = http_request("POST", "/v1/commands", portal, sign_in(1), json);
  const auto behind_head = request.find("\r\n\r\n") + 4;
  const Position before = store->log().head(0).position;
  SocketClient client(port);
  client.send(request.substr(0, behind_head));
  std::this_thread::sleep_for(200ms);  // The head is looked at.
  ahead_ns = std::chrono::nanoseconds{2h}.count();
  client.send(request.substr(behind_head));
  const SocketAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 503U) << answer.body;
  EXPECT_THAT(answer.body, testing::HasSubstr("clock_stepped"));
  EXPECT_EQ(store->log().head(0).position, before);
}

}  // namespace
}  // namespace muniment
