#include "tools/server/https_get.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "one_answer.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using test::answer;
using test::OneAnswer;

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

TEST(ShownUrl, SaysWhereItLeadsAndNotWhatItCarries) {
  EXPECT_EQ(shown_url("https://hub.example"), "https://hub.example");
  EXPECT_EQ(shown_url("https://hub.example/"), "https://hub.example");
  EXPECT_EQ(shown_url("http://127.0.0.1:8080/h?key=SECRET"), "http://127.0.0.1:8080/...");
  EXPECT_EQ(shown_url("https://hub.example?sig=SECRET"), "https://hub.example/...");
  EXPECT_EQ(shown_url("https://user:SECRET@[::1]:99/services/T000"), "https://[::1]:99/...");
  EXPECT_EQ(shown_url("SECRET is no URL"), "(no URL)");
  EXPECT_EQ(shown_url(""), "");
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

TEST(HttpsExchange, IsContentWithAStatusWhereThatIsEnough) {
  const std::string nothing;
  for (const auto& [bytes, open_for] : {std::pair{answer("201 Created", std::string(100'000, ' ')), 0ms},
                                        std::pair{std::string{"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n"}, 2000ms},
                                        std::pair{"HTTP/1.1 100 Continue\r\n\r\n" + answer("201 Created", "well"), 0ms}}) {
    const OneAnswer server(bytes, open_for);
    const auto got = https_exchange({.url = server.url, .bytes_max = 50'000, .is_status_enough = true}, &nothing);
    ASSERT_TRUE(got) << got.error();
    EXPECT_EQ(got->status, 201U);
    EXPECT_EQ(got->body, "");
  }
}

TEST(HttpsExchange, IsNotContentWithNoStatusOrOneThatIsNotTheLast) {
  const std::string nothing;
  for (const char* bytes : {"HTTP/1.1 100 Continue\r\n\r\n", ""}) {
    const OneAnswer server(bytes);
    EXPECT_FALSE(https_exchange({.url = server.url, .time_max = 500ms, .is_status_enough = true}, &nothing)) << bytes;
  }
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
