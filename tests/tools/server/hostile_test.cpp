// What a hostile network does to a node, as a process of its own: it goes on answering, and its memory does not grow without bound.
//
// Each attack takes a few seconds. MUNIMENT_HOSTILE_SECONDS=N lets those that go on for a time go on so long.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <thread>

#include "make_token.h"
#include "node_fixture.h"
#include "served.h"
#include "test_certificates.h"
#include "tls_client.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t ten_gibibytes = std::size_t{10} << 30;
#ifdef __SANITIZE_ADDRESS__
// What was freed, which AddressSanitizer keeps from being used again (256 MiB), and what stands around all that was not.
constexpr std::size_t quarantine = 384 * mebibyte;
#else
constexpr std::size_t quarantine = 0;
#endif
constexpr std::size_t growth_max = 96 * mebibyte + quarantine;

std::chrono::seconds attack_time() {
  const char* const given = std::getenv("MUNIMENT_HOSTILE_SECONDS");
  return std::chrono::seconds{given == nullptr ? 3 : std::atoi(given)};
}

class Hostile : public testing::Test {
 protected:
  explicit Hostile(const std::vector<std::string>& flags = {"--listen", "127.0.0.1:0", "--connections", "300", "--questions-a-second",
                                                            "0"}) {
    std::filesystem::remove_all(store);
    Store::create(store, "agency");
    officer = TokenFile(store).create(make_token(TokenRole::OFFICER, "agency"));
    served = std::make_unique<Served>(store, flags);
    answers();
    before = served->resident_bytes();
  }
  ~Hostile() override {
    const std::size_t peak = served->peak_bytes();
    EXPECT_LT(peak, before + growth_max) << "grew from " << before / mebibyte << " to " << peak / mebibyte << " MiB";
    fmt::print("memory: {} MiB before, {} after, {} at most\n", before / mebibyte, served->resident_bytes() / mebibyte, peak / mebibyte);
    served.reset();
    std::filesystem::remove_all(store);
    std::filesystem::remove(store.string() + ".log");
  }

  // Whether an officer is answered now.
  bool answers() {
    SocketClient client(served->port);
    client.send(http_request("GET", "/v1/audit/as-of", officer));
    return client.answer().status == 200;
  }
  bool answers_within(std::chrono::seconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
      if (answers()) return true;
      std::this_thread::sleep_for(100ms);
    }
    return false;
  }

  const std::filesystem::path store = std::filesystem::path(testing::TempDir()) / ("hostile-" + std::to_string(::getpid()));
  std::string officer;
  std::unique_ptr<Served> served;
  std::size_t before = 0;
};

TEST_F(Hostile, BodiesOfTenGigabytesAreRefusedBeforeTheyCome) {
  for (int i = 0; i < 50; ++i) {
    SocketClient client(served->port);
    client.send(
        "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer " +
        officer + "\r\n\r\n");
    const std::string much(mebibyte, 'x');
    for (int sent = 0; sent < 8 && client.send(much); ++sent) {
    }
    EXPECT_EQ(client.answer().status, 413U);
  }
  EXPECT_TRUE(answers());
}

// Lines without an end: nothing of them is kept.
TEST_F(Hostile, ABatchThatNeverEndsItsLineIsReadWithoutBeingKept) {
  SocketClient client(served->port);
  client.send(
      "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\nContent-Type: application/x-ndjson\r\n"
      "Authorization: Bearer " +
      officer + "\r\n\r\n");
  const std::string much(mebibyte, 'x');
  const auto until = std::chrono::steady_clock::now() + attack_time();
  std::size_t sent = 0;
  while (std::chrono::steady_clock::now() < until && sent < ten_gibibytes / mebibyte && client.send(much)) ++sent;
  EXPECT_GT(sent, 10U);
  EXPECT_TRUE(answers());
  fmt::print("{} MiB sent\n", sent);
}

// Clients that go away in the middle of everything that they can be in the middle of.
TEST_F(Hostile, ClientsThatVanishLeaveNothingBehind) {
  const std::string post = "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + officer + "\r\nContent-Type: ";
  const std::array<std::string, 6> beginnings{"",
                                              "GET /healthz HT",
                                              post + "application/json\r\nContent-Length: 1000\r\n\r\n{\"type\":",
                                              post + "application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ty",
                                              http_request("GET", "/v1/events", officer, "", "Accept: text/event-stream\r\n"),
                                              http_request("GET", "/v1/audit/trail", officer, "", "Accept: text/csv\r\n")};
  const std::size_t files_before = served->open_files();
  std::size_t vanished = 0;
  const auto until = std::chrono::steady_clock::now() + attack_time();
  while (std::chrono::steady_clock::now() < until) {
    for (const bool is_half_closed_first : {false, true}) {
      std::vector<std::unique_ptr<SocketClient>> clients;
      for (int i = 0; i < 20; ++i) {
        for (const std::string& beginning : beginnings) {
          clients.push_back(std::make_unique<SocketClient>(served->port));
          clients.back()->send(beginning);
          if (is_half_closed_first) clients.back()->end_sending();
        }
      }
      vanished += clients.size();
    }
    EXPECT_TRUE(answers_within(30s));
  }
  fmt::print("{} connections left\n", vanished);
  const auto patience = std::chrono::steady_clock::now() + 60s;
  while (served->open_files() > files_before + 5 && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(100ms);
  EXPECT_LE(served->open_files(), files_before + 5);
}

TEST_F(Hostile, AMillionHeadersEndWith431) {
  for (int i = 0; i < 20; ++i) {
    SocketClient client(served->port);
    client.send("GET /healthz HTTP/1.1\r\n");
    std::string lines;
    for (int line = 0; line < 1000; ++line) lines += fmt::format("X-{}: {:060}\r\n", line, 0);
    bool is_taken = true;
    for (int thousand = 0; thousand < 1000 && is_taken; ++thousand) is_taken = client.send(lines);
    EXPECT_FALSE(is_taken);
    const unsigned status = client.answer().status;
    EXPECT_TRUE(status == 431U || status == 0U) << status;  // A reset may take the answer back.
  }
  EXPECT_TRUE(answers());
}

TEST_F(Hostile, BodiesThatTrickleLeaveOthersAlone) {
  std::vector<std::unique_ptr<SocketClient>> slow;
  for (int i = 0; i < 250; ++i) {
    slow.push_back(std::make_unique<SocketClient>(served->port));
    slow.back()->send(
        "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer " +
        officer + "\r\n\r\n");
  }
  const auto until = std::chrono::steady_clock::now() + attack_time();
  while (std::chrono::steady_clock::now() < until) {
    for (const auto& one : slow) one->send(" ");
    EXPECT_TRUE(answers());
  }
}

TEST_F(Hostile, ConnectionsThatSayNothingAreClosedAndHoldNobodyElseUpForLong) {
  std::vector<std::unique_ptr<SocketClient>> silent;
  for (int i = 0; i < 400; ++i) silent.push_back(std::make_unique<SocketClient>(served->port));
  EXPECT_TRUE(answers_within(30s));  // All places are taken until their time is up.
  EXPECT_TRUE(silent.front()->is_closed_within(20s));
}

// One that comes back at once for every place that it loses.
TEST_F(Hostile, ConnectionsThatComeBackForEveryPlaceLeaveOthersIn) {
  std::atomic<bool> goes_on = true;
  std::jthread attacker([&] {
    std::deque<std::unique_ptr<SocketClient>> held;
    while (goes_on) {
      held.push_back(std::make_unique<SocketClient>(served->port));
      if (held.size() > 400) held.pop_front();
      if (held.size() > 300) std::this_thread::sleep_for(2ms);
    }
  });
  std::this_thread::sleep_for(1s);
  const auto until = std::chrono::steady_clock::now() + attack_time();
  int asked = 0;
  int answered = 0;
  while (std::chrono::steady_clock::now() < until) {
    answered += answers() ? 1 : 0;
    ++asked;
  }
  goes_on = false;
  EXPECT_GT(answered, 0);
  EXPECT_GE(answered * 10, asked * 9) << answered << " of " << asked;
}

TEST_F(Hostile, AFloodOfBadTokensLeavesGoodOnesAlone) {
  std::atomic<std::size_t> bad_tokens = 0;
  std::vector<std::jthread> flood;
  const auto until = std::chrono::steady_clock::now() + attack_time();
  for (int i = 0; i < 4; ++i) {
    flood.emplace_back([&, i] {
      std::size_t number = 0;
      while (std::chrono::steady_clock::now() < until) {
        SocketClient client(served->port);
        for (int k = 0; k < 100; ++k) {
          client.send(http_request("GET", "/v1/audit/as-of", fmt::format("e30.{}.{}", i, ++number)));
          const unsigned status = client.answer().status;
          if (status != 401 && status != 429) ADD_FAILURE() << status;
          ++bad_tokens;
        }
      }
    });
  }
  while (std::chrono::steady_clock::now() < until) EXPECT_TRUE(answers());
  flood.clear();
  fmt::print("{} bad tokens\n", bad_tokens.load());
}

// Batches wait for a place where a single command is refused, so they would have every place that there is.
TEST_F(Hostile, BatchesFromManyConnectionsLeaveSingleCommandsOfOthersAlone) {
  const std::string portal = TokenFile(store).create(make_token(TokenRole::SUBMITTER, "portal"));
  const auto until = std::chrono::steady_clock::now() + attack_time();
  std::atomic<std::size_t> sent = 0;
  std::vector<std::jthread> flood;
  for (int i = 0; i < 12; ++i) {
    flood.emplace_back([&, i] {
      SocketClient client(served->port);
      for (int number = 0; std::chrono::steady_clock::now() < until; ++number) {
        std::string lines;
        for (int k = 0; k < 2000; ++k) {
          lines +=
              fmt::format(R"({{"type":"record_sign_in","command_id":"f{}-{}-{}","username":"nobody1","at":"2024-01-01","success":true}})",
                          i, number, k) +
              "\n";
        }
        client.send(http_request("POST", "/v1/commands", portal, lines, "Content-Type: application/x-ndjson\r\n"));
        if (client.answer().status != 200) break;
        sent += 2000;
      }
    });
  }
  int asked = 0;
  SocketClient client(served->port);
  while (std::chrono::steady_clock::now() < until) {
    const std::string command = fmt::format(R"({{"type":"define_service","command_id":"t{0}","service":"s{0}","name":"S {0}"}})", ++asked);
    client.send(http_request("POST", "/v1/commands", officer, command, "Content-Type: application/json\r\n"));
    EXPECT_EQ(client.answer().status, 200U) << asked;
  }
  flood.clear();
  EXPECT_GT(asked, 3);
  fmt::print("{} commands in batches, {} beside them\n", sent.load(), asked);
}

// slowhttptest, of Debian: heads, bodies and reads that never end, from many connections.
class Slow : public Hostile {
 protected:
  // Each is an attack only while the node is held by it: most of its connections must stay open for a time.
  void attack(const std::string& path, std::vector<std::string> arguments) {
    if (std::system("command -v slowhttptest >/dev/null") != 0) GTEST_SKIP() << "slowhttptest is not installed";
    constexpr std::size_t connections = 200;
    const std::size_t files_before = served->open_files();
    const std::string url = fmt::format("http://127.0.0.1:{}{}", served->port, path);
    const std::string seconds = std::to_string(attack_time().count());
    const std::vector<std::string> all{"slowhttptest", "-c", "200", "-r", "200", "-i", "1", "-p", "1", "-u", url, "-l", seconds};
    arguments.insert(arguments.begin(), all.begin(), all.end());
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t process = 0;
    ASSERT_EQ(::posix_spawnp(&process, "slowhttptest", &actions, nullptr, pointers.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    int asked = 0;
    std::size_t most_files = 0;
    while (::waitpid(process, &status, WNOHANG) == 0) {
      EXPECT_TRUE(answers());
      ++asked;
      most_files = std::max(most_files, served->open_files());
      std::this_thread::sleep_for(50ms);
    }
    EXPECT_GT(asked, 3);
    EXPECT_GT(most_files, files_before + connections / 2) << "the node was held by nobody";
    EXPECT_TRUE(answers());
    fmt::print("{} connections at most\n", most_files - files_before);
  }
  // slowhttptest has no flag for a token: the header goes behind that of what is accepted.
  std::string accept_with_token() const { return "*/*\r\nAuthorization: Bearer " + officer; }
};

TEST_F(Slow, HeadersLeaveOthersAlone) { attack("/v1/commands", {"-H"}); }

// Somebody whom the node knows: of nobody it reads no body.
TEST_F(Slow, BodiesLeaveOthersAlone) { attack("/v1/commands", {"-B", "-f", "application/json", "-m", accept_with_token()}); }

// A large answer, asked for again and again and read by a few bytes.
TEST_F(Slow, ReadersLeaveOthersAlone) { attack("/openapi.json", {"-X", "-k", "10", "-w", "64", "-y", "128", "-n", "1", "-z", "8"}); }

// Certificates beside the store, made before the node starts.
std::vector<std::string> flags_with_certificate(const std::filesystem::path& folder) {
  const TestAuthority authority;
  authority.issue(folder.string() + ".pem", folder.string() + ".key", "node");
  return {"--listen",  "127.0.0.1:0",           "--connections", "300", "--tls-certificate", folder.string() + ".pem",
          "--tls-key", folder.string() + ".key"};
}

class HostileTls : public testing::Test {
 protected:
  HostileTls() {
    std::filesystem::remove_all(store);
    Store::create(store, "agency");
    served = std::make_unique<Served>(store, flags_with_certificate(store));
  }
  ~HostileTls() override {
    served.reset();
    std::filesystem::remove_all(store);
    for (const char* end : {".pem", ".key", ".log"}) std::filesystem::remove(store.string() + end);
  }

  const std::filesystem::path store = std::filesystem::path(testing::TempDir()) / ("hostile-tls-" + std::to_string(::getpid()));
  std::unique_ptr<Served> served;
};

TEST_F(HostileTls, HandshakesThatStallEndAndLeaveOthersAlone) {
  TlsClient first(served->port, {});
  const std::size_t before = served->resident_bytes();
  std::vector<std::unique_ptr<SocketClient>> stalled;
  for (int i = 0; i < 250; ++i) {
    stalled.push_back(std::make_unique<SocketClient>(served->port));
    stalled.back()->send(std::string_view{"\x16\x03\x01\x02\x00\x01\x00", 7});
  }
  for (int i = 0; i < 20; ++i) {
    TlsClient client(served->port, {});
    client.send(http_request("GET", "/healthz", ""));
    EXPECT_EQ(client.answer().status, 200U);
  }
  EXPECT_LT(served->resident_bytes(), before + growth_max);
  EXPECT_TRUE(stalled.front()->is_closed_within(20s));
}

TEST_F(HostileTls, GarbageInsteadOfHandshakesDoesNoHarm) {
  const std::size_t before = served->resident_bytes();
  for (int i = 0; i < 500; ++i) {
    SocketClient client(served->port);
    std::string bytes = "\x16\x03\x01";
    for (int k = 0; k < 200; ++k) bytes += static_cast<char>(i * 31 + k * 17);
    client.send(bytes);
  }
  TlsClient client(served->port, {});
  client.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_LT(served->resident_bytes(), before + growth_max);
}

}  // namespace
}  // namespace muniment
