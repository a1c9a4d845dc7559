#include "tools/server/https_get.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <thread>

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Gives one connection these bytes, whatever it asks, and keeps it open a while.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes, std::chrono::milliseconds open_for = 0ms) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    socklen_t size = sizeof generic;
    ::bind(socket_, &generic, size);
    ::listen(socket_, 1);
    ::getsockname(socket_, &generic, &size);
    std::memcpy(&address, &generic, sizeof address);
    url = fmt::format("http://127.0.0.1:{}/keys", ntohs(address.sin_port));
    thread_ = std::jthread([this, bytes = std::move(bytes), open_for] {
      const int accepted = ::accept(socket_, nullptr, nullptr);
      std::array<char, 4096> request{};
      if (::recv(accepted, request.data(), request.size(), 0) > 0) ::send(accepted, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      std::this_thread::sleep_for(open_for);
      ::close(accepted);
    });
  }
  ~OneAnswer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  std::string url;

 private:
  int socket_;
  std::jthread thread_;
};

std::string answer(const std::string& status, const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}", status, body.size(), headers, body);
}

TEST(HttpsGet, TakesADocumentFromTheLoopback) {
  const OneAnswer server(answer("200 OK", "{\"keys\":[]}"));
  EXPECT_EQ(https_get({.url = server.url}).value(), "{\"keys\":[]}");
}

TEST(HttpsGet, TakesNothingInPlainFromElsewhereNorByAnotherScheme) {
  for (const char* url : {"http://192.0.2.1/keys", "http://login.example/keys", "http://127.0.0.1.example/", "ftp://127.0.0.1/",
                          "file:///etc/passwd", "https://user:secret@127.0.0.1/", "keys", "", "http://127.0.0.1@192.0.2.1/"}) {
    EXPECT_THAT(https_get({.url = url}).error(), HasSubstr("not https")) << url;
  }
}

TEST(HttpsGet, TakesWhatIsSignedByItselfInPlainFromAnywhere) {
  EXPECT_FALSE(may_be_fetched("http://clock.example/tsr"));
  EXPECT_TRUE(may_be_fetched("http://clock.example/tsr", true));
  for (const char* url : {"ftp://clock.example/", "file:///etc/passwd", "http://user:secret@clock.example/", ""})
    EXPECT_FALSE(may_be_fetched(url, true)) << url;
}

TEST(HttpsGet, FollowsNoRedirect) {
  const OneAnswer server(answer("302 Found", "", "Location: http://127.0.0.1:1/\r\n"));
  EXPECT_THAT(https_get({.url = server.url}).error(), HasSubstr("302"));
}

TEST(HttpsGet, TakesNoAnswerThatIsAnError) {
  const OneAnswer server(answer("500 Internal Server Error", "{}"));
  EXPECT_THAT(https_get({.url = server.url}).error(), HasSubstr("500"));
}

TEST(HttpsGet, TakesNoMoreThanSoManyBytes) {
  const OneAnswer server(answer("200 OK", std::string(100'000, ' ')));
  EXPECT_THAT(https_get({.url = server.url, .bytes_max = 50'000}).error(), HasSubstr("larger than 50000"));
}

TEST(HttpsGet, TakesNoLongerThanItsTime) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1", 3s);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(https_get({.url = server.url, .time_max = 200ms}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST(HttpsGet, EndsWhenItIsToldTo) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1", 5s);
  std::atomic<bool> is_stopping{false};
  std::jthread stopper([&is_stopping] {
    std::this_thread::sleep_for(100ms);
    is_stopping = true;
  });
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(https_get({.url = server.url, .is_stopping = &is_stopping}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

}  // namespace
}  // namespace muniment
