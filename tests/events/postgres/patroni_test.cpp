// Whatever answers where Patroni should, it is known within the deadline who says yes, or that nobody does.
#include "events/postgres/patroni.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <string>
#include <thread>

namespace muniment {
namespace {

using namespace std::chrono_literals;

// Listens on a port of its own, and does with each connection what it is told.
class Answerer {
 public:
  // Null: it takes connections and never looks at them.
  explicit Answerer(std::function<void(int)> answer)
      : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), answer_(std::move(answer)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listening_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listening_, 8) != 0) std::abort();
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (answer_) thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Answerer() {
    thread_ = {};
    ::close(listening_);
  }
  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;

  PostgresHost host() const { return {"127.0.0.1", std::to_string(port_)}; }
  const std::string& request() const { return request_; }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{.fd = listening_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) != 1) continue;
      const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      std::array<char, 512> bytes{};
      const ssize_t got = ::recv(client, bytes.data(), bytes.size(), 0);
      request_.assign(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      answer_(client);
      ::close(client);
    }
  }

  int listening_;
  std::uint16_t port_ = 0;
  std::function<void(int)> answer_;
  std::string request_;
  std::jthread thread_;
};

std::function<void(int)> says(const std::string& text) {
  return [text](int client) { ::send(client, text.data(), text.size(), MSG_NOSIGNAL); };
}

const std::string yes = "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"role\": \"master\"}";
const std::string no = "HTTP/1.0 503 Service Unavailable\r\n\r\n{\"role\": \"replica\"}";

std::optional<std::size_t> asked(const std::list<Answerer>& all, std::chrono::milliseconds deadline = 3s) {
  std::vector<PostgresHost> hosts;
  for (const Answerer& one : all) hosts.push_back(one.host());
  return first_to_say_yes(hosts, "/primary", deadline);
}

// Whether what it answers counts as a yes.
std::optional<std::size_t> answered(const std::string& text) {
  std::list<Answerer> all;
  all.emplace_back(says(text));
  return asked(all);
}

TEST(Patroni, SaysWhichOfThemIsThePrimary) {
  std::list<Answerer> all;
  all.emplace_back(says(no));
  all.emplace_back(says(yes));
  all.emplace_back(says(no));
  EXPECT_EQ(asked(all), 1u);
  EXPECT_EQ(std::next(all.begin())->request().substr(0, 23), "GET /primary HTTP/1.0\r\n");
}

TEST(Patroni, SaysNothingWhereNobodyIs) {
  std::list<Answerer> all;
  all.emplace_back(says(no));
  all.emplace_back(says(no));
  EXPECT_EQ(asked(all), std::nullopt);
  EXPECT_EQ(first_to_say_yes({}, "/primary", 3s), std::nullopt);
}

TEST(Patroni, IsNotWaitedForWhereAnotherHasSaidYes) {
  std::list<Answerer> all;
  all.emplace_back(nullptr);
  all.emplace_back(says(yes));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asked(all, 20s), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(Patroni, IsWaitedForUntilTheDeadlineAndNoLonger) {
  std::list<Answerer> all;
  all.emplace_back(nullptr);
  all.emplace_back([](int client) {  // A byte now and then, which never makes a line.
    for (int i = 0; i < 20; ++i) {
      ::send(client, "H", 1, MSG_NOSIGNAL);
      std::this_thread::sleep_for(50ms);
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asked(all, 400ms), std::nullopt);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 400ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Patroni, IsUnderstoodInPieces) {
  std::list<Answerer> all;
  all.emplace_back([](int client) {
    for (const char c : yes.substr(0, 20)) {
      ::send(client, &c, 1, MSG_NOSIGNAL);
      std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_EQ(asked(all), 0u);
}

TEST(Patroni, IsNotThereWhereNobodyListens) {
  std::list<Answerer> all;
  all.emplace_back(says(yes));
  std::vector<PostgresHost> hosts{{"127.0.0.1", "1"}, all.front().host(), {"no-such-host.invalid", "8008"}};
  EXPECT_EQ(first_to_say_yes(hosts, "/primary", 3s), 1u);
  hosts.erase(hosts.begin() + 1);
  EXPECT_EQ(first_to_say_yes(hosts, "/primary", 3s), std::nullopt);
}

TEST(Patroni, IsNotBelievedWhereItSpeaksSomethingElse) {
  EXPECT_EQ(answered("HTTP/1.1 200\r\n"), 0u);
  EXPECT_EQ(answered("HTTP/1.1 200 OK\n"), 0u);
  for (const std::string text : {"", "\n", "HTTP/1.1 200", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 503 200 OK\r\n", "HTTP/2 200 OK\r\n",
                                 "HTTP/1.1  200 OK\r\n", "200 OK\r\n", "SSH-2.0-OpenSSH_9.2\r\nHTTP/1.1 200 OK\r\n"}) {
    EXPECT_EQ(answered(text), std::nullopt) << text;
  }
  EXPECT_EQ(answered(std::string(1 << 20, 'x')), std::nullopt);
  EXPECT_EQ(answered(std::string(300, ' ') + "\nHTTP/1.1 200 OK\r\n"), std::nullopt);
  EXPECT_EQ(answered(std::string("\0\xff\x16\x03\n", 5)), std::nullopt);
}

}  // namespace
}  // namespace muniment
