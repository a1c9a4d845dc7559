// The program itself, as a process.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "make_token.h"
#include "node_fixture.h"
#include "served.h"
#include "socket_client.h"
#include "test_certificates.h"
#include "tls_client.h"
#include "tools/server/service_manager.h"

namespace muniment {
namespace {

class Process : public testing::Test {
 protected:
  Process() : store(std::filesystem::path(testing::TempDir()) / ("process-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(store);
    Store::create(store, "agency");
    token = TokenFile(store).create(make_token(TokenRole::OFFICER, "agency"));
  }
  ~Process() override {
    std::filesystem::remove_all(store);
    std::filesystem::remove(store.string() + ".log");
  }

  SocketAnswer submit(std::uint16_t port, const std::string& id) const {
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
  const SocketAnswer answer = submit(served.port, "t1");
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

// A limit of files' sizes stands for a disk that takes no more.
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

// What stands in for a service manager.
class NotifySocket {
 public:
  explicit NotifySocket(const std::filesystem::path& file) : file_(file), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = file.string();
    std::copy(name.begin(), name.end(), address.sun_path);
    std::filesystem::remove(file);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("no socket");
    const timeval wait{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~NotifySocket() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
    std::filesystem::remove(file_);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // What is told next; empty: nothing was, for long.
  std::string next() {
    std::array<char, 256> text{};
    const ssize_t size = ::recv(socket_, text.data(), text.size(), 0);
    return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : std::string{};
  }

 private:
  std::filesystem::path file_;
  int socket_;
};

TEST_F(Process, TellsItsServiceManagerThatItIsReadyAliveAndStopping) {
  NotifySocket manager(store.string() + ".socket");
  Served served(store);
  EXPECT_EQ(manager.next(), "READY=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  ::kill(served.process(), SIGTERM);
  std::string told;
  do told = manager.next();
  while (told == "WATCHDOG=1");
  EXPECT_EQ(told, "STOPPING=1");
  EXPECT_EQ(served.wait(), 0);
}

// From one node to the next a database may be waited for longer than a manager waits for a sign.
TEST_F(Process, GivesSignsOfLifeBetweenTwoNodesForSoLongAtMost) {
  NotifySocket socket(store.string() + ".socket");
  const ServiceManager manager;
  {
    const SignsOfLife signs(manager, {.every = std::chrono::milliseconds{20}, .time_max = std::chrono::milliseconds{200}});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(socket.next(), "WATCHDOG=1");
    std::this_thread::sleep_for(std::chrono::milliseconds{600});
    manager.tell("STATUS=quiet");
    int more = 0;
    while (socket.next() == "WATCHDOG=1") ++more;
    EXPECT_LE(more, 7) << "not for ever";
    manager.tell("STATUS=still quiet");
    EXPECT_EQ(socket.next(), "STATUS=still quiet");
  }
  {
    const SignsOfLife signs(manager);
    EXPECT_EQ(socket.next(), "WATCHDOG=1");
  }
  manager.tell("STATUS=ended");
  EXPECT_EQ(socket.next(), "STATUS=ended") << "nor after its end";
}

// Not a byte more, in no file: also none of those that RocksDB would write about itself.
TEST_F(Process, EndsWith10WhereNoFileTakesAnotherByte) {
  Served served(store);
  ASSERT_NE(served.port, 0);
  const std::string last = member(submit(served.port, "f1").body, "last_position");
  const rlimit limit{.rlim_cur = 1, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(served.process(), RLIMIT_FSIZE, &limit, nullptr), 0);
  submit(served.port, "f2");
  EXPECT_EQ(served.wait(), 10);
  Store opened(store);
  EXPECT_GE(opened.log().head(0).position, std::stoull(last));
  opened.close();
}

TEST_F(Process, TakesTheEpochKeyFromItsCredentials) {
  const std::filesystem::path credentials = store.string() + ".credentials";
  std::filesystem::create_directories(credentials);
  std::filesystem::rename(store / "keys/epoch.key", credentials / "muniment.epoch-key");
  {
    Served without(store);
    EXPECT_EQ(without.port, 0);
    EXPECT_EQ(without.wait(), 6);
  }
  ::setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1);
  {
    Served served(store);
    EXPECT_NE(served.port, 0);
    EXPECT_EQ(submit(served.port, "t1").status, 200U);
  }
  ::unsetenv("CREDENTIALS_DIRECTORY");
  std::filesystem::rename(credentials / "muniment.epoch-key", store / "keys/epoch.key");
  std::filesystem::remove_all(credentials);
}

// A disk of its own, which is filled.
TEST_F(Process, RefusesCommandsOnAFullDiskAndTakesThemAgainWhenThereIsRoom) {
  const std::filesystem::path disk = store.string() + ".disk";
  std::filesystem::create_directories(disk);
  if (std::system(("mount -t tmpfs -o size=400m none " + disk.string() + " 2>/dev/null").c_str()) != 0) {
    std::filesystem::remove(disk);
    GTEST_SKIP() << "left out: no disk may be mounted here";
  }
  {
    std::filesystem::copy(store, disk / "store", std::filesystem::copy_options::recursive);
    const Served served(disk / "store", {"--listen", "127.0.0.1:0", "--disk-reserve-bytes", "150000000"});
    ASSERT_NE(served.port, 0);
    EXPECT_EQ(submit(served.port, "d1").status, 200U);
    const auto space = std::filesystem::space(disk).available;
    ASSERT_GT(space, 250'000'000U);
    std::ofstream(disk / "filler").close();
    const int filler = ::open((disk / "filler").c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::posix_fallocate(filler, 0, static_cast<off_t>(space - 100'000'000)), 0);
    ::close(filler);
    const auto status_becomes = [&](unsigned status) {
      for (int i = 0; i < 300; ++i) {
        if (submit(served.port, "d2").status == status) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
      }
      return false;
    };
    EXPECT_TRUE(status_becomes(503));
    EXPECT_THAT(submit(served.port, "d2").body, testing::HasSubstr("/problems/disk_reserve\""));
    SocketClient question(served.port);
    question.send(http_request("GET", "/v1/events", token));
    EXPECT_EQ(question.answer().status, 200U);
    std::filesystem::remove(disk / "filler");
    EXPECT_TRUE(status_becomes(200));
  }
  EXPECT_EQ(std::system(("umount " + disk.string()).c_str()), 0);
  std::filesystem::remove(disk);
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

// Whether the process holds the signal back.
bool is_holding(pid_t process, int number) {
  constexpr std::string_view name = "SigBlk:";
  constexpr int digits = 16;
  std::ifstream in("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return (std::stoull(line.substr(name.size()), nullptr, digits) >> (number - 1) & 1U) != 0;
  }
  return false;
}

TEST_F(Process, ReadsItsCertificateAgainOnASighupThatComesBeforeItListens) {
  const TestAuthority authority;
  const std::string certificate = store / "node.pem";
  const std::string key = store / "node.key";
  authority.issue(certificate, key, "first");
  bool was_sent = false;
  const Served served(store, {"--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key}, [&](pid_t process) {
    for (int i = 0; i < 20'000 && !is_holding(process, SIGHUP); ++i) std::this_thread::sleep_for(std::chrono::microseconds{500});
    authority.issue(certificate, key, "second");
    was_sent = ::kill(process, SIGHUP) == 0;
  });
  EXPECT_TRUE(was_sent);
  ASSERT_NE(served.port, 0) << "it ended the process";
  std::string name;
  for (int i = 0; i < 200 && name != "second"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    name = TlsClient(served.port, {}).server_name();
  }
  EXPECT_EQ(name, "second");
}

TEST_F(Process, DoesNotServeWithACertificateThatItCannotUse) {
  Served keyless(store, {"--listen", "127.0.0.1:0", "--tls-certificate", "x.pem"});
  EXPECT_EQ(keyless.port, 0);
  EXPECT_EQ(keyless.wait(), 2);
  Served absent(store, {"--listen", "127.0.0.1:0", "--tls-certificate", "x.pem", "--tls-key", "x.key"});
  EXPECT_EQ(absent.port, 0);
  EXPECT_EQ(absent.wait(), 2);
}

// Nothing was opened, so nothing has to be checked again.
TEST_F(Process, LeavesItsStoreInOrderWhereItCannotServe) {
  const auto is_in_order = [this] {
    Store opened(store);
    const bool out = opened.log_in_folder("a test").was_closed_cleanly();
    opened.close();
    return out;
  };
  EXPECT_TRUE(is_in_order());
  const TestAuthority authority;
  authority.issue(store / "node.pem", store / "node.key", "node");
  const std::string key = store / "node.key";
  ASSERT_EQ(std::system(("openssl pkcs8 -topk8 -passout pass:secret -in " + key + " -out " + key + ".locked 2>/dev/null").c_str()), 0);
  Served locked(store, {"--listen", "127.0.0.1:0", "--tls-certificate", store / "node.pem", "--tls-key", key + ".locked"});
  EXPECT_EQ(locked.wait(), 2);
  EXPECT_TRUE(is_in_order());
  const std::filesystem::path other = store.string() + ".other";
  Store::create(other, "agency");
  const Served first(other);
  Served second(store, {"--listen", "127.0.0.1:" + std::to_string(first.port)});
  EXPECT_EQ(second.wait(), 2);
  EXPECT_TRUE(is_in_order());
  std::filesystem::remove_all(other);
  std::filesystem::remove(other.string() + ".log");
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
