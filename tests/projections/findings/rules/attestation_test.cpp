#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Attesting : public FindingsTest {
 protected:
  Attesting() { story.provider_registered(mercy); }
  void attested() { story.happened(fact::RosterAttested{story.head(), {"ann1"}}, mercy); }
};

TEST_F(Attesting, IsOverdueAQuarterAfterTheProviderIsRegistered) {
  wait_days(91);
  EXPECT_THAT(found(Rule::attestation_overdue), IsEmpty());
  wait_days(2);
  EXPECT_THAT(found(Rule::attestation_overdue), SizeIs(1));
  EXPECT_EQ(only(Rule::attestation_overdue).provider.text(), mercy);
}

TEST_F(Attesting, IsCountedFromTheLastAttestation) {
  wait_days(80);
  attested();
  wait_days(80);
  EXPECT_THAT(found(Rule::attestation_overdue, {}, true), IsEmpty());
  wait_days(20);
  EXPECT_THAT(found(Rule::attestation_overdue), SizeIs(1));
  attested();
  EXPECT_THAT(found(Rule::attestation_overdue), IsEmpty());
  EXPECT_THAT(found(Rule::attestation_overdue, {}, true), SizeIs(1)) << "as it was";
}

TEST_F(Attesting, IsDueWhenThePolicySays) {
  auto threshold = story.policy().initThresholds(1)[0];
  threshold.setName("attestation_days");
  threshold.setValue(10);
  story.policy_set();
  wait_days(11);
  EXPECT_THAT(found(Rule::attestation_overdue), SizeIs(1));
}

TEST_F(Attesting, EndsWithTheProvider) {
  wait_days(100);
  story.provider_closed(mercy);
  wait_days(100);
  EXPECT_THAT(found(Rule::attestation_overdue), IsEmpty());
}

}  // namespace
}  // namespace muniment
