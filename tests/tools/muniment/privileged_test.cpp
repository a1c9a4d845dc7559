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

TEST_F(PrivilegedCommand, SaysThatADamagedFileOfTokensIsDamaged) {
  write_file(store / "tokens", "something else\n");
  EXPECT_EQ(ask({"audit", "privileged"}).code, ExitCode::integrity);
}

}  // namespace
}  // namespace muniment
