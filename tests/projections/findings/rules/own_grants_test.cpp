#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using OwnGrants = FindingsTest;

TEST_F(OwnGrants, AreFoundWhileTheServiceIsHeld) {
  story.created(mercy, "ann1", {"primary_portal_user"});
  by("ann1");
  story.assigned(mercy, "ann1", {"claims", "referrals"});  // 5
  story.assigned(mercy, "ann1", {}, {"claims"});           // 6
  EXPECT_THAT(found(Rule::self_granted), ElementsAre("ann1 referrals open x1 5"));
  EXPECT_THAT(found(Rule::self_granted, {}, true), ElementsAre("ann1 claims ended x2 5 6", "ann1 referrals open x1 5"));
}

TEST_F(OwnGrants, InImportedHistoryAreThoseOfTheSameName) {
  const auto import = story.import_started();
  story.next.import = import;
  by({schema::PrincipalKind::OUTSIDER, "Ann1"});
  story.created(mercy, "ann1", {"claims"});
  story.import_completed(import);
  EXPECT_EQ(found(Rule::self_granted).size(), 1U);
}

TEST_F(OwnGrants, AreNotThoseThatOthersMadeNorAnOfficerOfTheSameName) {
  by("bob1");
  story.created(mercy, "ann1", {"claims"});
  by(Principal::officer("ann1"));
  story.assigned(mercy, "ann1", {"referrals"});
  by("ann1");
  story.assigned(mercy, "ann1", {}, {"referrals"});
  EXPECT_THAT(found(Rule::self_granted, {}, true), IsEmpty());
}

TEST_F(OwnGrants, AtOnesOwnRequestSayWhetherTheyMakeAnAdministrator) {
  story.next.requested_by = "ann1";
  story.created(mercy, "ann1", {"claims", "primary_portal_user"});  // 4
  story.next.requested_by = "bob1";
  story.created(mercy, "cyd1", {"claims"});
  EXPECT_THAT(found(Rule::self_requested), ElementsAre("ann1 primary_portal_user administrator open x1 4", "ann1 claims open x1 4"));
}

}  // namespace
}  // namespace muniment
