// A URL of a log is taken as libpq takes it, and nothing that is told of it has its password: not where it is one, and not where it is
// none.
#include "events/postgres/postgres_url.h"

#include <gmock/gmock.h>

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresUrl, NamesItsHosts) {
  const PostgresUrl url("postgres://audit@db1:5433,db2,[::1]:5434/muniment?sslmode=verify-full");
  ASSERT_EQ(url.hosts().size(), 3u);
  EXPECT_EQ(url.hosts()[0].shown(), "db1:5433");
  EXPECT_EQ(url.hosts()[1].shown(), "db2");
  EXPECT_EQ(url.hosts()[2].shown(), "::1:5434");
  EXPECT_EQ(url.shown(), "postgres://audit@db1:5433,db2,::1:5434/muniment");
}

TEST(PostgresUrl, TakesTheFolderOfASocket) {
  const PostgresUrl url("postgresql://audit@/muniment?host=/run/postgresql");
  ASSERT_EQ(url.hosts().size(), 1u);
  EXPECT_EQ(url.hosts()[0].name, "/run/postgresql");
}

TEST(PostgresUrl, NamesWherePatroniAnswersOfEachHost) {
  const PostgresUrl url("postgres://audit@db1,db2:5433/muniment?sslmode=require&patroni=db1:8008,10.0.0.2:8009&connect_timeout=2");
  ASSERT_EQ(url.patroni().size(), 2u);
  EXPECT_EQ(url.patroni()[0].shown(), "db1:8008");
  EXPECT_EQ(url.patroni()[1].shown(), "10.0.0.2:8009");
  EXPECT_EQ(url.settings().size(), 4u);  // User, database and what libpq knows: it is not told of the other.
  EXPECT_EQ(url.shown(), "postgres://audit@db1,db2:5433/muniment");
  EXPECT_TRUE(PostgresUrl("postgres://audit@db1/muniment").patroni().empty());
  EXPECT_EQ(PostgresUrl("postgres://audit@db1/muniment?patroni=db1:8008").patroni().size(), 1u);
}

// A sign that an option begins with may stand in a password.
TEST(PostgresUrl, TakesNothingOfAPasswordForWherePatroniAnswers) {
  const PostgresUrl url("postgres://audit:se?patroni=x@db1/muniment");
  EXPECT_TRUE(url.patroni().empty());
  EXPECT_EQ(url.without_password("se?patroni=x"), "...");
}

TEST(PostgresUrl, ShowsNoPassword) {
  const PostgresUrl url("postgres://audit:sesame%40@db1/muniment?application_name=x");
  EXPECT_EQ(url.shown(), "postgres://audit@db1/muniment");
  EXPECT_EQ(url.without_password("refused: sesame@, sesame@"), "refused: ..., ...");
  EXPECT_EQ(PostgresUrl("postgres://audit:.@db1/muniment").without_password("a.b"), "a...b");
}

// Whichever sign the password has that ends it too early, what is left of it is not told.
TEST(PostgresUrl, RefusesWhatIsNoneWithoutRepeatingIt) {
  const char* const wrong[] = {
      "sesame",
      "http://audit:sesame@db1/muniment",
      "postgres://audit:se@sesame@db1/muniment",
      "postgres://audit:se/sesame@db1/muniment",
      "postgres://audit:12/sesame@db1/muniment",
      "postgres://audit:se%sesame@db1/muniment",
      "postgres://audit:x@db1:sesame/muniment",
      "postgres://audit:se#sesame@db1:5433,db2/muniment#sesame@",
      "postgres://db1/muniment?sesame",
      "postgres://db1/muniment?sesame=1",
      "postgres://db1/muniment?hostaddr=127.0.0.1",
      "postgres://db1:1,db2:2,db3/muniment?port=1,2",
      "postgres://db1,db2/muniment?patroni=sesame:8008",
      "postgres://db1/muniment?patroni=",
      "postgres://db1/muniment?patroni=sesame",
      "postgres://db1/muniment?patroni=sesame:",
      "postgres://db1/muniment?patroni=:8008",
      "postgres://db1/muniment?patroni=db1:sesame",
      "postgres://db1/muniment?patroni=db1:8008,",
      "postgres://db1/muniment?patroni=http://sesame:8008",
      "postgres://db1/muniment?patroni=db1:8008/sesame@",
      "postgres://db1/muniment?patroni=db1:8008&patroni=sesame:8008",
  };
  for (const char* const url : wrong) {
    try {
      const PostgresUrl taken(url);
      ADD_FAILURE() << url << " was taken as " << taken.shown();
    } catch (const BadPostgresUrl& bad) {
      EXPECT_THAT(bad.what(), HasSubstr("postgres://user@host:port/database")) << url;
      EXPECT_THAT(bad.what(), Not(HasSubstr("sesame"))) << url;
    }
  }
}

}  // namespace
}  // namespace muniment
