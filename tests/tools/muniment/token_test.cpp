#include "cli_fixture.h"
#include "tools/server/token_file.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class TokenCommand : public Cli {};

TEST_F(TokenCommand, ShowsATokenOnceAndListsItWithoutItsText) {
  const Ran made = ask({"token", "create", "--role", "auditor", "--name", "Ann", "--provider", "110012345 a"});
  ASSERT_EQ(made.code, ExitCode::ok) << made.err;
  EXPECT_THAT(made.out, testing::MatchesRegex("mnt_[0-9a-f]+\n"));
  const Ran list = ask({"token", "list", "-o", "ndjson"});
  EXPECT_EQ(member(list.out, "role"), "auditor");
  EXPECT_EQ(member(list.out, "name"), "ann");
  EXPECT_EQ(member(list.out, "providers"), "110012345A");
  EXPECT_EQ(member(list.out, "state"), "valid");
  EXPECT_EQ(list.out.find(made.out.substr(4, 64)), std::string::npos);
}

TEST_F(TokenCommand, RevokesByItsIdAndKeepsWhoHadIt) {
  ASSERT_EQ(ask({"token", "create", "--username", "MHughes1"}).code, ExitCode::ok);
  const std::string id = member(ask({"token", "list", "-o", "ndjson"}).out, "id");
  EXPECT_EQ(ask({"token", "revoke", id}).code, ExitCode::ok);
  const Ran list = ask({"token", "list", "-o", "ndjson"});
  EXPECT_EQ(member(list.out, "name"), "mhughes1");
  EXPECT_EQ(member(list.out, "state"), "revoked");
  EXPECT_EQ(ask({"token", "revoke", "0000"}).code, ExitCode::not_found);
}

TEST_F(TokenCommand, RefusesWhatMakesNoToken) {
  EXPECT_EQ(ask({"token", "create"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--username", "jdoe1", "--role", "officer"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--username", "jdoe1", "--provider", "110012345A"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "king"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "auditor", "--name", "a b"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "auditor", "--expires", "2001-01-01"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "auditor", "--provider", "12"}).code, ExitCode::usage);
  EXPECT_EQ(run({"--store", (folder / "none").string(), "token", "list"}).code, ExitCode::not_found);
  EXPECT_TRUE(TokenFile(store).read().empty());
}

TEST_F(TokenCommand, SaysThatADamagedFileIsDamaged) {
  write_file(store / "tokens", "something else\n");
  const Ran ran = ask({"token", "list"});
  EXPECT_EQ(ran.code, ExitCode::integrity);
  EXPECT_THAT(ran.err, HasSubstr("line 1"));
}

TEST_F(TokenCommand, ServesOnTheLoopbackOnly) {
  const Ran ran = ask({"serve", "--listen", "0.0.0.0:8080"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("TLS"));
}

}  // namespace
}  // namespace muniment
