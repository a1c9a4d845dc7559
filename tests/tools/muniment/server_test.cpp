// The command line against a node: the same bytes and the same exit codes as against the node's store.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <thread>

#include "../client/scripted_server.h"
#include "cli_fixture.h"
#include "cutting_proxy.h"
#include "tests/places/places.h"
#include "tools/muniment/cli.h"
#include "tools/server/http_server.h"
#include "tools/server/token_file.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

const std::filesystem::path sample = project_folder() / "tools" / "sample" / "day.jsonl";

// A node in this process, on a store that nothing else has open.
class RunningNode {
 public:
  explicit RunningNode(const std::filesystem::path& folder, NodeOptions options = {}, std::uint16_t port = 0)
      : store(folder),
        node(std::make_unique<Node>(store, std::move(options))),
        log(written, LogLevel::info),
        server(std::make_unique<HttpServer>(*node, log, NodeSettings{.listen = {"127.0.0.1", port}})) {
    thread = std::thread([this] { server->run(); });
  }
  ~RunningNode() {
    server->stop();
    thread.join();
    server.reset();
    node.reset();
    store.close();
  }
  RunningNode(const RunningNode&) = delete;
  RunningNode& operator=(const RunningNode&) = delete;

  std::uint16_t port() const { return server->port(); }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port()); }

  Store store;
  std::unique_ptr<Node> node;
  std::ostringstream written;
  Log log;
  std::unique_ptr<HttpServer> server;
  std::thread thread;
};

class Server : public Cli {
 protected:
  // A file with a token for that principal.
  std::string token_file(const std::string& actor) {
    const std::size_t colon = actor.find(':');
    std::vector<std::string> arguments{"token", "create"};
    if (colon == std::string::npos) {
      arguments.insert(arguments.end(), {"--username", actor});
    } else {
      arguments.insert(arguments.end(), {"--role", actor.substr(0, colon), "--name", actor.substr(colon + 1)});
    }
    const Ran ran = ask(arguments);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    const std::filesystem::path file = folder / ("token-" + actor);
    write_file(file, lines_of(ran.out).at(0) + "\n");
    return file.string();
  }

  void start() { running = std::make_unique<RunningNode>(store); }

  Ran remote(std::vector<std::string> arguments, const std::string& token, const std::string& in = "", std::string url = "") {
    if (url.empty()) url = running->url();
    arguments.insert(arguments.begin(), {"--server", url, "--token-file", token});
    return run(arguments, in);
  }

  std::unique_ptr<RunningNode> running;
};

// What a store says and a node does not, whose answers are on record.
const std::string unrecorded = "muniment: not on record: asked of the store itself\n";

// Asked as of a position, because each that a node is asked makes the log grow.
std::vector<std::string> as_of_position(std::vector<std::string> question, std::size_t position) {
  if (question.front() == "audit") question.insert(question.end(), {"--position", std::to_string(position)});
  if (question.size() == 1 && question.front() == "events") question.insert(question.end(), {"--to", std::to_string(position)});
  return question;
}

// Of events and of the catalogue an answer is true of the head, which moves.
std::string without_head(const std::string& text, const std::vector<std::string>& question) {
  constexpr std::array<std::string_view, 4> say_what_the_log_is{"review", "policies", "retention", "gaps"};
  if (question.size() > 1 && std::ranges::find(say_what_the_log_is, question[1]) != say_what_the_log_is.end())
    return std::regex_replace(text, std::regex(R"re(,"log_(size|root)":"[^"]*")re"), "");
  if (question.front() == "audit") return text;
  return std::regex_replace(text, std::regex(R"((true_of":"|true of position )[0-9]+)"), "$1");
}

std::vector<std::vector<std::string>> questions() {
  return {{"audit", "as-of"},
          {"audit", "as-of", "--user", "jdoe1"},
          {"audit", "as-of", "--provider", "110012345A", "--at", "2024-01-01"},
          {"audit", "as-of", "--limit", "3"},
          {"audit", "intervals", "--user", "jdoe1"},
          {"audit", "intervals", "--user", "jdoe1", "--provider", "110012345A"},
          {"audit", "states"},
          {"audit", "states", "--provider", "110012345A", "--state", "locked"},
          {"audit", "diff", "--from", "2020-01-01", "--to", "2030-01-01"},
          {"audit", "diff", "--from", "2020-01-01", "--to", "2030-01-01", "--provider", "110012345A"},
          {"audit", "roster", "--provider", "110012345 A"},
          {"audit", "roster", "--provider", "110012345A", "--last-name", "d"},
          {"audit", "findings"},
          {"audit", "findings", "--since", "2020-01-01", "--provider", "110012345A"},
          {"audit", "rules"},
          {"audit", "reviews"},
          {"audit", "reviews", "--state", "open"},
          {"audit", "review", "q4"},
          {"audit", "leaver", "--user", "jdoe1"},
          {"audit", "attestation", "--provider", "110012345A"},
          {"audit", "trail"},
          {"audit", "trail", "--oldest-first", "--limit", "7"},
          {"audit", "trail", "--user", "jdoe1", "--type", "services_assigned"},
          {"audit", "trail", "--actor", "mhughes1"},
          {"audit", "trail", "--refusal", "possible_duplicate"},
          {"audit", "histogram"},
          {"audit", "histogram", "--provider", "110012345A", "--not-type", "command_refused", "--from", "2020-01-01"},
          {"audit", "privileged"},
          {"audit", "policies"},
          {"audit", "retention"},
          {"audit", "retention", "--at", "2031-01-01"},
          {"audit", "gaps"},
          {"events"},
          {"events", "--from", "5", "--to", "9"},
          {"services"}};
}

TEST_F(Server, BackupsAreMadeByTheNodeWhereItsConfigurationSaysAndByOperatorsAlone) {
  const std::string ops = token_file("operator:ops");
  const std::string ann = token_file("auditor:ann");
  const std::filesystem::path backups = folder / "backups";
  running = std::make_unique<RunningNode>(
      store, NodeOptions{.settings = {.backup = {.log = {backups / "log", 0s, 0}, .vault = {backups / "vault", 0s, 0}}}});
  const Ran log = remote({"backup", "log"}, ops);
  EXPECT_EQ(log.code, ExitCode::ok) << log.err;
  EXPECT_EQ(member(log.out, "number"), "1");
  const Ran vault = remote({"backup", "vault"}, ops);
  EXPECT_EQ(vault.code, ExitCode::ok) << vault.err;
  EXPECT_TRUE(std::filesystem::exists(backups / "vault" / member(vault.out, "name") / "MANIFEST"));
  EXPECT_EQ(remote({"backup", "log"}, ann).code, ExitCode::denied);
  EXPECT_EQ(remote({"backup", "log", (folder / "mine").string()}, ops).code, ExitCode::usage);
  EXPECT_EQ(remote({"backup", "log", "--keep", "3"}, ops).code, ExitCode::usage);
  EXPECT_EQ(remote({"backup", "vault", "--dry-run"}, ops).code, ExitCode::usage);
  running.reset();
  EXPECT_EQ(ask({"backup", "log"}).code, ExitCode::usage) << "a store's backup needs its folder named";
  start();
  EXPECT_EQ(remote({"backup", "log"}, ops).code, ExitCode::not_found);
}

TEST_F(Server, ClockAcceptTakesTheClockOfTheNodesMachineAsItIs) {
  const std::string ops = token_file("operator:ops");
  const std::string ann = token_file("auditor:ann");
  const std::string agency = token_file("officer:agency");
  const auto stepped_ns = std::make_shared<std::atomic<std::int64_t>>(0);
  Clocks clocks = machine_clocks();
  clocks.wall = [stepped_ns] { return Timestamp{system_now().ns + *stepped_ns}; };
  running = std::make_unique<RunningNode>(store, NodeOptions{.clocks = clocks});
  EXPECT_THAT(remote({"clock", "accept"}, ops).out, HasSubstr("unchanged"));
  *stepped_ns = 3'600'000'000'000;
  EXPECT_FALSE(running->node->why_no_commands().empty());
  EXPECT_EQ(remote({"clock", "accept"}, ann).code, ExitCode::denied);
  EXPECT_EQ(remote({"clock", "accept", "--actor", "officer:agency"}, agency).code, ExitCode::usage);
  const Ran ran = remote({"clock", "accept"}, agency);
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("accepted"));
  EXPECT_TRUE(running->node->why_no_commands().empty());
}

TEST_F(Server, ReconcilesOnRecordAsItsTokenSays) {
  submit(small_story());
  const std::string officer = token_file("officer:agency");
  const std::string ann = token_file("auditor:ann");
  start();
  const std::string roster = "username,services\nghost1,manage_claims\nmhughes1,primary_portal_user\n";
  const auto reconcile = [&](const std::string& as_of, const std::string& token, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"reconcile", "-", "--provider", "110012345A", "--as-of", as_of, "--record", "-o", "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return remote(arguments, token, roster);
  };
  const std::string now = Timestamp{system_now().ns - 1}.text();
  EXPECT_EQ(reconcile(now, officer, {"--actor", "officer:agency"}).code, ExitCode::usage);
  const Ran denied = reconcile(now, ann);
  EXPECT_EQ(denied.code, ExitCode::denied) << denied.err;
  const Ran ahead = reconcile("2199-01-01T00:00:00Z", officer);
  EXPECT_EQ(ahead.code, ExitCode::refused);
  EXPECT_THAT(ahead.err, HasSubstr("in_the_future"));
  EXPECT_THAT(ahead.err, HasSubstr("0 of 1 reports are recorded"));
  for (int run = 0; run < 2; ++run) {  // The second time nothing is added.
    const Ran ran = reconcile(now, officer);
    EXPECT_EQ(ran.code, ExitCode::findings) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("on record at position"));
  }
  const auto found = remote({"audit", "findings", "--rule", "held_not_recorded", "-o", "csv"}, officer);
  EXPECT_THAT(found.out, HasSubstr("held_not_recorded,high,open,110012345A,ghost1,"));
  EXPECT_EQ(lines_of(remote({"audit", "trail", "--type", "reconciliation_reported", "-o", "ndjson"}, officer).out).size(), 1U);
}

TEST_F(Server, PrintsTheSampleDayAsTheStoreDoesInEveryForm) {
  ask({"submit", sample.string()});
  // Else the answers about reviews and leavers would be empty, and so alike.
  submit(
      R"({"type":"open_review","command_id":"q1","actor":"officer:agency","review":"q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}
{"type":"assign_reviewer","command_id":"q2","actor":"officer:agency","review":"q4","provider":"110012345A","reviewer":"officer:agency"}
{"type":"decide_review","command_id":"q3","actor":"officer:agency","review":"q4","reason":"yearly","items":[{"provider":"110012345A","username":"jdoe1","decision":"revoke"}]}
{"type":"report_departure","command_id":"q4","actor":"officer:agency","username":"jdoe1","left_at":"2024-01-01T00:00:00Z"}
{"type":"attest_roster","command_id":"q5","actor":"mhughes1","provider":"110012345A","as_of":"60","confirmed":["jdoe1"]}
{"type":"lock_account","command_id":"q6","actor":"officer:agency","username":"jdoe1","reason":"suspicious_sign_in"}
{"type":"place_hold","command_id":"q7","actor":"officer:agency","username":"jdoe1","matter":"docket-1","reason":"litigation"}
{"type":"set_policy","command_id":"q8","actor":"officer:agency","retention_years":7}
)");
  const std::string officer = token_file("officer:agency");
  std::map<std::vector<std::string>, Ran> local;
  const std::size_t head = lines_of(ask({"events"}).out).size();
  for (const char* format : {"table", "json", "ndjson", "csv"}) {
    for (std::vector<std::string> question : questions()) {
      question = as_of_position(std::move(question), head);
      question.insert(question.end(), {"-o", format});
      local.emplace(question, ask(question));
    }
  }
  start();
  for (const auto& [question, expected] : local) {
    const Ran ran = remote(question, officer);
    const bool has_findings = question.size() > 1 && question[1] == "findings";
    EXPECT_EQ(expected.code, has_findings ? ExitCode::findings : ExitCode::ok) << expected.err;
    EXPECT_EQ(ran.code, expected.code) << testing::PrintToString(question) << ran.err;
    EXPECT_EQ(without_head(ran.out, question), without_head(expected.out, question)) << testing::PrintToString(question);
    EXPECT_EQ(without_head(ran.err + unrecorded, question), without_head(expected.err, question)) << testing::PrintToString(question);
  }
}

std::vector<std::string> without_bytes(const std::string& stats) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(stats)) {
    if (!line.starts_with("bytes.") && !line.starts_with("closed_cleanly")) out.push_back(line);
  }
  return out;
}

TEST_F(Server, TellsWhatTheStoreHoldsAsTheStoreDoes) {
  ask({"submit", sample.string()});
  const std::string officer = token_file("officer:agency");
  ask({"audit", "as-of"});  // The views catch up.
  const Ran local = ask({"stats"});
  start();
  const Ran ran = remote({"stats"}, officer);
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(without_bytes(ran.out), without_bytes(local.out));
  EXPECT_THAT(ran.out, HasSubstr("bytes.all"));
}

// The day's lines in runs of one actor, each line with its number in the day.
struct ActorsRun {
  std::string actor;
  std::string lines;
  std::vector<std::size_t> numbers;
};

std::vector<ActorsRun> runs_of_actors(const std::string& day) {
  std::vector<ActorsRun> out;
  std::size_t number = 0;
  for (const std::string& line : lines_of(day)) {
    ++number;
    simdjson::dom::parser parser;
    std::string_view actor;
    if (line.empty() || parser.parse(line)["actor"].get(actor) != simdjson::SUCCESS || actor.empty()) continue;
    if (out.empty() || out.back().actor != actor) out.push_back({std::string{actor}, {}, {}});
    out.back().lines += line + "\n";
    out.back().numbers.push_back(number);
  }
  return out;
}

std::string comparable(const std::string& answer) {
  std::string out;
  for (const char* name :
       {"command_id", "status", "repeat", "first_position", "last_position", "refusal", "fields", "username", "path", "problem"}) {
    out += member(answer, name) + "|";
  }
  return out;
}

TEST_F(Server, SubmitsTheSampleDayWithTheAnswersThatTheStoreGives) {
  const std::string day = content_of(sample);
  std::filesystem::path other = folder / "other";
  ASSERT_EQ(run({"init", other.string(), "--officer", "agency"}).code, ExitCode::ok);
  const auto runs = runs_of_actors(day);
  std::vector<std::string> expected;
  for (const ActorsRun& part : runs) {
    for (const std::string& answer : lines_of(run({"--store", other.string(), "submit", "-"}, part.lines).out)) expected.push_back(answer);
  }
  start();
  std::vector<std::string> got;
  std::map<std::string, std::string> tokens;
  for (const ActorsRun& part : runs) {
    if (!tokens.contains(part.actor)) tokens[part.actor] = token_file(part.actor);
    const Ran ran = remote({"submit", "-"}, tokens[part.actor], part.lines);
    for (const std::string& answer : lines_of(ran.out)) got.push_back(answer);
  }
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(member(got[i], "line"), member(expected[i], "line"));
    EXPECT_EQ(comparable(got[i]), comparable(expected[i]));
  }
}

TEST_F(Server, EndsWithTheExitCodesOfTheStore) {
  submit(small_story());
  const std::string officer = token_file("officer:agency");
  const std::string john = token_file("jdoe1");
  start();
  const auto code = [&](std::vector<std::string> arguments, const std::string& token, const std::string& in = "") {
    return remote(std::move(arguments), token, in).code;
  };
  EXPECT_EQ(code({"audit", "as-of", "--user", "nobody9"}, officer), ExitCode::not_found);
  EXPECT_EQ(code({"audit", "trail", "--actor", "nobody9"}, officer), ExitCode::not_found);
  EXPECT_EQ(code({"audit", "as-of", "--position", "99999"}, officer), ExitCode::not_found);
  EXPECT_EQ(code({"audit", "as-of", "--provider", "nonsense"}, officer), ExitCode::usage);
  EXPECT_EQ(code({"audit", "as-of", "--cursor", "ff"}, officer), ExitCode::usage);
  EXPECT_EQ(code({"audit", "roster", "--provider", "110012345A"}, john), ExitCode::denied);
  EXPECT_EQ(code({"events"}, john), ExitCode::denied);
  const std::string lock = R"({"type":"lock_account","command_id":"e1","username":"jdoe1"})";
  EXPECT_EQ(code({"submit", "-"}, officer, lock), ExitCode::refused);
  EXPECT_EQ(code({"submit", "-"}, john, lock), ExitCode::denied);
  EXPECT_EQ(code({"submit", "-"}, officer, "nonsense\n"), ExitCode::usage);
  EXPECT_EQ(code({"submit", "-"}, officer, R"({"type":"publish_terms","command_id":"e2","terms_version":"1"})"), ExitCode::ok);
  EXPECT_EQ(code({"submit", (folder / "nothing").string()}, officer), ExitCode::not_found);
}

TEST_F(Server, NeedsATokenThatCountsAndNeverShowsIt) {
  const std::string officer = token_file("officer:agency");
  start();
  EXPECT_EQ(remote({"audit", "as-of"}, (folder / "nowhere").string()).code, ExitCode::not_found);
  write_file(folder / "wrong", "mt_not-a-token\n");
  const Ran ran = remote({"audit", "as-of"}, (folder / "wrong").string());
  EXPECT_EQ(ran.code, ExitCode::denied);
  EXPECT_THAT(ran.err, Not(HasSubstr("mt_not-a-token")));
  const Ran batch = remote({"submit", "-"}, (folder / "wrong").string(), "{}\n");
  EXPECT_EQ(batch.code, ExitCode::denied);
  EXPECT_THAT(batch.err, HasSubstr("no answer to the lines 1"));
  EXPECT_THAT(batch.err, Not(HasSubstr("submit them again"))) << "it would be denied again";
  write_file(folder / "empty", "\n");
  EXPECT_EQ(remote({"stats"}, (folder / "empty").string()).code, ExitCode::usage);
}

TEST_F(Server, IsUnavailableWhereNobodyListensAndIsNotWaitedFor) {
  const std::string officer = token_file("officer:agency");
  start();
  const std::string url = running->url();
  running.reset();
  EXPECT_EQ(remote({"audit", "as-of"}, officer, "", url).code, ExitCode::unavailable);
  const Ran ran = remote({"submit", "-"}, officer, "{}\n\n{}\n{}\n", url);
  EXPECT_EQ(ran.code, ExitCode::unavailable);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(remote({"events", "--follow"}, officer, "", url).code, ExitCode::unavailable);
}

// From a token to the trail: an officer lists a submitter, which then acts for an account, and no further than that one may.
TEST_F(Server, LetsASubmitterActForAnAccountWhereThePolicyDoes) {
  submit(small_story());
  const std::string officer = token_file("officer:agency");
  const std::string portal = token_file("submitter:portal");
  const std::string id = lines_of(ask({"token", "list", "-o", "csv"}).out).at(2).substr(0, 16);
  start();
  const auto assignment = [](const std::string& command_id, const std::string& actor) {
    return fmt::format(
        R"({{"type":"assign_services","command_id":"{}","actor":"{}","provider":"110012345A","username":"jdoe1","services":["view_provider_reports"]}})",
        command_id, actor);
  };
  const Ran denied = remote({"submit", "-"}, portal, assignment("a1", "mhughes1") + "\n");
  EXPECT_EQ(denied.code, ExitCode::denied);
  EXPECT_EQ(member(denied.out, "refusal"), "not_delegated");
  const std::string listing = R"({"type":"set_policy","command_id":"p1","delegates":["submitter:portal"]})";
  EXPECT_EQ(remote({"submit", "-"}, officer, listing + "\n").code, ExitCode::ok);
  const Ran accepted = remote({"submit", "-"}, portal, assignment("a2", "mhughes1") + "\n");
  EXPECT_EQ(accepted.code, ExitCode::ok) << accepted.out;
  const Ran again = remote({"submit", "-"}, portal, assignment("a2", "mhughes1") + "\n");
  EXPECT_EQ(member(again.out, "repeat"), "true");
  EXPECT_EQ(member(again.out, "first_position"), member(accepted.out, "first_position"));
  EXPECT_EQ(member(remote({"submit", "-"}, portal, assignment("a3", "jdoe1") + "\n").out, "refusal"), "not_administrator");
  EXPECT_EQ(member(remote({"submit", "-"}, portal, assignment("a4", "officer:agency") + "\n").out, "refusal"), "not_delegated");

  ASSERT_TRUE(running->node->projector().wait_for(running->store.log().head(0).position, 60s));
  const Ran trail = remote({"audit", "trail", "--type", "services_assigned", "--actor", "submitter:portal", "-o", "ndjson"}, officer);
  EXPECT_THAT(trail.out, HasSubstr(R"("actor":{"kind":"account","name":"mhughes1"})"));
  EXPECT_THAT(trail.out, HasSubstr(R"("submitted_by":{"kind":"submitter","name":"portal"})"));
  EXPECT_EQ(member(trail.out, "address"), "127.0.0.1");
  EXPECT_EQ(member(trail.out, "token_id"), id);
  EXPECT_THAT(remote({"audit", "trail", "--type", "services_assigned", "-o", "csv"}, officer).out, HasSubstr(",submitter:portal,"));
  running.reset();
  EXPECT_THAT(ask({"audit", "privileged", "-o", "csv"}).out, HasSubstr("\ndelegate,portal,submitter,"));
}

std::string busy(const std::string& retry_after) {
  const std::string body = R"({"type":"https://muniment.example/problems/overloaded","title":"Busy.","status":503})";
  return fmt::format(
      "HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\nRetry-After: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      retry_after, body.size(), body);
}
std::string done(const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(),
                     body);
}

TEST_F(Server, IsAskedAgainAfterTheTimeThatItSays) {
  const std::string officer = token_file("officer:agency");
  const std::string line =
      R"({"line":1,"command_id":"a","status":"accepted","repeat":false,"first_position":"1","last_position":"1","true_of":"1"})";
  const std::map<std::vector<std::string>, std::string> asked{{{"audit", "as-of"}, R"({"rows":[],"true_of":"1"})"},
                                                              {{"submit", "-"}, line + "\n"}};
  for (const auto& [arguments, answer] : asked) {
    ScriptedServer server({busy("2"), done(answer)});
    const auto begin = std::chrono::steady_clock::now();
    const Ran ran = remote(arguments, officer, "{}\n", fmt::format("http://127.0.0.1:{}", server.port()));
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_FALSE(server.request(1).empty());
  }
}

TEST_F(Server, IsNotWaitedForWhereItSaysTomorrow) {
  const std::string officer = token_file("officer:agency");
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"audit", "as-of"}, {"submit", "-"}, {"events", "--follow"}}) {
    ScriptedServer server({busy("43200")});
    const Ran ran = remote(arguments, officer, "{}\n", fmt::format("http://127.0.0.1:{}", server.port()));
    EXPECT_EQ(ran.code, ExitCode::unavailable);
    EXPECT_THAT(ran.err, HasSubstr("Busy."));
    EXPECT_TRUE(server.request(1).empty()) << "it was asked once";
  }
}

TEST_F(Server, IsNamedInsteadOfAStore) {
  const std::string officer = token_file("officer:agency");
  const auto code = [&](std::vector<std::string> arguments) { return run(arguments).code; };
  EXPECT_EQ(code({"--store", store.string(), "--server", "http://localhost:1", "stats"}), ExitCode::usage);
  EXPECT_EQ(code({"--server", "http://node.example", "--token-file", officer, "stats"}), ExitCode::usage);
  EXPECT_EQ(code({"--server", "http://localhost:1", "rebuild"}), ExitCode::usage);
  EXPECT_EQ(code({"--server", "http://localhost:1", "--token-file", officer, "submit", "--dry-run", sample.string()}), ExitCode::usage);
  EXPECT_EQ(code({"--server", "http://localhost:1", "--token-file", officer, "events", "--open"}), ExitCode::usage);
  EXPECT_EQ(code({"--store", store.string(), "events", "--follow"}), ExitCode::usage);
  EXPECT_EQ(code({"--server", "http://localhost:1", "--token-file", officer, "events", "--follow", "-o", "table"}), ExitCode::usage);
  EXPECT_EQ(code({"stats"}), ExitCode::usage);
}

std::string sign_ins(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += fmt::format(R"({{"type":"record_sign_in","command_id":"n{}","username":"jdoe1","at":"2024-01-01","success":true,"place":"{}"}})",
                       i, std::string(200, 'x')) +
           "\n";
  }
  return out;
}

TEST_F(Server, TakesMuchMoreThanFitsUnderWay) {
  constexpr int count = 30'000;
  submit(small_story());
  const std::string portal = token_file("submitter:portal");
  start();
  const Ran ran = remote({"submit", "-"}, portal, sign_ins(count));
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto answers = lines_of(ran.out);
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(member(answers[static_cast<std::size_t>(i)], "line"), std::to_string(i + 1));
    ASSERT_EQ(member(answers[static_cast<std::size_t>(i)], "command_id"), "n" + std::to_string(i));
  }
}

TEST_F(Server, SendsAgainWhatHasNoAnswerWhenTheConnectionIsCut) {
  constexpr int count = 3000;
  submit(small_story());
  const std::string portal = token_file("submitter:portal");
  start();
  const Position before = running->store.log().head(0).position;
  // Each of the first connections is cut after so many bytes of answers.
  CuttingProxy proxy(running->port(), {100, 20'000, 0, 50'000});
  const Ran ran = remote({"submit", "-"}, portal, "\n" + sign_ins(count), proxy.url());
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto answers = lines_of(ran.out);
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(member(answers[static_cast<std::size_t>(i)], "line"), std::to_string(i + 2));
    ASSERT_EQ(member(answers[static_cast<std::size_t>(i)], "status"), "accepted");
  }
  EXPECT_EQ(running->store.log().head(0).position, before + count);
  EXPECT_GE(proxy.connections(), 5u);
}

TEST_F(Server, TellsInTheirTurnOfLinesThatAreTooLong) {
  submit(small_story());
  const std::string portal = token_file("submitter:portal");
  const std::string lines = sign_ins(1) + std::string(70'000, 'x') + "\n\n" + R"({"type":"nonsense"})" + "\n";
  std::string with_actor = lines;
  with_actor.insert(1, R"("actor":"submitter:portal",)");
  const auto expected = ask({"submit", "-"}, with_actor);
  start();
  const Ran ran = remote({"submit", "-"}, portal, lines);
  EXPECT_EQ(ran.code, expected.code);
  ASSERT_EQ(lines_of(ran.out).size(), 3u);
  EXPECT_EQ(lines_of(ran.out)[1], lines_of(expected.out)[1]);
  EXPECT_EQ(member(lines_of(ran.out)[2], "line"), "4");
}

// The node is started again on the same port with a log that has lost what the follower had seen.
TEST_F(Server, AFollowerIsToldAfterARestoreWhereToBeginAgain) {
  submit(small_story());
  const std::string officer = token_file("officer:agency");
  const std::string backups = (folder / "backups").string();
  ASSERT_EQ(ask({"backup", "log", backups}).code, ExitCode::ok);
  start();
  const std::uint16_t port = running->port();
  const Position kept = running->store.log().head(0).position;
  const std::filesystem::path followed = folder / "followed";
  std::ofstream out(followed);
  std::istringstream in;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err};
  ExitCode code = ExitCode::ok;
  std::thread follower([&, url = running->url()] {
    code = run_cli({"--server", url, "--token-file", officer, "events", "--follow", "-o", "ndjson"}, console);
  });
  const Ran lock = remote({"submit", "-"}, officer, R"({"type":"lock_account","command_id":"lost","username":"jdoe1","reason":"review"})");
  EXPECT_EQ(lock.code, ExitCode::ok) << lock.out << lock.err;
  for (int i = 0; i < 6000 && content_of(followed).find("account_locked") == std::string::npos; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_THAT(content_of(followed), HasSubstr("account_locked"));
  running.reset();
  const Ran restored = ask({"restore", "log", backups, "--accept-loss", "a test"});
  EXPECT_EQ(restored.code, ExitCode::ok) << restored.err;
  running = std::make_unique<RunningNode>(store, NodeOptions{}, port);
  follower.join();
  EXPECT_EQ(code, ExitCode::not_found) << err.str();
  EXPECT_THAT(err.str(), HasSubstr("ask again from position " + std::to_string(kept + 1)));
}

TEST_F(Server, FollowsEventsAsTheyComeAndOverACutConnection) {
  submit(small_story());
  const std::string officer = token_file("officer:agency");
  const std::string portal = token_file("submitter:portal");
  start();
  const Position head = running->store.log().head(0).position;
  CuttingProxy proxy(running->port(), {3000, 100, 6000});
  Ran followed{};
  std::thread follower(
      [&] { followed = remote({"events", "--follow", "--from", "2", "--to", std::to_string(head + 20)}, officer, "", proxy.url()); });
  for (int i = 0; i < 20; ++i) {
    remote({"submit", "-"}, portal,
           fmt::format(R"({{"type":"record_sign_in","command_id":"f{}","username":"jdoe1","at":"2024-01-01","success":true}})", i));
  }
  follower.join();
  EXPECT_EQ(followed.code, ExitCode::ok) << followed.err;
  const auto lines = lines_of(followed.out);
  ASSERT_EQ(lines.size(), head + 19);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(member(lines[i], "position"), std::to_string(i + 2));
  const Ran again = remote({"events", "--from", "2", "--to", std::to_string(head + 20)}, officer);
  EXPECT_EQ(again.out, followed.out);
}

// The last event is another provider's: the node says how far it has looked, and nothing of it.
TEST_F(Server, FollowsToTheEndAlsoWhereThatIsNotShown) {
  submit(small_story());
  const std::string elsewhere =
      R"({"type":"register_provider","command_id":"e1","actor":"officer:agency","provider":"110067890B","kind":"provider","organization":"Harbor","name":"Harbor"})";
  submit(elsewhere + "\n");
  const Ran made = ask({"token", "create", "--role", "auditor", "--name", "ann", "--provider", "110012345A"});
  ASSERT_EQ(made.code, ExitCode::ok) << made.err;
  const std::filesystem::path limited = folder / "token-ann";
  write_file(limited, lines_of(made.out).at(0) + "\n");
  start();
  const std::string last = std::to_string(running->store.log().head(0).position);
  const Ran followed = remote({"events", "--follow", "--from", last, "--to", last}, limited.string());
  EXPECT_EQ(followed.code, ExitCode::ok) << followed.err;
  EXPECT_EQ(followed.out, "");
}

TEST_F(Server, SaysOfLinesThatTheLogCannotBeReadForThem) {
  const std::string answer = R"({"line":1,"command_id":"c1","status":"failed","repeat":false,"problem":"log_unreadable"})";
  const ScriptedServer node(
      {fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{}\n", answer.size() + 1, answer)});
  const std::string officer = token_file("officer:agency");
  const Ran ran = remote({"submit", "-"}, officer, R"({"type":"publish_terms","command_id":"c1","terms_version":"1"})",
                         fmt::format("http://127.0.0.1:{}", node.port()));
  EXPECT_EQ(ran.code, ExitCode::integrity) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("log_unreadable"));
  EXPECT_THAT(ran.err, HasSubstr("of 1 commands nothing was recorded"));
}

TEST_F(Server, PrintsTheSheetsThatItsStoreWouldPrint) {
  submit(small_story());
  submit(
      R"({"type":"open_review","command_id":"v1","actor":"officer:agency","review":"q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}
)");
  const std::string position = head().substr(0, head().find(' '));
  const std::string officer = token_file("officer:agency");
  const std::vector<std::vector<std::string>> sheets{
      {"audit", "review", "q4", "--print", "--position", position},
      {"audit", "attestation", "--provider", "110012345A", "--print", "--position", position}};
  // But for the checkpoint, which grows with what is asked.
  const auto body_of = [](const std::string& sheet) { return std::regex_replace(sheet, std::regex("<[a-z]+[^>]*>[^<]*root [^<]*<"), ""); };
  std::vector<std::string> of_store;
  for (const auto& sheet : sheets) of_store.push_back(body_of(ask(sheet).out));
  start();
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const Ran ran = remote(sheets[i], officer);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("<!DOCTYPE html>"));
    EXPECT_EQ(body_of(ran.out), of_store[i]);
  }
  EXPECT_EQ(remote({"audit", "review", "nothing", "--print"}, officer).code, ExitCode::not_found);
  EXPECT_EQ(remote({"audit", "review", "q4", "--print", "-o", "csv"}, officer).code, ExitCode::usage);
}

}  // namespace
}  // namespace muniment
