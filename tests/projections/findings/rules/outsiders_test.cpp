#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Outsiders : public FindingsTest {
 protected:
  Outsiders() {
    for (const auto& [where, organization] : {std::pair{mercy, "Mercy"}, {hope, "Mercy"}, {grace, "Bills"}}) {
      story.next.organization = organization;
      story.provider_registered(where);  // 4 to 6
    }
    story.created(grace, "bill1", {"claims"});  // 7
    story.created(hope, "ann1", {"claims"});    // 8
    story.relationship_started(mercy, grace);   // 9
    story.linked(mercy, "bill1", {"claims"});   // 10
    story.linked(mercy, "ann1", {"claims"});    // 11
  }
};

TEST_F(Outsiders, AreThoseOfAnotherOrganizationWhileTheyAreLinked) {
  EXPECT_THAT(found(Rule::outside_organization), ElementsAre("bill1 open x1 10"));
  EXPECT_EQ(only(Rule::outside_organization).provider.text(), mercy);
  story.removed(mercy, "bill1");  // 12
  EXPECT_THAT(found(Rule::outside_organization, {}, true), ElementsAre("bill1 ended x2 10 12"));
}

TEST_F(Outsiders, AreLeftWhenARelationshipEnds) {
  EXPECT_THAT(found(Rule::kept_after_relationship), IsEmpty());
  story.relationship_ended(mercy, grace);  // 12
  EXPECT_THAT(found(Rule::kept_after_relationship), ElementsAre("bill1 open x1 12"));
  story.relationship_started(mercy, grace);  // 13
  EXPECT_THAT(found(Rule::kept_after_relationship), IsEmpty());
  catch_up();
  reopen();
  story.relationship_ended(mercy, grace);  // 14
  story.removed(mercy, "bill1");           // 15
  EXPECT_THAT(found(Rule::kept_after_relationship, {}, true), ElementsAre("bill1 ended x2 12 13", "bill1 ended x2 14 15"));
}

TEST_F(Outsiders, AreNotLeftWhereTheyWereRemovedBefore) {
  story.removed(mercy, "bill1");
  story.relationship_ended(mercy, grace);
  story.relationship_started(mercy, hope);
  EXPECT_THAT(found(Rule::kept_after_relationship, {}, true), IsEmpty());
}

TEST_F(Outsiders, AreThePrimaryUsersOfOtherOrganizationsToo) {
  story.tell("account_created", grace, "pu9");
  story.primary(grace, "pu9", {"primary_portal_user"});
  const auto linked = story.linked(mercy, "pu9", {"claims"});
  EXPECT_THAT(found(Rule::outside_organization), ElementsAre("bill1 open x1 10", "pu9 open x1 " + std::to_string(linked)));
  story.relationship_ended(mercy, grace);
  EXPECT_EQ(found(Rule::kept_after_relationship).size(), 2U);
}

TEST_F(Outsiders, AreLeftWhenTheOneThatActedIsClosed) {
  story.provider_closed(grace);  // 12
  EXPECT_THAT(found(Rule::kept_after_relationship), ElementsAre("bill1 open x1 12"));
  story.removed(mercy, "bill1");  // 13
  EXPECT_THAT(found(Rule::kept_after_relationship, {}, true), ElementsAre("bill1 ended x2 12 13"));
}

TEST_F(Outsiders, AreNotLeftWhenAnotherOneIsClosed) {
  story.provider_closed(hope);
  EXPECT_THAT(found(Rule::kept_after_relationship, {}, true), IsEmpty());
}

}  // namespace
}  // namespace muniment
