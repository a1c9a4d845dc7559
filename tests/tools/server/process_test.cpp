// The program itself, as a process.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "node_fixture.h"
#include "test_certificates.h"
#include "tls_client.h"

namespace muniment {
namespace {

// `muniment serve` on a free port.
class Served {
 public:
  explicit Served(const std::filesystem::path& store, const std::vector<std::string>& flags = {"--listen", "127.0.0.1:0"}) {
    std::array<int, 2> out{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    const std::string log = store.string() + ".log";
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::vector<std::string> arguments{MUNIMENT_PROGRAM, "--store", store.string(), "serve"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    if (::posix_spawn(&process_, MUNIMENT_PROGRAM, &actions, nullptr, pointers.data(), environ) != 0)
      throw std::runtime_error("no process");
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    std::string line;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    if (!line.empty()) port = static_cast<std::uint16_t>(std::stoul(line));
  }
  ~Served() {
    if (process_ > 0) ::kill(process_, SIGKILL);
    wait();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  pid_t process() const { return process_; }
  // Its exit code; -1: a signal ended it.
  int wait() {
    if (process_ == 0) return code_;
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::uint16_t port = 0;  // 0: it did not serve.

 private:
  pid_t process_ = 0;
  int code_ = 0;
};

class Process : public testing::Test {
 protected:
  Process() : store(std::filesystem::path(testing::TempDir()) / ("process-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(store);
    Store::create(store, "agency");
    token = TokenFile(store).create({.id = {},
                                     .hash = {},
                                     .role = TokenRole::OFFICER,
                                     .name = "agency",
                                     .providers = {},
                                     .created_at = system_now(),
                                     .created_by = "tests",
                                     .expires_at = {},
                                     .revoked_at = {},
                                     .revoked_by = {}});
  }
  ~Process() override {
    std::filesystem::remove_all(store);
    std::filesystem::remove(store.string() + ".log");
  }

  HttpAnswer submit(std::uint16_t port, const std::string& id) const {
    SocketClient client(port);
    client.send(http_request("POST", "/v1/commands", token,
                             R"({"type":"publish_terms","command_id":")" + id + R"(","terms_version":")" + id + "\"}",
                             "Content-Type: application/json\r\n"));
    return client.answer();
  }

  std::filesystem::path store;
  std::string token;
};

TEST_F(Process, EndsInOrderOnSigterm) {
  Served served(store);
  ASSERT_NE(served.port, 0);
  const HttpAnswer answer = submit(served.port, "t1");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  ::kill(served.process(), SIGTERM);
  EXPECT_EQ(served.wait(), 0);
  Store opened(store);
  EXPECT_EQ(std::to_string(opened.log().head(0).position), member(answer.body, "last_position"));
  opened.close();
}

TEST_F(Process, KeepsEveryAnsweredCommandWhenItIsKilled) {
  Served served(store);
  std::string last;
  for (int i = 0; i < 50; ++i) last = member(submit(served.port, "k" + std::to_string(i)).body, "last_position");
  ::kill(served.process(), SIGKILL);
  EXPECT_EQ(served.wait(), -1);
  Store opened(store);
  EXPECT_EQ(std::to_string(opened.log().head(0).position), last);
  opened.close();
}

// A limit of files' sizes stands for a disk that takes no more. It is above what RocksDB's own log needs, which ends the process where it
// cannot be written.
TEST_F(Process, EndsWith10WhenTheStoreCannotRecordAndHasAllThatItAccepted) {
  Served served(store);
  ASSERT_NE(served.port, 0);
  const rlimit limit{.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(served.process(), RLIMIT_FSIZE, &limit, nullptr), 0);
  std::string lines;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = "t" + std::to_string(i);
    lines.append(R"({"type":"publish_terms","command_id":")").append(id).append(R"(","terms_version":")").append(id).append("\"}\n");
  }
  SocketClient client(served.port);
  std::thread sender([&] { client.send(http_request("POST", "/v1/commands", token, lines, "Content-Type: application/x-ndjson\r\n")); });
  const std::string answers = client.answer().body;
  EXPECT_EQ(served.wait(), 10);
  sender.join();
  EXPECT_THAT(answers, testing::HasSubstr("\"status\":\"failed\""));
  Store opened(store);
  const std::size_t accepted = answers.rfind("\"status\":\"accepted\"");
  ASSERT_NE(accepted, std::string::npos);
  EXPECT_GE(opened.log().head(0).position, std::stoull(member(answers.substr(accepted), "last_position")));
  opened.close();
}

TEST_F(Process, ReadsItsCertificateAgainOnSighup) {
  const TestAuthority authority;
  const std::string certificate = store / "node.pem";
  const std::string key = store / "node.key";
  authority.issue(certificate, key, "first");
  Served served(store, {"--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key});
  ASSERT_NE(served.port, 0);
  EXPECT_EQ(TlsClient(served.port, {}).server_name(), "first");
  authority.issue(certificate, key, "second");
  ::kill(served.process(), SIGHUP);
  std::string name;
  for (int i = 0; i < 200 && name != "second"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    name = TlsClient(served.port, {}).server_name();
  }
  EXPECT_EQ(name, "second");
  ::kill(served.process(), SIGTERM);
  EXPECT_EQ(served.wait(), 0);
}

TEST_F(Process, RefusesToListenBeyondTheLoopbackWithoutTls) {
  Served served(store, {"--listen", "0.0.0.0:0"});
  EXPECT_EQ(served.port, 0);
  EXPECT_EQ(served.wait(), 2);
  Served keyless(store, {"--listen", "127.0.0.1:0", "--tls-certificate", "x.pem"});
  EXPECT_EQ(keyless.wait(), 2);
}

TEST_F(Process, IsAloneOnItsStore) {
  Served served(store);
  ASSERT_NE(served.port, 0);
  Served second(store);
  EXPECT_EQ(second.port, 0);
  EXPECT_EQ(second.wait(), 6);
}

}  // namespace
}  // namespace muniment
