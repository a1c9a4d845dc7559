// Which of several servers a session is made with.
#include "events/log/postgres_sessions.h"

#include "tests/events/log/postgres_fixture.h"
#include "tests/events/log/postgres_proxy.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

// Two hosts, both of which take sessions: the server, and a proxy before it.
class PostgresSessionsTest : public PostgresLogTest {
 protected:
  void SetUp() override {
    PostgresLogTest::SetUp();
    if (server_ == nullptr) return;
    proxy_.emplace(folder_ / "proxy", server_->socket_folder());
    const PostgresUrl url(
        fmt::format("postgres://postgres@/postgres?host={},{}", server_->socket_folder().string(), proxy_->folder().string()));
    sessions_.emplace(url, 0, 3s, 5s, [](PostgresTables&, const PostgresHost&) {});
  }
  std::string connected() { return sessions_->connect()->host().name; }
  // By a session that is lent.
  std::string asked() {
    return sessions_->attempt([](PostgresTables& tables) { return tables.host().name; });
  }
  std::string the_server() const { return server_->socket_folder(); }
  std::string the_proxy() const { return proxy_->folder(); }

  std::optional<PostgresProxy> proxy_;
  std::optional<PostgresSessions> sessions_;
};

TEST_F(PostgresSessionsTest, StayWithTheHostThatIsOfUse) {
  EXPECT_EQ(connected(), the_server());
  EXPECT_EQ(connected(), the_server());
}

TEST_F(PostgresSessionsTest, BeginWithAnotherHostThanTheOneWhereSomethingFailed) {
  const auto session = sessions_->connect();
  sessions_->distrust(session->host());
  EXPECT_EQ(connected(), the_proxy());
  EXPECT_EQ(connected(), the_proxy());
}

// As of the thread that appends and the one that renews the lease: both had sessions with a primary that is one no more.
TEST_F(PostgresSessionsTest, DoNotComeBackToItWhereItFailsForTwoAtOnce) {
  const auto one = sessions_->connect();
  const auto other = sessions_->connect();
  sessions_->distrust(one->host());
  sessions_->distrust(other->host());
  EXPECT_EQ(connected(), the_proxy());
}

// It works, and what it is with may be a primary no more.
TEST_F(PostgresSessionsTest, LendNoneThatWasIdleWhenSomethingFailed) {
  EXPECT_EQ(asked(), the_server());
  sessions_->distrust(sessions_->connect()->host());
  EXPECT_EQ(asked(), the_proxy());
}

TEST_F(PostgresSessionsTest, TakeNoneBackThatWasLentWhenSomethingFailed) {
  sessions_->attempt([&](PostgresTables& tables) {
    sessions_->distrust(tables.host());
    return true;
  });
  EXPECT_EQ(asked(), the_proxy());
}

TEST_F(PostgresSessionsTest, GoOnWithTheSameHostWhereAnotherFailed) {
  EXPECT_EQ(asked(), the_server());
  sessions_->distrust({.name = "elsewhere", .port = ""});
  EXPECT_EQ(asked(), the_server());
}

TEST_F(PostgresSessionsTest, BeginElsewhereAfterAQuestionThatFailed) {
  EXPECT_THROW(sessions_->attempt([](PostgresTables&) -> int { throw PostgresLost("gone"); }), PostgresLost);
  EXPECT_EQ(connected(), the_proxy());
}

}  // namespace
}  // namespace muniment
