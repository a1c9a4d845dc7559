#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Authority : public FindingsTest {
 protected:
  void import_with(Names administrator_services) {
    import_ = story.import_started(std::move(administrator_services));
    story.tell("provider_import_started", mercy, {});
  }
  // By whom, in that history's words.
  void past(const std::string& actor) {
    story.next.import = import_;
    story.next.authority = schema::Authority::UNKNOWN;
    by({schema::PrincipalKind::OUTSIDER, actor});
  }
  void complete() { story.import_completed(import_); }

 private:
  Position import_ = 0;
};

TEST_F(Authority, IsMissingWhereTheActorWasOnTheRosterWithoutAnAdministratorsService) {
  import_with({"admin"});
  past("root");
  story.created(mercy, "ann1", {"claims"});
  past("ann1");
  story.created(mercy, "bob1", {"claims", "referrals"});  // 7
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority),
              ElementsAre("bob1 claims outsider:ann1 open x1 7", "bob1 referrals outsider:ann1 open x1 7"));
  EXPECT_THAT(found(Rule::authority_unknown), ElementsAre("outsider:root 2024-01 act x1 6")) << "root was never on the roster";
}

TEST_F(Authority, IsThereWhileTheActorHeldAnAdministratorsService) {
  import_with({"admin"});
  past("root");
  story.created(mercy, "ann1", {"admin"});
  past("ann1");
  story.created(mercy, "bob1", {"claims"});
  past("root");
  story.assigned(mercy, "ann1", {"claims"}, {"admin"});
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority), IsEmpty());
}

TEST_F(Authority, IsJudgedAtTheMomentOfTheGrant) {
  import_with({"admin"});
  past("root");
  story.created(mercy, "ann1", {"admin"});  // 6
  past("root");
  story.assigned(mercy, "ann1", {"claims"}, {"admin"});
  past("ann1");
  story.created(mercy, "bob1", {"claims"});  // 8
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority), ElementsAre("bob1 claims outsider:ann1 open x1 8"));
}

TEST_F(Authority, IsUnknownWhereNobodySaysWhatMeantAdministrator) {
  import_with({});
  past("root");
  story.created(mercy, "ann1", {"claims"});  // 6
  past("root");
  story.created(mercy, "bob1", {"claims"});  // 7
  past("ann1");
  story.created(mercy, "cyd1", {"claims"});  // 8
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority), IsEmpty());
  EXPECT_THAT(found(Rule::authority_unknown), ElementsAre("outsider:ann1 2024-01 act x1 8", "outsider:root 2024-01 act x2 6 7"));
}

TEST_F(Authority, IsUnknownByMonthAndAsOfAnyMoment) {
  import_with({});
  for (const char* when : {"2019-03-01T00:00:00Z", "2019-03-31T23:59:59Z", "2019-04-01T00:00:00Z"}) {
    story.at(time_of(when));
    past("root");
    story.assigned(mercy, "ann1", {std::string{"s"} + when});
  }
  complete();
  EXPECT_THAT(found(Rule::authority_unknown), ElementsAre("outsider:root 2019-03 act x2 6 7", "outsider:root 2019-04 act x1 8"));
  EXPECT_THAT(found(Rule::authority_unknown, time_of("2019-03-15T00:00:00Z")), ElementsAre("outsider:root 2019-03 act x1 6"));
  EXPECT_EQ(findings({.now = time_of("2019-03-15T00:00:00Z"), .rule = Rule::authority_unknown}).at(0).last_seen,
            time_of("2019-03-01T00:00:00Z"));
}

// Of a history that comes in two parts, the newer one first, what was held then is not known; and it was not, either, in the other order.
TEST_F(Authority, IsUnknownWhereWhatTheActorHeldThenIsNotOnRecord) {
  const auto newer = [this] {
    import_with({"admin"});
    story.at(time_of("2022-05-01T00:00:00Z"));
    past("root");
    story.created(mercy, "ann1", {"admin"});
    story.at(time_of("2022-05-01T00:00:00Z"));
    past("root");
    story.created(mercy, "bob1", {"claims"});
    complete();
  };
  const auto older = [this] {
    import_with({"admin"});
    for (const char* actor : {"ann1", "bob1"}) {
      story.at(time_of("2019-05-01T00:00:00Z"));
      past(actor);
      story.created(mercy, std::string{actor} + "x", {"claims"});
    }
    complete();
  };
  const auto unknown = [this] {
    std::vector<std::string> out;
    for (const Finding& finding : findings({.now = story.now(), .rule = Rule::authority_unknown}))
      out.push_back(finding.subject + ' ' + finding.other);
    return out;
  };
  newer();
  older();
  const auto expected = ElementsAre("outsider:ann1 2019-05", "outsider:bob1 2019-05", "outsider:root 2022-05");
  EXPECT_THAT(unknown(), expected);
  EXPECT_THAT(found(Rule::granted_without_authority, {}, true), IsEmpty());
}

TEST_F(Authority, IsUnknownInTheOtherOrderOfThosePartsToo) {
  import_with({"admin"});
  story.at(time_of("2019-05-01T00:00:00Z"));
  past("ann1");
  story.created(mercy, "cyd1", {"claims"});
  complete();
  import_with({"admin"});
  story.at(time_of("2022-05-01T00:00:00Z"));
  past("root");
  story.created(mercy, "ann1", {"admin"});
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority, {}, true), IsEmpty());
  EXPECT_EQ(found(Rule::authority_unknown).size(), 2U);
}

TEST_F(Authority, IsUnknownWhereItWasTakenAwayAfterTheMoment) {
  import_with({"admin"});
  story.at(time_of("2018-05-01T00:00:00Z"));
  past("root");
  story.created(mercy, "ann1", {"admin"});
  story.at(time_of("2022-05-01T00:00:00Z"));
  past("root");
  story.assigned(mercy, "ann1", {"claims"}, {"admin"});
  story.at(time_of("2019-05-01T00:00:00Z"));
  past("ann1");
  story.created(mercy, "bob1", {"claims"});
  story.at(time_of("2023-05-01T00:00:00Z"));
  past("ann1");
  story.created(mercy, "cyd1", {"claims"});  // 9
  complete();
  EXPECT_THAT(found(Rule::granted_without_authority), ElementsAre("cyd1 claims outsider:ann1 open x1 9")) << "the control";
  EXPECT_EQ(findings({.now = story.now(), .rule = Rule::authority_unknown}).at(0).subject, "outsider:ann1");
}

TEST_F(Authority, NeedsNoFindingWhereItWasDecidedHere) {
  by("ann1");
  story.next.authority = schema::Authority::BACKUP;
  story.created(mercy, "bob1", {"claims"});
  EXPECT_THAT(found(Rule::authority_unknown, {}, true), IsEmpty());
  EXPECT_THAT(found(Rule::granted_without_authority, {}, true), IsEmpty());
}

}  // namespace
}  // namespace muniment
