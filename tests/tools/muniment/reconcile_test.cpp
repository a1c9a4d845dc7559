#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reconcile : public Cli {
 protected:
  Reconcile() { submit(small_story()); }
  Ran reconcile(const std::string& roster, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"reconcile", "-", "--provider", "110012345A", "-o", "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments, roster);
  }
  const std::string same = "username,services\njdoe1,manage_referrals\nmhughes1,primary_portal_user\n";
};

TEST_F(Reconcile, FindsNothingWhereBothSayTheSame) {
  const Ran ran = reconcile(same);
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out << ran.err;
  EXPECT_EQ(ran.out, "difference,username,service,granted_at,position\n");
  EXPECT_THAT(ran.err, HasSubstr("2 held by the portal, 2 by the record"));
}

TEST_F(Reconcile, ShowsWhatIsHeldAndNotRecordedAndWhatIsRecordedAndNotHeld) {
  const Ran ran = reconcile("username,services\njdoe1,manage_claims;manage_referrals\nghost1,manage_claims\n");
  EXPECT_EQ(ran.code, ExitCode::findings);
  EXPECT_THAT(ran.out, HasSubstr("held_not_recorded,ghost1,manage_claims,,\n"));
  EXPECT_THAT(ran.out, HasSubstr("held_not_recorded,jdoe1,manage_claims,,\n"));
  EXPECT_THAT(ran.out, HasSubstr("recorded_not_held,mhughes1,primary_portal_user,"));
  EXPECT_THAT(ran.out, Not(HasSubstr("jdoe1,manage_referrals")));
}

TEST_F(Reconcile, IsOfTheMomentThatIsAskedFor) {
  const Ran ran = reconcile("username,services\n", {"--as-of", "2020-01-01T00:00:00Z"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out;
  EXPECT_EQ(reconcile("username,services\n").code, ExitCode::findings);
}

TEST_F(Reconcile, ComparesNothingWhereALineIsBad) {
  const Ran ran = reconcile("username,services\n,manage_claims\n");
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("-:2: username: expected"));
}

TEST_F(Reconcile, AsksForAMapWhereAPortalWritesServicesByTheirNames) {
  const Ran ran = reconcile("username,services\nmhughes1,Primary Portal User\n");
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("[values.services] \"Primary Portal User\" = \"primary_portal_user\""));
  EXPECT_EQ(reconcile("username,services\nmhughes1,Nobody Knows It\n").code, ExitCode::findings) << "the control: no service's name";
}

TEST_F(Reconcile, KnowsNoProviderThatWasNeverRegistered) {
  EXPECT_EQ(ask({"reconcile", "-", "--provider", "330012345D"}, same).code, ExitCode::not_found);
  EXPECT_EQ(ask({"reconcile", "/nowhere.csv", "--provider", "110012345A"}).code, ExitCode::not_found);
}

}  // namespace
}  // namespace muniment
