// Against a real identity provider (the npm package oidc-provider), over sockets: its discovery document, its keys and its tokens.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "http_fixture.h"
#include "test_signer.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

const std::filesystem::path provider_folder = project_folder() / "tests/tools/server/oidc_provider";

// The provider as a process, which ends with this one.
class RealProvider {
 public:
  RealProvider() {
    // A process that says nothing is tried once more: how node starts is not what is tested.
    for (int tries = 0; tries < 2 && issuer.empty(); ++tries) {
      stop();
      start();
    }
  }
  ~RealProvider() { stop(); }
  RealProvider(const RealProvider&) = delete;
  RealProvider& operator=(const RealProvider&) = delete;

  // A new token of that client.
  std::string token(const std::string& client, const std::string& algorithm, const std::string& audience = "muniment") const {
    SocketClient socket(static_cast<std::uint16_t>(std::stoul(issuer.substr(issuer.rfind(':') + 1))));
    const std::string body =
        "grant_type=client_credentials&client_id=" + client + "&client_secret=secret&resource=urn:muniment:" + algorithm + ":" + audience;
    socket.send(http_request("POST", "/token", "", body, "Content-Type: application/x-www-form-urlencoded\r\n"));
    return member(socket.answer().body, "access_token");
  }

  std::string issuer;  // Empty: it did not start.

 private:
  void start() {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::string program = "node";
    std::string script = provider_folder / "provider.mjs";
    std::array<char*, 3> arguments{program.data(), script.data(), nullptr};
    if (::posix_spawnp(&process_, "node", &actions, nullptr, arguments.data(), environ) != 0) process_ = 0;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    lifeline_ = in[1];
    issuer = read_line(out[0]);
    ::close(out[0]);
  }

  // Empty where the whole line does not come in time.
  static std::string read_line(int file) {
    constexpr std::chrono::seconds time_max{60};
    const auto until = std::chrono::steady_clock::now() + time_max;
    std::string line;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd wanted{file, POLLIN, 0};
      char c = 0;
      if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0 || ::read(file, &c, 1) != 1) return {};
      if (c == '\n') return line;
      line += c;
    }
  }

  // Killed: it has nothing to lose, and node may wait for ever in its own way out.
  void stop() {
    if (lifeline_ >= 0) ::close(std::exchange(lifeline_, -1));
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
  }

  pid_t process_ = 0;
  int lifeline_ = -1;  // Its standard input, which ends when this process does.
};

NodeSettings with(const RealProvider& provider) {
  NodeSettings out{.listen = {"127.0.0.1", 0}};
  OidcSettings its;
  its.issuer = provider.issuer;
  its.audience = "muniment";
  if (!its.issuer.empty()) out.identity_providers.push_back(its);
  return out;
}

class Oidc : public RealProvider, public WithServer {
 protected:
  Oidc() : WithServer(with(*this)) {}

  void SetUp() override {
    if (!std::filesystem::exists(provider_folder / "node_modules/.installed"))
      GTEST_SKIP() << "tools/packages could not install oidc-provider";
    if (issuer.empty()) GTEST_SKIP() << "node could not run oidc-provider";
  }

  SocketAnswer ask(const std::string& target, const std::string& text) const {
    SocketClient client(port);
    client.send(http_request("GET", target, text));
    return client.answer();
  }
};

TEST_F(Oidc, CallersAreThoseOfTokensWithEachAlgorithm) {
  for (const char* algorithm : {"RS256", "ES256", "EdDSA"}) {
    const std::string text = RealProvider::token("officer", algorithm);
    ASSERT_FALSE(text.empty()) << algorithm;
    EXPECT_EQ(ask("/v1/audit/as-of", text).status, 200U) << algorithm;
    SocketClient client(port);
    client.send(
        http_request("POST", "/v1/commands", text,
                     std::string{R"({"type":"publish_terms","command_id":")"} + algorithm + R"(","terms_version":")" + algorithm + "\"}",
                     "Content-Type: application/json\r\n"));
    EXPECT_EQ(client.answer().status, 200U) << algorithm;
  }
}

TEST_F(Oidc, CallersAreLimitedByTheLogAndTheirClaims) {
  const std::string auditor = RealProvider::token("auditor", "ES256");
  EXPECT_EQ(ask("/v1/audit/roster?provider=110012345A", auditor).status, 200U);
  EXPECT_THAT(ask("/v1/audit/roster?provider=110067890B", auditor).body, testing::HasSubstr("outside_scope"));
  EXPECT_EQ(ask("/metrics", auditor).status, 403U);
  tell(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"}
{"type":"dismiss_officer","command_id":"o2","actor":"officer:second","officer":"agency"})");
  EXPECT_THAT(ask("/v1/audit/as-of", RealProvider::token("officer", "EdDSA")).body, testing::HasSubstr("actor_unknown"));
}

TEST_F(Oidc, ASubmitterActsForAnAccountWhereThePolicyListsIt) {
  const std::string portal = RealProvider::token("portal", "ES256");
  const auto assign = [&](const std::string& id) {
    SocketClient client(port);
    client.send(http_request("POST", "/v1/commands", portal,
                             R"({"type":"assign_services","command_id":")" + id +
                                 R"(","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":["view_provider_reports"]})",
                             "Content-Type: application/json\r\n"));
    return client.answer();
  };
  EXPECT_THAT(assign("a1").body, testing::HasSubstr("not_delegated"));
  tell(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","delegates":["submitter:portal"]})");
  EXPECT_EQ(assign("a2").status, 200U);
  store->log().read(0, store->log().head(0).position, store->log().head(0).position, [](Position, RecordWords words) {
    RecordReader record(words);
    EXPECT_EQ(sender_of(record.event()).name, "portal");
    EXPECT_EQ(text_of(record.event().getActor().getName()), "mhughes1");
    EXPECT_EQ(text_of(record.event().getContext().getAddress()), "127.0.0.1");
    return false;
  });
}

TEST_F(Oidc, TokensWithoutARoleForAnotherAudienceOrOfAnotherSignerAreRefused) {
  EXPECT_EQ(ask("/v1/audit/as-of", RealProvider::token("nobody", "RS256")).status, 401U);
  EXPECT_EQ(ask("/v1/audit/as-of", RealProvider::token("officer", "RS256", "another")).status, 401U);
  const std::string text = RealProvider::token("officer", "ES256");
  const TestSigner stranger(JwtAlgorithm::es256, "ec");
  const std::string forged = stranger.sign(
      R"({"iss":")" + issuer + R"(","aud":"muniment","exp":9999999999,"preferred_username":"agency","muniment_role":"officer"})");
  EXPECT_EQ(ask("/v1/audit/as-of", forged).status, 401U);
  EXPECT_EQ(ask("/v1/audit/as-of", text).status, 200U);
  WithServer::stop();
  EXPECT_EQ(written.str().find(text), std::string::npos);
}

}  // namespace
}  // namespace muniment
