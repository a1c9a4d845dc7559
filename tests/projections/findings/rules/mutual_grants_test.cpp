#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MutualGrants : public FindingsTest {
 protected:
  MutualGrants() {
    story.created(mercy, "ann1", {"primary_portal_user"});
    story.created(mercy, "bob1", {"primary_portal_user"});
    by("ann1");
    story.assigned(mercy, "bob1", {"claims"});  // 6
  }
};

TEST_F(MutualGrants, AreFoundOnceAlsoWhenTheFirstIsHeldNoMore) {
  story.assigned(mercy, "bob1", {}, {"claims"});
  by("bob1");
  story.assigned(mercy, "ann1", {"claims"});  // 8
  by("bob1");
  story.assigned(mercy, "ann1", {"referrals"});
  EXPECT_THAT(found(Rule::granted_each_other), ElementsAre("ann1 bob1 act x2 6 8"));
}

TEST_F(MutualGrants, AreNotThoseAtTwoProvidersNorRevokes) {
  story.linked(hope, "ann1", {"referrals"});
  by("bob1");
  story.assigned(hope, "ann1", {"claims"});
  by("bob1");
  story.assigned(mercy, "ann1", {}, {"primary_portal_user"});
  EXPECT_THAT(found(Rule::granted_each_other), IsEmpty());
}

}  // namespace
}  // namespace muniment
