// Several nodes of one log in a database, as processes: one appends, the other follows, answers, forwards, and takes over.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "events/proof/checkpoint.h"
#include "make_token.h"
#include "served.h"
#include "socket_client.h"
#include "test_certificates.h"
#include "tests/events/log/postgres_server.h"
#include "tls_client.h"
#include "tools/server/node.h"
#include "tools/store/clock_step.h"
#include "tools/store/log_move.h"
#include "tools/store/log_place.h"
#include "tools/store/store.h"
#include "tools/store/vault_move.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The value of a member, without quotes; empty where it has none.
std::string member_of(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const auto at = json.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  if (json[begin] == '"') return json.substr(begin + 1, json.find('"', begin + 1) - begin - 1);
  return json.substr(begin, json.find_first_of(",}", begin) - begin);
}

// A node's folder, and where it serves.
struct Place {
  fs::path folder;
  std::uint16_t port = free_port();

  std::vector<std::string> flags(const fs::path& node_token, const std::string& scheme = "http", std::uint16_t advertised = 0) const {
    const std::string host = "127.0.0.1:";
    const std::string address = scheme + "://" + host + std::to_string(advertised == 0 ? port : advertised);
    return {"--listen", host + std::to_string(port), "--advertise",      address, "--standby",
            "true",     "--cluster-token-file",      node_token.string()};
  }
  fs::path log() const { return folder.string() + ".log"; }
};

// Answers whatever it is sent with the same bytes, one after the other, each on its own way.
class ByteByByte {
 public:
  ByteByByte() {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    ::bind(listening_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    ::listen(listening_, 16);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~ByteByByte() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  ByteByByte(const ByteByByte&) = delete;
  ByteByByte& operator=(const ByteByByte&) = delete;

  // How often something came.
  int asked() const { return asked_; }

  void answer_with(std::string answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  std::uint16_t port = 0;

 private:
  void run() {
    for (int socket = accept(); socket >= 0; socket = accept()) {
      ++asked_;
      std::array<char, 65536> request{};
      ::recv(socket, request.data(), request.size(), 0);
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      for (const char byte : answer()) {
        ::send(socket, &byte, 1, MSG_NOSIGNAL);
        std::this_thread::sleep_for(2ms);
      }
      ::shutdown(socket, SHUT_WR);
      while (::recv(socket, request.data(), request.size(), 0) > 0) {
      }
      ::close(socket);
    }
  }
  std::string answer() {
    const std::lock_guard lock(mutex_);
    return answer_;
  }
  int accept() const { return ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC); }

  std::mutex mutex_;
  std::string answer_;
  std::atomic<int> asked_ = 0;
  const int listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::thread thread_;
};

class SeveralNodes : public testing::Test {
 protected:
  // Two folders of one store, which share the vault as a mount would have it.
  void SetUp() override {
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << no_postgres;
    Store::create(first_.folder, "agency");
    officer_ = TokenFile(first_.folder).create(make_token(TokenRole::OFFICER, "agency"));
    auditor_ = TokenFile(first_.folder).create(make_token(TokenRole::AUDITOR, "kim"));
    operator_ = TokenFile(first_.folder).create(make_token(TokenRole::OPERATOR, "ops"));
    std::ofstream(node_token_) << TokenFile(first_.folder).create(make_token(TokenRole::NODE, "nodes")) << '\n';
    move_log_to_database({.store = first_.folder, .url = server->fresh()});
    fs::rename(first_.folder / "vault", temporary_ / "vault");
    fs::create_directory_symlink(temporary_ / "vault", first_.folder / "vault");
    fs::create_directory(second_.folder);
    fs::permissions(second_.folder, fs::perms::owner_all);
    for (const char* const part : {"STORE", "log.url", "log.vkey", "checkpoint", "head", "tokens", "keys"})
      fs::copy(first_.folder / part, second_.folder / part, fs::copy_options::recursive);
    fs::create_directory_symlink(temporary_ / "vault", second_.folder / "vault");
  }

  std::unique_ptr<Served> serve(const Place& place) const {
    auto out = std::make_unique<Served>(place.folder, place.flags(node_token_));
    EXPECT_EQ(out->port, place.port) << content_of(place.log());
    return out;
  }
  static SocketAnswer ask(const Place& place, const std::string& request) {
    SocketClient client(place.port);
    client.send(request);
    return client.answer();
  }
  SocketAnswer get(const Place& place, const std::string& target) const { return ask(place, http_request("GET", target, auditor_)); }
  // With the certificate of the node in the temporary folder, and who signs those of the others.
  std::vector<std::string> flags_with_tls(const Place& place, const std::string& ca) const {
    std::vector<std::string> flags = place.flags(node_token_, "https");
    for (const auto& [flag, file] : {std::pair{"--tls-certificate", "node.pem"}, {"--tls-key", "node.key"}, {"--cluster-ca", ca.c_str()}}) {
      flags.emplace_back(flag);
      flags.push_back((temporary_ / file).string());
    }
    return flags;
  }
  SocketAnswer submit(const Place& place, const std::string& id, const std::string& headers = {}) const {
    return ask(place, http_request("POST", "/v1/commands", officer_, R"({"type":"publish_terms","terms_version":")" + id + "\"}",
                                   "Content-Type: application/json\r\nIdempotency-Key: " + id + "\r\n" + headers));
  }
  // Once it is answered at all, within half a minute.
  SocketAnswer submit_until_taken(const Place& place, const std::string& id) const {
    SocketAnswer answer;
    for (const auto until = Clock::now() + 30s; Clock::now() < until && answer.status != 200;) {
      answer = submit(place, id);
      if (answer.status != 200) std::this_thread::sleep_for(50ms);
    }
    return answer;
  }
  static bool says(const Place& place, const std::string& text) {
    for (const auto until = Clock::now() + 30s; Clock::now() < until;) {
      if (content_of(place.log()).find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  // How often something stands in the log's events, as the node at that place shows them.
  std::size_t count_in_events(const Place& place, const std::string& text) const {
    const std::string events = get(place, "/v1/events?limit=10000").body;
    std::size_t out = 0;
    for (auto at = events.find(text); at != std::string::npos; at = events.find(text, at + 1)) ++out;
    return out;
  }

  TempFolder temporary_;
  Place first_{temporary_ / "first"};
  Place second_{temporary_ / "second"};
  const fs::path node_token_ = temporary_ / "node.token";
  std::string officer_;
  std::string auditor_;
  std::string operator_;
};

TEST_F(SeveralNodes, AnswerWhatOneOfThemHasRecorded) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  EXPECT_TRUE(says(second_, "standby_of"));
  const SocketAnswer recorded = submit(first_, "t1");
  ASSERT_EQ(recorded.status, 200U) << recorded.body;
  const std::string position = member_of(recorded.body, "last_position");
  const SocketAnswer services = get(second_, "/v1/audit/trail?type=terms_published&wait_for=" + position);
  ASSERT_EQ(services.status, 200U) << services.body;
  EXPECT_THAT(services.body, HasSubstr("terms_published"));
  EXPECT_GE(std::stoull(member_of(services.body, "true_of")), std::stoull(position));
  EXPECT_EQ(get(second_, "/log/checkpoint").status, 200U);
  EXPECT_THAT(get(second_, "/v1/events?wait_for=" + position).body, HasSubstr("terms_published"));
}

TEST_F(SeveralNodes, SayWhichOfThemFollowsWhom) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  const std::string of = "http://127.0.0.1:" + std::to_string(first_.port);
  EXPECT_THAT(get(second_, "/readyz").body, AllOf(HasSubstr("\"ready\":true"), HasSubstr("\"standby\":true")));
  EXPECT_THAT(get(first_, "/readyz").body, Not(HasSubstr("standby")));
  EXPECT_THAT(ask(second_, http_request("GET", "/v1/stats", officer_)).body,
              AllOf(HasSubstr("\"standby\":true"), HasSubstr("\"standby.forwards_to\":\"" + of + "\"")));
  EXPECT_THAT(ask(first_, http_request("GET", "/v1/stats", officer_)).body, Not(HasSubstr("standby")));
  EXPECT_THAT(ask(second_, http_request("GET", "/metrics", operator_)).body, HasSubstr("\nmuniment_standby 1\n"));
  EXPECT_THAT(ask(first_, http_request("GET", "/metrics", operator_)).body, HasSubstr("\nmuniment_standby 0\n"));
}

TEST_F(SeveralNodes, RecordACommandOnceWhicheverIsAsked) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  const SocketAnswer forwarded = submit(second_, "t1");
  ASSERT_EQ(forwarded.status, 200U) << forwarded.head << forwarded.body;
  const SocketAnswer again = submit(first_, "t1");
  ASSERT_EQ(again.status, 200U);
  for (const char* const name : {"command_id", "first_position", "last_position"})
    EXPECT_EQ(member_of(forwarded.body, name), member_of(again.body, name)) << name;
  EXPECT_EQ(count_in_events(first_, "terms_published"), 1U);
  const SocketAnswer refused = submit(second_, "t1\"}");  // No id.
  EXPECT_EQ(refused.status, submit(first_, "t1\"}").status);
}

TEST_F(SeveralNodes, PassBatchesOnAsTheyCome) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  SocketClient client(second_.port);
  client.send("POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + officer_ +
              "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto send_line = [&](const std::string& id) {
    const std::string line = R"({"type":"publish_terms","command_id":")" + id + R"(","terms_version":")" + id + "\"}\n";
    client.send(fmt::format("{:x}\r\n{}\r\n", line.size(), line));
  };
  send_line("b1");
  EXPECT_TRUE(client.read_until("\"b1\"")) << client.received();  // Before the batch has ended.
  send_line("b2");
  client.send("0\r\n\r\n");
  EXPECT_TRUE(client.read_until("\"b2\"")) << client.received();
  EXPECT_TRUE(client.is_closed_within(10s));
  EXPECT_EQ(count_in_events(first_, "terms_published"), 2U);
}

TEST_F(SeveralNodes, ForwardNothingTwiceAndNothingThatOnlyTheyKnowTheCallerOf) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  const SocketAnswer loop = submit(second_, "t1", "Muniment-Forwarded: x\r\n");
  EXPECT_EQ(loop.status, 508U);
  EXPECT_THAT(loop.body, HasSubstr("forwarded_twice"));
  EXPECT_THAT(loop.head, HasSubstr("Retry-After: "));
  const SocketAnswer session =
      ask(second_, http_request("POST", "/v1/session", officer_, "", "Muniment-Console: 1\r\nSec-Fetch-Site: same-origin\r\n"));
  const auto at = session.head.find("Set-Cookie: ");
  ASSERT_NE(at, std::string::npos) << session.head << session.body;
  const std::string cookie = session.head.substr(at + 12, session.head.find(';', at) - at - 12);
  const SocketAnswer by_session = ask(
      second_,
      http_request("POST", "/v1/commands", "", R"({"type":"publish_terms","command_id":"t2","terms_version":"t2"})",
                   "Content-Type: application/json\r\nMuniment-Console: 1\r\nSec-Fetch-Site: same-origin\r\nCookie: " + cookie + "\r\n"));
  EXPECT_EQ(by_session.status, 421U) << by_session.body;
  EXPECT_THAT(by_session.head, HasSubstr("Location: http://127.0.0.1:" + std::to_string(first_.port) + "/v1/commands\r\n"));
  EXPECT_EQ(count_in_events(first_, "terms_published"), 0U);
}

TEST_F(SeveralNodes, HaveReadsOnRecordWhicheverWasAsked) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  ASSERT_EQ(get(second_, "/v1/audit/retention").status, 200U);
  for (const auto until = Clock::now() + 20s; count_in_events(first_, "/v1/audit/retention") == 0 && Clock::now() < until;) {
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(count_in_events(first_, "/v1/audit/retention"), 1U) << content_of(second_.log());
  const SocketAnswer by_others =
      ask(first_, http_request("POST", "/v1/nodes/access", officer_, "12345678", "Content-Type: application/capnp\r\n"));
  EXPECT_EQ(by_others.status, 403U);
}

// Its end is on record before it is whole.
TEST_F(SeveralNodes, HaveReportsOnRecordWhicheverWasAsked) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  const SocketAnswer made =
      ask(first_,
          http_request("POST", "/v1/commands", officer_,
                       R"({"type":"register_provider","kind":"provider","organization":"Mercy","name":"Mercy","provider":"110012345A"})",
                       "Content-Type: application/json\r\nIdempotency-Key: r1\r\n"));
  ASSERT_EQ(made.status, 200U) << made.body;
  const SocketAnswer report = get(second_, "/v1/audit/report?provider=110012345A&wait_for=" + member_of(made.body, "last_position"));
  EXPECT_EQ(report.status, 200U) << report.head << report.body;
  EXPECT_THAT(report.body, HasSubstr("</html>"));
  EXPECT_EQ(count_in_events(first_, "\"report-html\""), 1U);
  EXPECT_EQ(get(second_, "/v1/services").status, 200U) << "it lives";
}

// Read-your-writes, of who asks another node than the one that has answered.
TEST_F(SeveralNodes, WaitForWhatTheOtherHasAnswered) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  for (int i = 0; i < 10; ++i) {
    const SocketAnswer recorded = submit(first_, "w" + std::to_string(i));
    ASSERT_EQ(recorded.status, 200U) << recorded.body;
    const std::string behind = "&wait_for=" + member_of(recorded.body, "last_position");
    const SocketAnswer page = get(first_, "/v1/audit/trail?limit=1" + behind);
    const std::string cursor = member_of(page.body, "next");
    ASSERT_NE(cursor, "") << page.body;
    const SocketAnswer next = get(second_, "/v1/audit/trail?limit=1&cursor=" + cursor);
    EXPECT_EQ(next.status, 200U) << next.body;
  }
  const SocketAnswer beyond = get(second_, "/v1/audit/trail?wait_for=99999");
  EXPECT_EQ(beyond.status, 503U);
  EXPECT_THAT(beyond.body, HasSubstr("not_caught_up")) << "it may only not be there yet";
  EXPECT_THAT(get(first_, "/v1/audit/trail?wait_for=99999").body, HasSubstr("position_not_reached")) << "the control";
}

// A browser that is refused once asks no more.
TEST_F(SeveralNodes, FollowBehindWhatTheOtherHasShown) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  const SocketAnswer before = submit(first_, "e0");
  ASSERT_EQ(before.status, 200U) << before.body;
  const std::uint64_t ahead = std::stoull(member_of(before.body, "last_position")) + 3;
  const std::string from = "Accept: text/event-stream\r\nLast-Event-ID: " + std::to_string(ahead) + "\r\n";
  EXPECT_EQ(ask(first_, http_request("GET", "/v1/events", auditor_, "", from)).status, 404U) << "the control";
  SocketClient client(second_.port);
  client.send(http_request("GET", "/v1/events", auditor_, "", from));
  EXPECT_TRUE(client.read_until("200 OK")) << client.received();
  for (int i = 1; i < 10; ++i) ASSERT_EQ(submit(first_, "e" + std::to_string(i)).status, 200U);
  EXPECT_TRUE(client.read_until("\"e9\"")) << client.received();
  EXPECT_THAT(client.received(), Not(HasSubstr("\"e1\""))) << "that was seen";
}

// It has no form in which it could be passed on: whoever asks for an export there is sent to the other node.
TEST_F(SeveralNodes, TakeNoEndOfAnExportOnAStandby) {
  const auto first = serve(first_);
  Store store(second_.folder, {.follows = true});
  {
    Node node(store);
    node.access_record().note_export(make_token(TokenRole::AUDITOR, "kim"), {.question = "/v1/audit/report"},
                                     std::make_shared<const ExportEnd>(ExportEnd{.format = "report-html"}), [] {});
    EXPECT_EQ(node.access_forward().waiting(), 0U);
    EXPECT_EQ(node.access_record().waiting(), 1U);
  }
  store.close();
}

TEST_F(SeveralNodes, GoOnWithTheClockOfAStandbysMachineAsItIs) {
  const auto first = serve(first_);
  keep_step(second_.folder, {.clock = system_now(), .expected = Timestamp{system_now().ns - 7'200'000'000'000}});
  const std::string kept = content_of(second_.folder / "clock_step");
  std::atomic<std::int64_t> ahead_ns = 0;
  Clocks clocks = machine_clocks();
  clocks.wall = [&ahead_ns, wall = clocks.wall] { return Timestamp{wall().ns + ahead_ns}; };
  std::mutex mutex;
  std::string told;
  Store store(second_.folder, {.follows = true});
  {
    Node node(store, {.clocks = clocks, .on_notice = [&](std::string_view notice) {
                        const std::lock_guard lock(mutex);
                        told += notice;
                      }});
    ahead_ns = std::chrono::nanoseconds{2h}.count();
    node.look_at_machine();
    EXPECT_THAT(node.why_not_ready(), testing::IsEmpty());
  }
  store.close();
  EXPECT_THAT(told, HasSubstr("clock has stepped"));
  EXPECT_EQ(content_of(second_.folder / "clock_step"), kept) << "that is for whoever appends by this clock";
}

TEST_F(SeveralNodes, SayThatNobodyRecordsWhileTheOtherIsGoneAndThenTakeOver) {
  auto first = serve(first_);
  const auto second = serve(second_);
  std::string last;
  for (int i = 0; i < 20; ++i) {
    const SocketAnswer answer = submit(i % 2 == 0 ? first_ : second_, "t" + std::to_string(i));
    ASSERT_EQ(answer.status, 200U) << answer.body;
    last = member_of(answer.body, "last_position");
  }
  ::kill(first->process(), SIGKILL);
  first->wait();
  const auto began = Clock::now();
  const SocketAnswer unreachable = submit(second_, "u");
  EXPECT_EQ(unreachable.status, 503U);
  EXPECT_THAT(unreachable.body, HasSubstr("sequencer_unreachable"));
  EXPECT_THAT(unreachable.head, HasSubstr("Retry-After: "));
  EXPECT_EQ(get(second_, "/v1/audit/retention").status, 200U);
  const SocketAnswer taken = submit_until_taken(second_, "u");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  std::cout << "taken over after " << took.count() << " ms\n";
  ASSERT_EQ(taken.status, 200U) << taken.body << content_of(second_.log());
  EXPECT_LT(took, 20s);
  EXPECT_GT(std::stoull(member_of(taken.body, "last_position")), std::stoull(last));
  const SocketAnswer again = submit(second_, "t19");
  EXPECT_EQ(member_of(again.body, "last_position"), last);
  EXPECT_EQ(count_in_events(second_, "\"terms_published\""), 21U);
  EXPECT_THAT(content_of(second_.log()), HasSubstr("this node has the lease of the log"));
  EXPECT_THAT(ask(second_, http_request("GET", "/metrics", operator_)).body, HasSubstr("\nmuniment_standby 0\n"));
  // What was read while nobody could record it.
  EXPECT_GE(count_in_events(second_, "/v1/audit/retention"), 1U);
  // The former one comes back as a standby of the new one.
  first = serve(first_);
  EXPECT_EQ(submit(first_, "v").status, 200U);
  EXPECT_EQ(count_in_events(second_, "\"terms_published\""), 22U);
}

TEST_F(SeveralNodes, TakeOverAtOnceFromOneThatEndsInOrder) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  ASSERT_EQ(submit(first_, "t1").status, 200U);
  ::kill(first->process(), SIGTERM);
  EXPECT_EQ(first->wait(), 0);
  const auto began = Clock::now();
  EXPECT_EQ(submit_until_taken(second_, "t2").status, 200U) << content_of(second_.log());
  EXPECT_LT(Clock::now() - began, 8s);
  EXPECT_EQ(count_in_events(second_, "\"terms_published\""), 2U);
}

TEST_F(SeveralNodes, DoNotTakeOverWithoutTheVault) {
  fs::remove(second_.folder / "vault");
  auto first = serve(first_);
  const auto second = serve(second_);
  ASSERT_EQ(submit(first_, "t1").status, 200U);
  ::kill(first->process(), SIGTERM);
  first->wait();
  EXPECT_TRUE(says(second_, "this node cannot take over"));
  for (const auto until = Clock::now() + 20s; get(second_, "/readyz").status != 200 && Clock::now() < until;) {
  }
  EXPECT_EQ(submit(second_, "t2").status, 503U);
  EXPECT_EQ(count_in_events(second_, "\"terms_published\""), 1U);
  first = serve(first_);
  EXPECT_EQ(submit_until_taken(first_, "t2").status, 200U);
}

// A log that is put back, as by a backup of its database, and goes on otherwise, with a node that has not seen what is lost.
class NodesOfAForkedLog : public SeveralNodes {
 protected:
  void SetUp() override {
    SeveralNodes::SetUp();
    if (PostgresServer::shared() == nullptr) return;
    for (const char* const file : files_) fs::copy(first_.folder / file, temporary_ / file);
    for (const char* const table : tables_)
      execute(fmt::format("CREATE TABLE {{0}}.before_{0} AS SELECT * FROM {{0}}.muniment_{0}", table));
    record({"lost1", "lost2"});
    shown_ = content_of(first_.folder / "checkpoint");
    put_tables_back();
    put_files_back();
    record({"other1", "other2", "other3"});  // The control: without a word of others it goes on.
    put_files_back();
  }
  void record(const std::vector<std::string>& ids) const {
    const auto node = serve(first_);
    for (const std::string& id : ids) ASSERT_EQ(submit(first_, id).status, 200U) << content_of(first_.log());
    ::kill(node->process(), SIGTERM);
    ASSERT_EQ(node->wait(), 0);
  }
  void execute(const std::string& sql) const {
    PostgresServer::shared()->execute(fmt::format(fmt::runtime(sql), schema_of(read_log_url(first_.folder))));
  }
  void put_tables_back() const {
    std::string sql = "DO $$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); ";
    for (const char* const table : tables_)
      sql += fmt::format("DELETE FROM {{0}}.muniment_{0}; INSERT INTO {{0}}.muniment_{0} SELECT * FROM {{0}}.before_{0}; ", table);
    execute(sql + "END $$");
  }
  void put_files_back() const {
    for (const char* const file : files_) fs::copy(temporary_ / file, first_.folder / file, fs::copy_options::overwrite_existing);
    for (const char* const views : {"views", "views.without-vault"}) fs::remove_all(first_.folder / views);
  }
  std::vector<std::string> flags_with_node_at(std::uint16_t port) const {
    std::vector<std::string> out = first_.flags(node_token_);
    out.insert(out.end(), {"--cluster-nodes", fmt::format("http://127.0.0.1:{}", port)});
    return out;
  }

  static constexpr std::array files_{"head", "checkpoint"};
  static constexpr std::array tables_{"heads", "leases", "records", "streams", "commands", "tiles", "notes"};
  std::string shown_;
};

TEST_F(NodesOfAForkedLog, AppendNothingWhereAnotherHasSeenWhatItLacks) {
  ByteByByte other;
  other.answer_with(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", shown_.size(), shown_));
  Served first(first_.folder, flags_with_node_at(other.port));
  EXPECT_EQ(first.port, 0);
  EXPECT_EQ(first.wait(), 10);
  EXPECT_THAT(content_of(first_.log()), AllOf(HasSubstr("the checkpoint that the node at http://127.0.0.1:"), HasSubstr("are others")));
}

TEST_F(NodesOfAForkedLog, NameWhoDidNotSayAndGoOn) {
  const Served first(first_.folder, flags_with_node_at(free_port()));
  EXPECT_EQ(first.port, first_.port);
  EXPECT_THAT(content_of(first_.log()), HasSubstr("does not say what it has seen of the log"));
}

TEST_F(NodesOfAForkedLog, BelieveNoCheckpointThatTheLogDidNotSign) {
  ByteByByte other;
  std::string forged = shown_;
  forged[forged.find('\n') + 1] = '9';  // Of the size.
  other.answer_with(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", forged.size(), forged));
  const Served first(first_.folder, flags_with_node_at(other.port));
  EXPECT_EQ(first.port, first_.port);
  EXPECT_THAT(content_of(first_.log()), HasSubstr("no checkpoint that a key of the log signed"));
}

TEST_F(SeveralNodes, AreToldWhatAnotherHasSeen) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  std::string token = content_of(node_token_);
  token.pop_back();
  for (const Place& place : {first_, second_}) {
    const SocketAnswer shown = ask(place, http_request("GET", "/log/checkpoint", token));
    EXPECT_EQ(shown.status, 200U);
    EXPECT_TRUE(open_checkpoint(shown.body, read_public_log_key(first_.folder)).has_value());
  }
}

// Nothing but the two databases is shared: no mount.
class NodesWithoutAMount : public SeveralNodes {
 protected:
  void SetUp() override {
    SeveralNodes::SetUp();
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) return;
    for (const Place& place : {first_, second_}) fs::remove(place.folder / "vault");
    fs::rename(temporary_ / "vault", first_.folder / "vault");
    move_vault_to_database({.store = first_.folder, .url = server->fresh_database()});
    fs::copy(first_.folder / "vault.url", second_.folder / "vault.url");
  }
  // Of the provider, with a name that only the vault opens.
  SocketAnswer assign(const Place& place, const std::string& provider, const std::string& last_name) const {
    const std::string ids = R"(,"provider":")" + provider + '"';
    const auto command = [&](const std::string& id, const std::string& body) {
      SocketAnswer answer;
      for (const auto until = Clock::now() + 30s; Clock::now() < until && answer.status != 200;) {
        answer = ask(place, http_request("POST", "/v1/commands", officer_, body,
                                         "Content-Type: application/json\r\nIdempotency-Key: " + id + "\r\n"));
        if (answer.status != 200) std::this_thread::sleep_for(50ms);
      }
      return answer;
    };
    command("r" + provider, R"({"type":"register_provider","kind":"provider","organization":"Mercy","name":"Mercy")" + ids + "}");
    return command("a" + provider, R"({"type":"assign_primary_user","pin":"1111","profile":{"first_name":"Ada","last_name":")" + last_name +
                                       R"(","birth_day":"01/01","email":"a@mercy.example","zip":"02139"})" + ids + "}");
  }
  // Once the views have what this answer tells of.
  std::string roster(const Place& place, const std::string& provider, const SocketAnswer& behind) const {
    return get(place, "/v1/audit/roster?provider=" + provider + "&wait_for=" + member_of(behind.body, "last_position")).body;
  }
};

TEST_F(NodesWithoutAMount, TakeTheVaultOverFromOneThatWasKilledAndBack) {
  auto first = serve(first_);
  auto second = serve(second_);
  ASSERT_EQ(assign(first_, "110012345A", "Quixotewitz").status, 200U);
  ::kill(first->process(), SIGKILL);
  first->wait();
  const SocketAnswer taken = assign(second_, "110012346A", "Zwingli");
  ASSERT_EQ(taken.status, 200U) << taken.body << content_of(second_.log());
  EXPECT_THAT(roster(second_, "110012345A", taken), HasSubstr("Quixotewitz")) << "by a key that the other one made";
  EXPECT_THAT(roster(second_, "110012346A", taken), HasSubstr("Zwingli"));
  first = serve(first_);
  ::kill(second->process(), SIGTERM);
  second->wait();
  const SocketAnswer back = submit_until_taken(first_, "t1");
  EXPECT_EQ(back.status, 200U) << content_of(first_.log());
  EXPECT_THAT(roster(first_, "110012346A", back), HasSubstr("Zwingli"));
}

// What an account sees is looked up as of now, which on a standby is later than what it has seen itself.
TEST_F(NodesWithoutAMount, ShowAnAccountWhatItHasWrittenElsewhere) {
  const auto first = serve(first_);
  const SocketAnswer assigned = assign(first_, "110012345A", "Quixotewitz");
  ASSERT_EQ(assigned.status, 200U) << assigned.body;
  const std::string username = member_of(assigned.body, "username");
  ASSERT_NE(username, "") << assigned.body;
  const std::string account = TokenFile(first_.folder).create(make_token(TokenRole::ACCOUNT, username));
  fs::copy_file(first_.folder / "tokens", second_.folder / "tokens", fs::copy_options::overwrite_existing);
  const auto second = serve(second_);
  for (int i = 0; i < 10; ++i) {
    const SocketAnswer recorded =
        ask(first_, http_request("POST", "/v1/commands", officer_,
                                 R"({"type":"define_service","name":"S","service":"s)" + std::to_string(i) + "\"}",
                                 "Content-Type: application/json\r\nIdempotency-Key: w" + std::to_string(i) + "\r\n"));
    ASSERT_EQ(recorded.status, 200U) << recorded.body;
    const SocketAnswer seen =
        ask(second_, http_request("GET", "/v1/accounts/" + username + "?wait_for=" + member_of(recorded.body, "last_position"), account));
    EXPECT_EQ(seen.status, 200U) << seen.body;
  }
}

// Its machine hung, and it never heard that it was replaced.
TEST_F(NodesWithoutAMount, LeaveAFormerOwnerThatWasPausedNothingToWrite) {
  const auto first = serve(first_);
  const auto second = serve(second_);
  ASSERT_EQ(assign(first_, "110012345A", "Quixotewitz").status, 200U);
  ::kill(first->process(), SIGSTOP);
  const SocketAnswer taken = assign(second_, "110012346A", "Zwingli");
  ASSERT_EQ(taken.status, 200U) << content_of(second_.log());
  const auto woke = Clock::now();
  ::kill(first->process(), SIGCONT);
  // With nothing to record, and with what has it started again, as a standby.
  EXPECT_EQ(first->wait(), 7) << content_of(first_.log());
  EXPECT_LT(Clock::now() - woke, 5s);
  EXPECT_THAT(content_of(first_.log()), HasSubstr("another node has taken"));
  EXPECT_THAT(roster(second_, "110012345A", taken), HasSubstr("Quixotewitz"));
  EXPECT_EQ(submit(second_, "t1").status, 200U);
}

TEST_F(SeveralNodes, ShowCallersTokensToNobodyWithoutACertificateOfTheirAuthority) {
  const TestAuthority authority;
  const TestAuthority another("Another Authority");
  authority.write_certificate(temporary_ / "ca.pem");
  another.write_certificate(temporary_ / "another.pem");
  authority.issue(temporary_ / "node.pem", temporary_ / "node.key", "node");
  const auto serve_with_tls = [&](const Place& place, const std::string& ca) {
    return std::make_unique<Served>(place.folder, flags_with_tls(place, ca));
  };
  const auto ask_second = [&](const std::string& id) {
    TlsClient client(second_.port, {.authority = temporary_ / "ca.pem"});
    client.send(http_request("POST", "/v1/commands", officer_, R"({"type":"publish_terms","terms_version":")" + id + "\"}",
                             "Content-Type: application/json\r\nIdempotency-Key: " + id + "\r\n"));
    return client.answer();
  };
  const auto first = serve_with_tls(first_, "ca.pem");
  auto second = serve_with_tls(second_, "another.pem");
  ASSERT_EQ(second->port, second_.port) << content_of(second_.log());
  const SocketAnswer refused = ask_second("t1");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.body, HasSubstr("sequencer_unreachable"));
  ::kill(second->process(), SIGTERM);
  second->wait();
  second = serve_with_tls(second_, "ca.pem");
  const SocketAnswer taken = ask_second("t2");
  EXPECT_EQ(taken.status, 200U) << taken.body << content_of(second_.log());
  EXPECT_EQ(member_of(taken.body, "command_id"), "t2");
}

// Whoever can write to the database can write the lease.
TEST_F(SeveralNodes, ShowCallersTokensToNobodyInTheClearWhereTheyHaveCertificates) {
  const TestAuthority authority;
  authority.write_certificate(temporary_ / "ca.pem");
  authority.issue(temporary_ / "node.pem", temporary_ / "node.key", "node");
  ByteByByte node;
  node.answer_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const Served first(first_.folder, first_.flags(node_token_, "http", node.port));
  const Served second(second_.folder, flags_with_tls(second_, "ca.pem"));
  ASSERT_EQ(second.port, second_.port) << content_of(second_.log());
  const auto ask_second = [&](const std::string& request) {
    TlsClient client(second_.port, {.authority = temporary_ / "ca.pem"});
    client.send(request);
    return client.answer();
  };
  const SocketAnswer refused = ask_second(http_request("POST", "/v1/commands", officer_, R"({"type":"publish_terms","terms_version":"t1"})",
                                                       "Content-Type: application/json\r\nIdempotency-Key: t1\r\n"));
  EXPECT_EQ(refused.status, 503U) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("sequencer_unreachable"));
  EXPECT_EQ(ask_second(http_request("GET", "/v1/audit/retention", auditor_)).status, 200U);
  EXPECT_TRUE(says(second_, "without TLS")) << "nor the token of the node, with who reads";
  EXPECT_EQ(node.asked(), 0);
}

TEST_F(SeveralNodes, PassAnAnswerOnInHoweverSmallPiecesItBegins) {
  ByteByByte node;
  const Served first(first_.folder, first_.flags(node_token_, "http", node.port));
  const auto second = serve(second_);
  node.answer_with("HTTP/1.1 418 I am\r\nContent-Length: 2\r\n\r\nok");
  const SocketAnswer answer = submit(second_, "t1");
  EXPECT_EQ(answer.status, 418U) << answer.head << answer.body << content_of(second_.log());
  EXPECT_EQ(answer.body, "ok");
  for (const char* const bytes : {"SSH-2.0-OpenSSH_9.2", "HTTP/1.1 2", ""}) {
    node.answer_with(bytes);
    const SocketAnswer unknown = submit(second_, "t1");
    EXPECT_EQ(unknown.status, 503U) << bytes << unknown.body;
    EXPECT_THAT(unknown.body, HasSubstr("outcome_unknown")) << bytes;
  }
}

TEST_F(SeveralNodes, AreAskedInOrderToStandBy) {
  const Served no_token(second_.folder, {"--listen", "127.0.0.1:0", "--standby", "true", "--advertise", "http://127.0.0.1:1"});
  EXPECT_EQ(no_token.port, 0);
  EXPECT_THAT(content_of(second_.log()), HasSubstr("cluster.token_file"));
}

}  // namespace
}  // namespace muniment
