#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Vacancies = FindingsTest;

TEST_F(Vacancies, LastFromTheRegistrationToTheFirstPrimaryUserAndBackup) {
  const auto registered = story.provider_registered(mercy);  // 4
  const Timestamp from = story.now();
  story.wait(60);
  EXPECT_THAT(found(Rule::no_primary_user), ElementsAre("open x1 4"));
  const auto assigned = story.primary(mercy, "pu1", {"primary_portal_user"});
  const Timestamp to = story.now();
  const Finding vacancy = only(Rule::no_primary_user);
  EXPECT_EQ(vacancy.state, FindingState::ended);
  EXPECT_EQ(vacancy.first_seen, from);
  EXPECT_EQ(vacancy.last_seen, to);
  EXPECT_THAT(vacancy.evidence, ElementsAre(registered, assigned));
  EXPECT_THAT(found(Rule::no_primary_user), IsEmpty());
  EXPECT_THAT(found(Rule::no_backup), ElementsAre("open x1 4")) << "the Primary User is no backup";
  story.created(mercy, "backup1", {"primary_portal_user"});
  EXPECT_THAT(found(Rule::no_backup), IsEmpty());
}

TEST_F(Vacancies, AreNotFoundWhereBothAreThereAndStay) {
  story.provider_registered(mercy);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.created(mercy, "backup1", {"primary_portal_user"});
  const Timestamp both = story.now();
  story.created(mercy, "clerk1", {"claims"});
  story.assigned(mercy, "clerk1", {"referrals"}, {"claims"});
  story.removed(mercy, "clerk1");
  story.primary(mercy, "pu2", {"primary_portal_user"}, "pu1");
  for (const Rule rule : {Rule::no_primary_user, Rule::no_backup}) {
    EXPECT_THAT(found(rule), IsEmpty());
    const auto ended = findings({.now = story.now(), .since = both, .rule = rule});
    EXPECT_EQ(ended.size(), rule == Rule::no_backup ? 1U : 0U) << "the one that ended just then";
    for (const Finding& finding : ended) EXPECT_EQ(finding.last_seen, both);
  }
}

// Each of them leaves the provider without a backup, and what follows gives it one again.
TEST_F(Vacancies, OfABackupBeginWithWhateverMakesItUnusableAndAreAllKept) {
  story.provider_registered(mercy);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.created(mercy, "b1", {"primary_portal_user"});  // 6
  story.account("account_locked", "b1");
  EXPECT_EQ(found(Rule::no_backup).size(), 1U);
  story.account("account_unlocked", "b1");
  story.account("account_disabled", "b1");
  EXPECT_EQ(found(Rule::no_backup).size(), 1U);
  story.account("account_enabled", "b1");
  story.assigned(mercy, "b1", {"claims"}, {"primary_portal_user"});
  EXPECT_EQ(found(Rule::no_backup).size(), 1U);
  story.assigned(mercy, "b1", {"primary_portal_user"});
  story.removed(mercy, "b1");
  EXPECT_EQ(found(Rule::no_backup).size(), 1U);
  story.linked(mercy, "b1", {"primary_portal_user"});
  story.account("account_terminated", "b1");
  EXPECT_THAT(found(Rule::no_backup, {}, true),
              ElementsAre("ended x2 4 6", "ended x2 7 8", "ended x2 9 10", "ended x2 11 12", "ended x2 13 14", "open x1 15"));
}

TEST_F(Vacancies, AreSeenAsTheyWereAtAnyMoment) {
  story.provider_registered(mercy);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.created(mercy, "b1", {"primary_portal_user"});
  const Timestamp before = story.now();
  story.account("account_locked", "b1");
  const Timestamp within = story.now();
  story.account("account_unlocked", "b1");
  EXPECT_THAT(found(Rule::no_backup, before), IsEmpty());
  EXPECT_THAT(found(Rule::no_backup, within), ElementsAre("open x1 7"));
  EXPECT_THAT(found(Rule::no_backup), IsEmpty());
}

TEST_F(Vacancies, OfAPrimaryUserBeginWhenTheyLeaveOrAreTerminated) {
  story.provider_registered(mercy);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.departure_reported("pu1", {mercy});
  EXPECT_THAT(found(Rule::no_primary_user), ElementsAre("pu1 open x1 6"));
  story.primary(mercy, "pu2", {"primary_portal_user"}, "pu1");
  EXPECT_THAT(found(Rule::no_primary_user), IsEmpty());
  story.account("account_terminated", "pu2");
  EXPECT_THAT(found(Rule::no_primary_user), ElementsAre("pu2 open x1 8"));
}

TEST_F(Vacancies, OfAPrimaryUserWhoseLeavingIsAnnouncedBeginThen) {
  story.provider_registered(mercy);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  const Timestamp leaving{story.now().ns + std::int64_t{30} * 24 * 3600 * 1'000'000'000};
  story.next.left_at = leaving;
  const auto report = story.departure_reported("pu1", {mercy});
  EXPECT_THAT(found(Rule::no_primary_user, Timestamp{leaving.ns - 1}), IsEmpty());
  EXPECT_THAT(found(Rule::no_primary_user, leaving), ElementsAre("pu1 open x1 " + std::to_string(report)));
  const Timestamp sooner{leaving.ns - std::int64_t{10} * 24 * 3600 * 1'000'000'000};
  story.next.left_at = sooner;
  const auto again = story.departure_reported("pu1", {mercy});
  EXPECT_THAT(found(Rule::no_primary_user, Timestamp{sooner.ns - 1}), IsEmpty());
  EXPECT_THAT(found(Rule::no_primary_user, leaving, true), ElementsAre("ended x2 4 5", "pu1 open x1 " + std::to_string(again)));
  story.primary(mercy, "pu2", {"primary_portal_user"}, "pu1");
  EXPECT_THAT(found(Rule::no_primary_user, leaving), IsEmpty()) << "there is another one in time";
  EXPECT_THAT(found(Rule::no_primary_user, leaving, true), ElementsAre("ended x2 4 5"));
}

TEST_F(Vacancies, ThatLastedNoTimeAreNone) {
  const Timestamp at = story.now();
  story.at(at);
  story.provider_registered(mercy);
  story.at(at);
  story.primary(mercy, "pu1", {"primary_portal_user"});
  EXPECT_THAT(found(Rule::no_primary_user, {}, true), IsEmpty());
  EXPECT_EQ(found(Rule::no_backup, {}, true).size(), 1U) << "the control";
}

TEST_F(Vacancies, EndWithTheProvider) {
  story.provider_registered(mercy);
  story.provider_closed(mercy);
  const Timestamp closed = story.now();
  EXPECT_THAT(found(Rule::no_primary_user), IsEmpty());
  EXPECT_THAT(found(Rule::no_primary_user, {}, true), ElementsAre("ended x2 4 5"));
  story.wait(60);
  story.created(mercy, "late1", {"primary_portal_user"});
  story.account("account_terminated", "late1");
  EXPECT_EQ(only(Rule::no_primary_user).last_seen, closed);
  EXPECT_EQ(only(Rule::no_backup).last_seen, closed);
}

TEST_F(Vacancies, OfImportedHistoryAreJudgedByWhatMeantAdministratorThere) {
  const auto import = story.import_started({"org:admin"});
  story.tell("provider_import_started", mercy, {});
  for (const char* step : {"register", "grant"}) {
    story.next.import = import;
    if (std::string{step} == "register") {
      story.provider_registered(mercy);
    } else {
      story.created(mercy, "ann", {"org:admin"});
    }
  }
  EXPECT_THAT(found(Rule::no_backup, {}, true), IsEmpty()) << "the import is not complete";
  story.import_completed(import);
  EXPECT_THAT(found(Rule::no_backup), IsEmpty());
  EXPECT_EQ(found(Rule::no_backup, {}, true).size(), 1U);
  EXPECT_EQ(found(Rule::no_primary_user).size(), 1U) << "the control: nobody is said to be the Primary User";
}

}  // namespace
}  // namespace muniment
