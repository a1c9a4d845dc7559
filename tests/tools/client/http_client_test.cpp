#include "tools/client/http_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "scripted_server.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

HttpClientOptions options_for(std::uint16_t port) {
  return {.server = {.is_tls = false, .host = "127.0.0.1", .port = port}, .token = "mt_secret", .ca_file = {}, .answer_time_max = 5000ms};
}

std::string ok(const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-Thing: 7\r\nConnection: close\r\n\r\n{}", body.size(), body);
}

TEST(HttpClient, AsksWithItsTokenAndGetsTheAnswer) {
  ScriptedServer server({ok("hello")});
  HttpClient client(options_for(server.port()));
  const HttpAnswer answer = client.get("/v1/stats", {{"Accept", "text/csv"}});
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("x-thing"), "7");
  const std::string request = server.request(0);
  EXPECT_THAT(request, HasSubstr("GET /v1/stats HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer mt_secret\r\n"));
  EXPECT_THAT(request, HasSubstr("Accept: text/csv\r\n"));
}

TEST(HttpClient, SaysWhenNobodyIsThere) {
  std::uint16_t port = 0;
  {
    port = ScriptedServer({""}).port();
  }
  HttpClient client(options_for(port));
  try {
    client.get("/");
    FAIL();
  } catch (const ConnectionLost& lost) {
    EXPECT_FALSE(lost.was_connected);
    EXPECT_THAT(lost.what(), HasSubstr(std::to_string(port)));
  }
}

TEST(HttpClient, NeverTakesAnAnswerThatWasCutOffForAWholeOne) {
  for (const char* cut : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhell",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "nonsense\r\n\r\n"}) {
    ScriptedServer server({cut});
    HttpClient client(options_for(server.port()));
    EXPECT_THROW(client.get("/"), ConnectionLost) << cut;
    std::string came;
    const auto take = [&](std::string_view bytes) {
      came += bytes;
      return true;
    };
    EXPECT_THROW(client.stream("/", {}, take), ConnectionLost) << cut;
  }
}

TEST(HttpClient, GivesAStreamAsItComesAndEndsItWhenAsked) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"});
  HttpClient client(options_for(server.port()));
  std::string came;
  client.stream("/", {}, [&](std::string_view bytes) {
    came += bytes;
    return true;
  });
  EXPECT_EQ(came, "onetwo");
  came.clear();
  client.stream("/", {}, [&](std::string_view bytes) {
    came += bytes;
    return false;
  });
  EXPECT_THAT(came, testing::StartsWith("one"));
}

TEST(HttpClient, KeepsTheBodyOfAProblemApartFromTheStream) {
  ScriptedServer server({"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"});
  HttpClient client(options_for(server.port()));
  const HttpAnswer answer = client.stream("/", {}, [](std::string_view) -> bool { throw std::logic_error("called"); });
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(answer.body, "no");
}

TEST(HttpClient, DoesNotWaitForEverForASilentNode) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"});
  HttpClientOptions options = options_for(server.port());
  options.answer_time_max = 200ms;
  HttpClient client(options);
  EXPECT_THROW(client.get("/"), ConnectionLost);
}

// Says so much and no more, and waits for what it was told to wait for.
class Feed final : public HttpFeed {
 public:
  explicit Feed(std::size_t pieces) : pieces_(pieces) {}
  Next next(std::string& out) override {
    if (pieces_ == 0) return Next::end;
    --pieces_;
    out.assign(std::size_t{64} << 10, 'x');
    return Next::bytes;
  }
  bool expects_answer() const override { return true; }

 private:
  std::size_t pieces_;
};

TEST(HttpClient, ReadsARefusalThatComesWhileItIsStillSending) {
  ScriptedServer server({"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"});
  HttpClient client(options_for(server.port()));
  Feed feed(1000);
  const HttpAnswer answer = client.exchange("/v1/commands", {}, feed, [](std::string_view) { return true; });
  EXPECT_EQ(answer.status, 401U);
  EXPECT_EQ(answer.body, "no");
}

// `openssl s_server` with a certificate for localhost that its own authority has signed. It answers a GET of a file with the file.
class TlsServer {
 public:
  explicit TlsServer(const std::filesystem::path& folder) {
    const auto run = [&](const std::string& command) {
      return std::system(("cd " + folder.string() + " && " + command + " >/dev/null 2>&1").c_str()) == 0;
    };
    can_run =
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca") &&
        run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout node.key -out node.csr -subj /CN=localhost") &&
        run("printf 'subjectAltName=DNS:localhost\n' > ext && openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key "
            "-CAcreateserial -days 2 -extfile ext -out node.pem") &&
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout o.key -out other.pem -days 2 -subj /CN=other");
    if (!can_run) return;
    {
      port = ScriptedServer({""}).port();
    }
    std::ofstream(folder / "answer") << ok("through TLS");
    const std::string command = fmt::format(
        "cd {} && exec openssl s_server -HTTP -quiet -accept 127.0.0.1:{} -cert node.pem -key node.key </dev/null >/dev/null 2>&1",
        folder.string(), port);
    std::array<char*, 4> arguments{const_cast<char*>("sh"), const_cast<char*>("-c"), const_cast<char*>(command.c_str()), nullptr};
    can_run = ::posix_spawnp(&process_, "sh", nullptr, nullptr, arguments.data(), environ) == 0;
  }
  ~TlsServer() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  bool can_run = false;
  std::uint16_t port = 0;

 private:
  pid_t process_ = 0;
};

class HttpClientTls : public testing::Test {
 protected:
  HttpClientTls() : folder(std::filesystem::path(testing::TempDir()) / ("tls-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder);
    server = std::make_unique<TlsServer>(folder);
  }
  ~HttpClientTls() override { std::filesystem::remove_all(folder); }

  // What the client says, once the server listens.
  std::string ask(const std::string& host, const std::filesystem::path& ca_file) {
    for (int i = 0; i < 200; ++i) {
      try {
        HttpClient client({.server = {.is_tls = true, .host = host, .port = server->port}, .token = "t", .ca_file = ca_file});
        return client.get("/answer").body;
      } catch (const CertificateRefused& refused) {
        return std::string{"refused: "} + refused.what();
      } catch (const ConnectionLost&) {
        std::this_thread::sleep_for(50ms);
      }
    }
    return "lost";
  }

  std::filesystem::path folder;
  std::unique_ptr<TlsServer> server;
};

TEST_F(HttpClientTls, TalksToWhoTheAuthorityVouchesForAndToNobodyElse) {
  if (!server->can_run) GTEST_SKIP() << "SKIPPED: needs the program openssl";
  EXPECT_EQ(ask("localhost", folder / "ca.pem"), "through TLS");
  EXPECT_THAT(ask("localhost", folder / "other.pem"), testing::StartsWith("refused: "));
  EXPECT_THAT(ask("localhost", {}), testing::StartsWith("refused: "));
  // The same node under a name that its certificate does not have.
  EXPECT_THAT(ask("127.0.0.1", folder / "ca.pem"), testing::StartsWith("refused: "));
}

TEST_F(HttpClientTls, RefusesAFileOfAuthoritiesThatIsNone) {
  std::ofstream(folder / "none.pem") << "no certificate";
  EXPECT_THROW(HttpClient({.server = {.is_tls = true, .host = "localhost", .port = 1}, .token = "t", .ca_file = folder / "none.pem"}),
               std::runtime_error);
}

}  // namespace
}  // namespace muniment
