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

TEST_F(TokenCommand, ChangesNothingInADryRunThatSaysWhatItWouldDo) {
  const Ran made = ask({"token", "create", "--role", "auditor", "--name", "ann", "--dry-run"});
  EXPECT_EQ(made.code, ExitCode::ok) << made.err;
  EXPECT_EQ(made.out, "");
  EXPECT_THAT(made.err, HasSubstr("dry run: would make a token for ann, auditor"));
  const std::string fingerprint(64, 'a');
  const std::vector<std::string> certificate{"token",    "create", "--role", "auditor", "--name", "ann", "--certificate-fingerprint",
                                             fingerprint};
  std::vector<std::string> rehearsed = certificate;
  rehearsed.emplace_back("--dry-run");
  EXPECT_THAT(ask(rehearsed).err, HasSubstr("dry run: would register a certificate for ann, auditor"));
  EXPECT_EQ(ask({"token", "list", "-o", "ndjson"}).out, "");

  ASSERT_EQ(ask(certificate).code, ExitCode::ok);
  EXPECT_EQ(ask(rehearsed).code, ExitCode::refused) << "it is registered";
  const std::string before = ask({"token", "list", "-o", "ndjson"}).out;
  for (const char* change : {"suspend", "resume", "revoke"}) {
    const Ran ran = ask({"token", change, member(before, "id"), "--dry-run"});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(std::string{"dry run: would "} + change + " token " + member(before, "id")));
    EXPECT_EQ(ask({"token", change, "0000", "--dry-run"}).code, ExitCode::not_found);
  }
  EXPECT_EQ(ask({"token", "list", "-o", "ndjson"}).out, before);
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

TEST_F(TokenCommand, SuspendsAndResumesByItsId) {
  ASSERT_EQ(ask({"token", "create", "--role", "submitter", "--name", "portal", "--daily-quota", "5000"}).code, ExitCode::ok);
  const auto listed = [&](const std::string& name) { return member(ask({"token", "list", "-o", "ndjson"}).out, name); };
  EXPECT_EQ(listed("daily_quota"), "5000");
  EXPECT_EQ(ask({"token", "suspend", listed("id")}).code, ExitCode::ok);
  EXPECT_EQ(listed("state"), "suspended");
  EXPECT_FALSE(listed("suspended_at").empty());
  EXPECT_EQ(ask({"token", "resume", listed("id")}).code, ExitCode::ok);
  EXPECT_EQ(listed("state"), "valid");
  EXPECT_EQ(listed("suspended_at"), "");
  EXPECT_EQ(ask({"token", "suspend", "0000"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"token", "resume", "0000"}).code, ExitCode::not_found);
}

TEST_F(TokenCommand, SaysThatWhatWasRevokedIsNeitherSuspendedNorResumed) {
  ASSERT_EQ(ask({"token", "create", "--role", "operator", "--name", "ops"}).code, ExitCode::ok);
  const std::string id = member(ask({"token", "list", "-o", "ndjson"}).out, "id");
  ASSERT_EQ(ask({"token", "revoke", id}).code, ExitCode::ok);
  for (const char* change : {"suspend", "resume"}) {
    const Ran ran = ask({"token", change, id});
    EXPECT_EQ(ran.code, ExitCode::refused) << change;
    EXPECT_THAT(ran.err, HasSubstr("is revoked, which cannot be undone"));
  }
}

TEST_F(TokenCommand, SaysWhereANameWasNotLookedUp) {
  EXPECT_THAT(ask({"token", "create", "--role", "officer", "--name", "nobody"}).err, HasSubstr("the node answers actor_unknown"));
  EXPECT_THAT(ask({"token", "create", "--role", "auditor", "--name", "ann", "--provider", "999999999Z"}).err,
              HasSubstr("that there are these providers was not looked up"));
  EXPECT_THAT(ask({"token", "create", "--role", "operator", "--name", "ops"}).err, testing::Not(HasSubstr("looked up"))) << "the control";
}

TEST_F(TokenCommand, RegistersACertificateByItsFingerprintOnce) {
  const std::string fingerprint = "AB:CD:" + std::string(60, '0');
  const std::vector<std::string> create{"token", "create", "--role", "submitter", "--name", "portal", "--certificate-fingerprint"};
  const auto registering = [&](const std::string& what) {
    std::vector<std::string> all = create;
    all.push_back(what);
    return ask(all);
  };
  const Ran made = registering(fingerprint);
  ASSERT_EQ(made.code, ExitCode::ok) << made.err;
  const std::string row = ask({"token", "list", "-o", "ndjson"}).out;
  EXPECT_EQ(member(row, "id") + "\n", made.out);
  EXPECT_EQ(member(row, "method"), "certificate");
  EXPECT_EQ(row.find("abcd0000"), std::string::npos);
  EXPECT_EQ(registering(fingerprint).code, ExitCode::refused);
  for (const char* wrong : {"abcd", "zz", "none.pem"}) EXPECT_EQ(registering(wrong).code, ExitCode::usage) << wrong;
  const Ran missing = ask({"token", "create", "--role", "submitter", "--name", "portal", "--certificate", "none.pem"});
  EXPECT_EQ(missing.code, ExitCode::usage);
  EXPECT_THAT(missing.err, HasSubstr("none.pem"));
}

TEST_F(TokenCommand, RefusesWhatMakesNoToken) {
  EXPECT_EQ(ask({"token", "create"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--username", "jdoe1", "--role", "officer"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--username", "jdoe1", "--provider", "110012345A"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "submitter", "--name", "a", "--daily-quota", "0"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"token", "create", "--role", "submitter", "--name", "a", "--daily-quota", "4294967296"}).code, ExitCode::usage);
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
