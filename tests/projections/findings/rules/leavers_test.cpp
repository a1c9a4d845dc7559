#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Leavers : public FindingsTest {
 protected:
  Leavers() {
    story.created(mercy, "ann1", {"claims"});
    story.linked(hope, "ann1", {"claims"});
    story.wait(12 * 3600);
    left_ = story.now();
    wait_days(2);
    story.next.left_at = left_;
    story.departure_reported("ann1", {mercy, hope});  // 6
    reported_ = story.now();
  }
  Timestamp hours_after_report(int hours) const { return Timestamp{reported_.ns + std::int64_t{hours} * 3600 * 1'000'000'000}; }

  Finding only_at(const char* where, Rule rule) {
    const auto all = findings({.now = story.now(), .rule = rule, .provider = provider(where)});
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Finding{.rule = rule, .provider = provider(where)} : all.front();
  }

  Finding only_at_ever(const char* where) {
    const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(where)});
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Finding{.rule = Rule::kept_after_leaving, .provider = provider(where)} : all.front();
  }

  Timestamp left_;
  Timestamp reported_;
};

TEST_F(Leavers, KeepAccessAfterLeavingAndAfterTheReportAtEachProvider) {
  EXPECT_THAT(found(Rule::kept_after_leaving), ElementsAre("ann1 open x1 6", "ann1 open x1 6"));
  EXPECT_THAT(found(Rule::kept_after_report, hours_after_report(23)), IsEmpty());
  EXPECT_EQ(found(Rule::kept_after_report, hours_after_report(25)).size(), 2U);
  story.removed(mercy, "ann1");
  wait_days(3);
  EXPECT_EQ(found(Rule::kept_after_report).size(), 1U);
  story.removed(hope, "ann1");
  EXPECT_THAT(found(Rule::kept_after_report), IsEmpty());
  const Finding late = only(Rule::kept_after_report);
  EXPECT_EQ(late.provider.text(), hope);
  EXPECT_EQ(late.last_seen, story.now());
}

TEST_F(Leavers, WhoseAccessIsRemovedInTimeAreNotFound) {
  auto threshold = story.policy().initThresholds(1)[0];
  threshold.setName("removal_after_leaving_hours");
  threshold.setValue(72);
  story.policy_set();
  story.removed(mercy, "ann1");
  story.removed(hope, "ann1");
  for (const Rule rule : {Rule::kept_after_leaving, Rule::kept_after_report}) EXPECT_THAT(found(rule, {}, true), IsEmpty());
}

TEST_F(Leavers, AreCountedFromTheFirstReport) {
  wait_days(2);
  story.departure_reported("ann1", {mercy});
  EXPECT_THAT(found(Rule::kept_after_report), ElementsAre("ann1 open x1 6", "ann1 open x1 6"));
}

TEST_F(Leavers, AreCountedFromTheEarliestLeavingThatIsReported) {
  const auto before = only_at(mercy, Rule::kept_after_leaving).first_seen;
  story.next.left_at = Timestamp{left_.ns - 3600 * std::int64_t{1'000'000'000}};
  story.departure_reported("ann1", {mercy});  // 7
  EXPECT_EQ(only_at(mercy, Rule::kept_after_leaving).first_seen.ns, before.ns - 3600 * std::int64_t{1'000'000'000});
  EXPECT_EQ(only_at(hope, Rule::kept_after_leaving).first_seen, before);
  EXPECT_EQ(found(Rule::kept_after_leaving, {}, true).size(), 2U) << "what was corrected is no finding of its own";
}

TEST_F(Leavers, KeepNothingWhereTheAccountCannotBeUsed) {
  story.account("account_terminated", "ann1");  // 7
  EXPECT_THAT(found(Rule::kept_after_leaving), IsEmpty());
  EXPECT_THAT(found(Rule::kept_after_leaving, {}, true), ElementsAre("ann1 ended x2 6 7", "ann1 ended x2 6 7")) << "it was late";
  EXPECT_THAT(found(Rule::kept_after_report, hours_after_report(25), true), IsEmpty());
}

TEST_F(Leavers, ThatAreAnnouncedHaveNotLeftYet) {
  story.created(grace, "bob1", {"claims"});
  const Timestamp leaving{story.now().ns + std::int64_t{30} * 24 * 3600 * 1'000'000'000};
  story.next.left_at = leaving;
  story.departure_reported("bob1", {grace});
  const auto hours = [&](int after) { return Timestamp{leaving.ns + std::int64_t{after} * 3600 * 1'000'000'000}; };
  for (const Rule rule : {Rule::kept_after_leaving, Rule::kept_after_report}) {
    EXPECT_EQ(found(rule, hours(23)).size(), 2U) << "ann1 alone";
    EXPECT_EQ(found(rule, hours(25)).size(), 3U);
  }
}

TEST_F(Leavers, WhoWereRemovedLateBeforeTheReportCameAreFound) {
  story.created(grace, "bob1", {"claims"});
  story.created(grace, "cyd1", {"claims"});
  const Timestamp left = story.now();
  wait_days(9);
  const auto removed = story.removed(grace, "bob1");
  const auto stopped = story.account("account_terminated", "cyd1");
  wait_days(2);
  for (const char* name : {"bob1", "cyd1"}) {
    story.next.left_at = left;
    story.departure_reported(name, {std::string{name} == "cyd1" ? grace : hope});
  }
  const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].last_seen, story.told()[removed - 1].at);
  EXPECT_EQ(all[1].last_seen, story.told()[stopped - 1].at);
  for (const Finding& finding : all) EXPECT_EQ(finding.state, FindingState::ended);
  for (const char* name : {"bob1", "cyd1"}) story.departure_reported(name, {grace});
  EXPECT_EQ(findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)}).size(), 2U);
}

TEST_F(Leavers, WhoWereRemovedInTimeBeforeTheReportCameAreNotFound) {
  story.created(grace, "bob1", {"claims"});
  const Timestamp left = story.now();
  story.wait(3600);
  story.removed(grace, "bob1");
  wait_days(20);
  story.next.left_at = left;
  story.departure_reported("bob1", {hope});
  EXPECT_THAT(findings({.now = story.now(), .since = Timestamp{}, .provider = provider(grace)}), IsEmpty());
}

TEST_F(Leavers, WhoseAccountCouldNotBeUsedWhenTheyLeftAreNotFoundByALaterRemoval) {
  story.created(grace, "bob1", {"claims"});
  story.account("account_disabled", "bob1");
  story.wait(60);
  const Timestamp left = story.now();
  wait_days(9);
  story.removed(grace, "bob1");
  story.next.left_at = left;
  story.departure_reported("bob1", {hope});
  EXPECT_THAT(findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)}),
              IsEmpty());
}

TEST_F(Leavers, WhoseAccountWasStoppedLateAndUnlinkedLaterAreFoundUpToTheStop) {
  story.created(grace, "bob1", {"claims"});
  const Timestamp left = story.now();
  wait_days(3);
  const auto stopped = story.account("account_disabled", "bob1");
  wait_days(9);
  story.removed(grace, "bob1");
  story.account("account_enabled", "bob1");
  story.next.left_at = left;
  story.departure_reported("bob1", {hope});
  const Finding late = only_at_ever(grace);
  EXPECT_EQ(late.last_seen, story.told()[stopped - 1].at);
}

TEST_F(Leavers, AreFoundByTheReportThatSaysTheyLeftBeforeTheyWereRemoved) {
  story.created(grace, "bob1", {"claims"});
  story.created(grace, "cyd1", {"claims"});
  const Timestamp left = story.now();
  wait_days(9);
  story.next.left_at = Timestamp{story.now().ns + 3600 * std::int64_t{1'000'000'000}};
  story.departure_reported("cyd1", {grace});
  const auto removed = story.removed(grace, "bob1");
  story.removed(grace, "cyd1");
  story.departure_reported("bob1", {hope});  // Left when it was reported, after the removal.
  EXPECT_THAT(findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)}),
              IsEmpty());
  for (const char* name : {"bob1", "cyd1"}) {
    story.next.left_at = left;
    story.departure_reported(name, {hope});
  }
  const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].last_seen, story.told()[removed - 1].at);
  for (const char* name : {"bob1", "cyd1"}) {
    story.next.left_at = Timestamp{left.ns - 1};
    story.departure_reported(name, {hope});
  }
  EXPECT_EQ(findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)}).size(), 2U)
      << "it was found late already";
}

TEST_F(Leavers, WhoWereLinkedTwiceAndRemovedLateEachTimeAreFoundForEach) {
  story.created(grace, "bob1", {"claims"});
  const Timestamp left = story.now();
  wait_days(9);
  const auto first = story.removed(grace, "bob1");
  wait_days(5);
  story.linked(grace, "bob1", {"claims"});
  wait_days(5);
  const auto second = story.removed(grace, "bob1");
  wait_days(1);
  story.linked(grace, "bob1", {"claims"});
  wait_days(3);
  story.next.left_at = left;
  story.departure_reported("bob1", {grace});
  auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_leaving, .provider = provider(grace)});
  ASSERT_EQ(all.size(), 3U) << "two that have ended, and the one that is open";
  std::ranges::sort(all, {}, &Finding::last_seen);
  EXPECT_EQ(all[0].last_seen, story.told()[first - 1].at);
  EXPECT_EQ(all[1].last_seen, story.told()[second - 1].at);
  EXPECT_EQ(all[2].state, FindingState::open);
  EXPECT_NE(all[0].id, all[1].id);
  EXPECT_NE(all[0].id, all[2].id);
  EXPECT_NE(all[1].id, all[2].id);
}

TEST_F(Leavers, KeepTheirIdAndWhatWasSaidWhenAnEarlierLeavingIsReported) {
  wait_days(2);
  const Finding before = only_at(mercy, Rule::kept_after_report);
  story.finding_disposed(mercy, before.id, schema::Disposition::FALSE_ALARM);
  story.next.left_at = Timestamp{left_.ns - 3600 * std::int64_t{1'000'000'000}};
  story.departure_reported("ann1", {mercy});
  const Finding after = only_at(mercy, Rule::kept_after_report);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.first_seen, before.first_seen);
  EXPECT_FALSE(after.is_due());
  EXPECT_EQ(findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_report, .provider = provider(mercy)}).size(), 1U);
  story.removed(mercy, "ann1");
  const auto ended = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::kept_after_report, .provider = provider(mercy)});
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].id, before.id);
}

// The report of an announced leaving, and then that it was earlier: what was known is as it was, and the finding is called the same.
TEST_F(Leavers, KeepTheIdOfAnAnnouncedLeavingThatWasEarlier) {
  story.created(grace, "bob1", {"claims"});
  story.next.left_at = Timestamp{story.now().ns + std::int64_t{30} * 86'400'000'000'000};
  const Position announced = story.departure_reported("bob1", {grace});
  wait_days(32);
  const Finding before = only_at(grace, Rule::kept_after_report);
  story.next.left_at = Timestamp{story.now().ns - std::int64_t{20} * 86'400'000'000'000};
  story.departure_reported("bob1", {grace});
  const Finding after = only_at(grace, Rule::kept_after_report);
  EXPECT_EQ(after.id, before.id);
  EXPECT_LT(after.first_seen, before.first_seen);
  const auto then =
      findings({.now = story.now(), .rule = Rule::kept_after_report, .provider = provider(grace), .moment = {.position = announced}});
  ASSERT_EQ(then.size(), 1U) << "as it was known then";
  EXPECT_EQ(then[0].first_seen, before.first_seen);
}

TEST_F(Leavers, WhoWereStoppedLateAreFoundOnceHoweverOftenItIsReported) {
  story.created(grace, "bob1", {"claims"});
  const Timestamp left = story.now();
  wait_days(9);
  story.account("account_disabled", "bob1");
  for (int i = 0; i < 3; ++i) {
    story.next.left_at = Timestamp{left.ns - i};
    story.departure_reported("bob1", {grace});
  }
  only_at_ever(grace);
}

}  // namespace
}  // namespace muniment
