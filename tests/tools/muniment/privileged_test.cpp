#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PrivilegedCommand : public Cli {};

TEST_F(PrivilegedCommand, TellsOfficersAndTokensFromWhomAndSinceWhen) {
  submit(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"})");
  ASSERT_EQ(ask({"token", "create", "--role", "auditor", "--name", "ann"}).code, ExitCode::ok);
  const Ran ran = ask({"audit", "privileged", "-o", "csv"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(lines_of(ran.out), ElementsAre("kind,name,role,id,providers,service,since,granted_by,position,state,expires_at",
                                             HasSubstr("officer,agency,"), HasSubstr("officer,second,"), HasSubstr("token,ann,auditor,")));
  EXPECT_THAT(ran.out, HasSubstr("officer:agency"));
  EXPECT_EQ(member(ask({"audit", "privileged", "-o", "json"}).out, "true_of"), head().substr(0, head().find(' ')));
}

TEST_F(PrivilegedCommand, TellsWhoHeldWhatAtAMoment) {
  const std::string before = head().substr(0, head().find(' '));
  submit(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"})");
  ASSERT_EQ(ask({"token", "create", "--role", "auditor", "--name", "ann"}).code, ExitCode::ok);
  const auto held = [&](std::vector<std::string> moment) {
    std::vector<std::string> arguments{"audit", "privileged", "-o", "csv"};
    arguments.insert(arguments.end(), moment.begin(), moment.end());
    std::vector<std::string> out = lines_of(ask(arguments).out);
    if (!out.empty()) out.erase(out.begin());
    return out;
  };
  EXPECT_THAT(held({"--position", before}), ElementsAre(HasSubstr("officer,agency,"))) << "neither the officer nor the token was there";
  EXPECT_THAT(held({"--at", "2020-01-01"}), ElementsAre());
  EXPECT_EQ(held({"--at", "2200-01-01"}).size(), 3U);
  EXPECT_EQ(member(ask({"audit", "privileged", "--position", before, "-o", "json"}).out, "true_of"), before);
  EXPECT_EQ(ask({"audit", "privileged", "--position", "100000"}).code, ExitCode::not_found);
}

TEST_F(PrivilegedCommand, TellsOfATokenThatIsRevokedNowWhatItWasBefore) {
  ASSERT_EQ(ask({"token", "create", "--role", "auditor", "--name", "ann"}).code, ExitCode::ok);
  const std::string list = ask({"token", "list", "-o", "ndjson"}).out;
  ASSERT_EQ(ask({"token", "revoke", member(list, "id")}).code, ExitCode::ok);
  EXPECT_THAT(ask({"audit", "privileged", "-o", "csv"}).out, testing::Not(HasSubstr("token,")));
  EXPECT_THAT(ask({"audit", "privileged", "--at", member(list, "created_at"), "-o", "csv"}).out, HasSubstr("token,ann,auditor,"));
}

TEST_F(PrivilegedCommand, SaysThatADamagedFileOfTokensIsDamaged) {
  write_file(store / "tokens", "something else\n");
  EXPECT_EQ(ask({"audit", "privileged"}).code, ExitCode::integrity);
}

}  // namespace
}  // namespace muniment
