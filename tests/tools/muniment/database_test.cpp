// A store whose log is in a database, by the program alone: from one folder into it, served there, and back.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/events/log/postgres_server.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class InADatabase : public testing::Test {
 protected:
  void SetUp() override {
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << no_postgres;
    url_ = server->fresh();
    ASSERT_EQ(shell("$muniment init store --officer agency"), 0);
    ASSERT_EQ(shell("$muniment submit $source/tools/sample/day.jsonl"), 2) << "for the malformed lines of the day";
  }

  // The exit code. What it prints is in the files `out` and `err`.
  int shell(const std::string& command) const {
    const std::string line = "cd '" + folder_.path().string() + "' && export MUNIMENT_STORE=store source='" + project_folder().string() +
                             "' muniment='" + muniment_program() + "' url='" + url_ + "'; { " + command + "; } >out 2>err";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string content_of(const std::string& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TempFolder folder_;
  std::string url_;
};

TEST_F(InADatabase, IsMovedServedAndMovedBack) {
  ASSERT_EQ(shell("$muniment events >before && $muniment migrate --from store --to \"$url\""), 0) << content_of("err");
  EXPECT_THAT(content_of("err"), AllOf(HasSubstr("moved positions 1 to "), HasSubstr("read again: the root is the log's"),
                                       HasSubstr("kept as it was, until you remove it: store/log.moved-1")));
  ASSERT_EQ(shell("$muniment events >after && cmp before after"), 0) << content_of("err");
  EXPECT_EQ(shell("$muniment verify"), 4);
  EXPECT_EQ(shell("$muniment backup log backups"), 4);

  // A node of it takes a command, and its tiles and checkpoint are those of the records: export log writes what they are.
  ASSERT_EQ(
      shell(
          "token=$($muniment token create --role officer --name agency 2>err.token) || exit 1\n"
          "$muniment serve --log \"$url\" --listen 127.0.0.1:0 >port 2>node &\n"
          "node=$!\n"
          "for i in $(seq 600); do [ -s port ] && break; sleep 0.1; done\n"
          "echo '{\"type\":\"publish_terms\",\"command_id\":\"in-a-database\",\"actor\":\"officer:agency\",\"terms_version\":\"2024-01\"}' "
          ">one\n"
          "MUNIMENT_TOKEN=$token MUNIMENT_STORE= $muniment --server http://127.0.0.1:$(cat port) submit one; code=$?\n"
          "kill -TERM $node; wait $node || code=$((code + 100)); (exit $code)"),
      0)
      << content_of("err") << content_of("node");
  EXPECT_THAT(content_of("out"), HasSubstr("\"in-a-database\""));
  EXPECT_THAT(content_of("node"), Not(HasSubstr("altered")));
  ASSERT_EQ(shell("$muniment events >served && $muniment export log exported"), 0) << content_of("err");

  ASSERT_EQ(shell("$muniment migrate --from \"$url\" --to store"), 0) << content_of("err");
  ASSERT_EQ(shell("$muniment verify"), 0) << content_of("err");
  ASSERT_EQ(shell("$muniment events --to $(wc -l <served) >after && cmp served after"), 0) << content_of("err");
  ASSERT_EQ(shell("grep -q in-a-database served"), 0);
}

TEST_F(InADatabase, RefusesWhatIsNoMove) {
  EXPECT_EQ(shell("$muniment migrate --from store --to elsewhere"), 2);
  EXPECT_EQ(shell("$muniment migrate --from \"$url\" --to \"$url\""), 2);
  EXPECT_EQ(shell("$muniment migrate --from nowhere --to \"$url\""), 3);
  EXPECT_EQ(shell("$muniment migrate --from \"$url\" --to store"), 4);
  EXPECT_EQ(shell("$muniment migrate --from store --to postgres://agency:sesame@db1/log"), 2);
  EXPECT_THAT(content_of("err"), AllOf(HasSubstr("PGPASSFILE"), Not(HasSubstr("sesame"))));
  EXPECT_EQ(shell("$muniment serve --log \"$url\" --listen 127.0.0.1:0"), 4);
  EXPECT_THAT(content_of("err"), HasSubstr("`muniment migrate` moves it there"));
  EXPECT_EQ(shell("$muniment serve --log postgres://agency:se@sesame@db1/log --listen 127.0.0.1:0"), 2);
  EXPECT_THAT(content_of("err"), Not(HasSubstr("sesame")));
  EXPECT_EQ(shell("$muniment serve --log postgres://agency:sesame@db1/log --check-config"), 0);
  EXPECT_THAT(content_of("out"), AllOf(HasSubstr("log = \"postgres://agency@db1/log\"  # --log"), Not(HasSubstr("sesame"))));
  EXPECT_EQ(shell("$muniment migrate --from store --to \"$url\" --dry-run"), 0);
  EXPECT_THAT(content_of("err"), HasSubstr("dry run: would move positions 1 to "));
  EXPECT_EQ(shell("$muniment verify"), 0);
}

TEST_F(InADatabase, HasItsVaultMovedIntoAnotherAndBack) {
  const std::string vault = "vault='" + PostgresServer::shared()->fresh_database() + "'; ";
  ASSERT_EQ(shell(vault + "$muniment migrate --vault --from store --to \"$vault\" --dry-run"), 0) << content_of("err");
  EXPECT_THAT(content_of("err"), HasSubstr("dry run: would move the vault, "));
  ASSERT_EQ(shell("$muniment events --open >before"), 0) << content_of("err");
  ASSERT_EQ(shell(vault + "$muniment migrate --vault --from store --to \"$vault\""), 0) << content_of("err");
  EXPECT_THAT(content_of("err"),
              AllOf(HasSubstr("moved the vault to postgres://postgres@"), HasSubstr("store/vault.moved-1; remove it soon")));
  ASSERT_EQ(shell("$muniment events --open >after && cmp before after"), 0) << content_of("err");
  EXPECT_EQ(shell("$muniment keys drill --epoch-key store/keys/epoch.key"), 0) << content_of("err");
  EXPECT_EQ(shell("$muniment backup vault copy && $muniment keys drill --epoch-key store/keys/epoch.key --vault-backup copy"), 0);
  EXPECT_EQ(shell("$muniment restore vault copy"), 4);
  EXPECT_NE(shell(vault + "$muniment migrate --from store --to \"$vault\""), 0) << "keys and log are not to be in one place";
  EXPECT_THAT(content_of("err"), HasSubstr("a vault is kept in the same database"));
  EXPECT_EQ(shell("$muniment migrate --vault --from store --to postgres://agency:sesame@db1/vault"), 2);
  EXPECT_THAT(content_of("err"), AllOf(HasSubstr("PGPASSFILE"), Not(HasSubstr("sesame"))));
  ASSERT_EQ(shell(vault + "$muniment migrate --vault --from \"$vault\" --to store"), 0) << content_of("err");
  ASSERT_EQ(shell("$muniment events --open >after && cmp before after"), 0) << content_of("err");
  EXPECT_EQ(shell(vault + "$muniment serve --vault \"$vault\" --listen 127.0.0.1:0"), 4);
  EXPECT_THAT(content_of("err"), HasSubstr("`muniment migrate --vault` moves it there"));
}

}  // namespace
}  // namespace muniment
