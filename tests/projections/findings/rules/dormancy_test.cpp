#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Dormancy : public FindingsTest {
 protected:
  Dormancy() {
    story.provider_registered(mercy);
    story.created(mercy, "ann1", {"claims"});
    story.created(mercy, "bob1", {"claims"});
  }
  Timestamp days_from_now(std::int64_t days) const { return Timestamp{story.now().ns + days * 24 * 3600 * 1'000'000'000}; }
  void signed_in_days_ago(const std::string& username, std::int64_t days) {
    story.at(days_from_now(-days));
    story.signed_in(username);
  }
  // What is open, without positions: "subject rule other first_seen".
  std::vector<std::string> open_at(const char* where) {
    std::vector<std::string> out;
    for (const Rule rule : {Rule::dormant, Rule::never_signed_in, Rule::sign_ins_not_reported}) {
      for (const Finding& finding : findings({.now = story.now(), .rule = rule, .provider = provider(where)})) {
        std::string line = finding.subject;
        for (const std::string& part : {std::string{name_of(rule)}, finding.other, finding.first_seen.text()}) line += ' ' + part;
        out.push_back(line);
      }
    }
    return out;
  }
  // Of the time in which no sign-in was reported.
  Timestamp end_of_silence(const char* where) {
    const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::sign_ins_not_reported, .provider = provider(where)});
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Timestamp{} : all.front().last_seen;
  }
};

TEST_F(Dormancy, IsNotKnownWhereNoSignInIsReported) {
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(1000)), IsEmpty());
  EXPECT_EQ(found(Rule::sign_ins_not_reported).size(), 1U);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::sign_ins_not_reported), IsEmpty());
  EXPECT_EQ(found(Rule::never_signed_in, days_from_now(31)).size(), 1U) << "the control";
}

TEST_F(Dormancy, IsToldByTheThresholdThatHasPassed) {
  story.signed_in("ann1");  // 7
  EXPECT_THAT(found(Rule::dormant, days_from_now(59)), IsEmpty());
  EXPECT_THAT(found(Rule::dormant, days_from_now(60)), ElementsAre("ann1 dormant_days open x1 7"));
  EXPECT_THAT(found(Rule::dormant, days_from_now(90)), ElementsAre("ann1 dormant_long_days open x1 7"));
  EXPECT_THAT(found(Rule::dormant, days_from_now(365)), ElementsAre("ann1 dormant_very_long_days open x1 7"));
  EXPECT_EQ(only(Rule::dormant, days_from_now(365)).first_seen, days_from_now(60));
}

TEST_F(Dormancy, EndsWithASignInAndIsKeptAsItWas) {
  story.signed_in("ann1");
  const Timestamp before = story.now();
  wait_days(70);
  story.signed_in("ann1");
  const Timestamp again = story.now();
  wait_days(59);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(59)), IsEmpty());
  const Finding was = only(Rule::dormant);
  EXPECT_EQ(was.state, FindingState::ended);
  EXPECT_EQ(was.first_seen.ns, before.ns + std::int64_t{60} * 24 * 3600 * 1'000'000'000);
  EXPECT_EQ(was.last_seen, again);
  EXPECT_EQ(found(Rule::dormant, Timestamp{again.ns - 1}).size(), 1U) << "as of then it was open";
  EXPECT_THAT(found(Rule::dormant, again), IsEmpty());
}

TEST_F(Dormancy, CountsForAccountsThatCouldBeUsedAlone) {
  story.signed_in("ann1");
  story.signed_in("bob1");
  story.account("account_disabled", "ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("bob1 dormant_days open x1 8"));
  story.account("account_enabled", "ann1");
  story.removed(mercy, "bob1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("ann1 dormant_days open x1 10"));
}

TEST_F(Dormancy, IsNotEndedByASignInThatFailed) {
  story.signed_in("ann1");
  story.signed_in("ann1", false);
  wait_days(70);
  story.signed_in("ann1", false);
  EXPECT_THAT(found(Rule::dormant), ElementsAre("ann1 dormant_days open x1 7"));
}

TEST_F(Dormancy, OfWhoNeverSignedInIsCountedFromWhenSignInsBeganToBeReported) {
  wait_days(100);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::never_signed_in), IsEmpty());
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(29)), IsEmpty());
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(30)), ElementsAre("bob1 open x1 6"));
}

// As when a live feed began, and what was kept elsewhere before it comes in later.
TEST_F(Dormancy, IsCountedFromTheEarliestSignInThatIsReportedAndNotFromTheFirstThatCame) {
  wait_days(1000);
  story.signed_in("bob1");  // 7
  EXPECT_THAT(found(Rule::dormant, days_from_now(30)), IsEmpty());
  signed_in_days_ago("ann1", 700);  // 8
  wait_days(30);
  EXPECT_THAT(found(Rule::dormant), ElementsAre("ann1 dormant_very_long_days open x1 8"));
  EXPECT_THAT(findings({.now = story.now(), .rule = Rule::dormant, .moment = {.position = 7}}), IsEmpty()) << "as it was known then";
  EXPECT_EQ(end_of_silence(mercy), story.told()[7].at) << "and sign-ins are known since then";
  EXPECT_EQ(
      findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::sign_ins_not_reported, .moment = {.position = 7}}).at(0).last_seen,
      story.told()[6].at);
}

// One file with the oldest sign-ins first, of the people at mercy, and the same with the newest first, of those at hope.
TEST_F(Dormancy, IsTheSameWhicheverOfTheReportsCameFirst) {
  story.provider_registered(hope);
  for (const char* username : {"ann2", "bob2", "cyd2"}) story.created(hope, username, {"claims"});
  story.created(mercy, "cyd1", {"claims"});
  wait_days(2000);
  const Timestamp now = story.now();
  const std::vector<std::pair<std::string, std::int64_t>> rows{{"ann", 900}, {"bob", 800}, {"ann", 500}, {"bob", 480}, {"bob", 10}};
  const auto tell = [&](const auto& row, const char* number) {
    story.at(Timestamp{now.ns - row.second * 86'400'000'000'000});
    story.signed_in(row.first + number);
  };
  for (auto row = rows.begin(); row != rows.end(); ++row) tell(*row, "1");
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) tell(*row, "2");
  const auto without_numbers = [](std::vector<std::string> lines) {
    for (std::string& line : lines) line.erase(3, 1);
    return lines;
  };
  const auto oldest_first = without_numbers(open_at(mercy));
  EXPECT_EQ(oldest_first, without_numbers(open_at(hope)));
  EXPECT_THAT(oldest_first,
              ElementsAre(testing::StartsWith("ann dormant dormant_very_long_days"), testing::StartsWith("cyd never_signed_in")));
  EXPECT_EQ(end_of_silence(mercy), end_of_silence(hope));
}

TEST_F(Dormancy, IsCountedFromTheEarliestOfAHundredReportsThatComeNewestFirst) {
  wait_days(1000);
  for (int days = 400; days < 500; ++days) signed_in_days_ago("ann1", days);
  EXPECT_THAT(open_at(mercy),
              ElementsAre(testing::StartsWith("ann1 dormant dormant_very_long_days"), testing::StartsWith("bob1 never_signed_in")));
  EXPECT_EQ(only(Rule::never_signed_in).subject, "bob1") << "and of ann1 it is not found before the one that came first";
  EXPECT_EQ(only(Rule::never_signed_in).first_seen, Timestamp{story.told().back().at.ns + std::int64_t{30} * 86'400'000'000'000});
}

TEST_F(Dormancy, IsJudgedByThePolicyOfTheMomentAskedAbout) {
  story.signed_in("ann1");
  auto threshold = story.policy().initThresholds(1)[0];
  threshold.setName("dormant_days");
  threshold.setValue(10);
  const Timestamp before = story.now();
  wait_days(30);
  const auto set = story.policy_set(mercy);
  EXPECT_THAT(found(Rule::dormant, Timestamp{before.ns + std::int64_t{29} * 24 * 3600 * 1'000'000'000}), IsEmpty());
  EXPECT_EQ(only(Rule::dormant).policy, set);
}

TEST_F(Dormancy, IsCountedFromTheLinkWhereTheSignInWasBefore) {
  story.at(Timestamp{story.now().ns - std::int64_t{500} * 24 * 3600 * 1'000'000'000});
  story.signed_in("ann1");  // 7
  EXPECT_THAT(found(Rule::dormant), IsEmpty());
  EXPECT_THAT(found(Rule::dormant, days_from_now(60)), ElementsAre("ann1 dormant_days open x1 5"));
}

TEST_F(Dormancy, ThatHasEndedSaysWhichThresholdsHadPassed) {
  story.signed_in("ann1");  // 7
  wait_days(100);
  story.signed_in("ann1");  // 8
  EXPECT_THAT(found(Rule::dormant, {}, true), ElementsAre("ann1 dormant_long_days ended x2 7 8"));
}

TEST_F(Dormancy, CountsWhileTheAccountIsLocked) {
  story.signed_in("ann1");
  story.account("account_locked", "ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("ann1 dormant_days open x1 7"));
}

TEST_F(Dormancy, EndsWithTheProviderAndDoesNotBeginThereAgain) {
  story.signed_in("ann1");  // 7
  wait_days(59);
  story.provider_closed(mercy);  // 8
  wait_days(10);
  story.account("account_disabled", "ann1");
  story.account("account_enabled", "ann1");
  story.account("account_terminated", "bob1");
  for (const Rule rule : {Rule::dormant, Rule::never_signed_in}) {
    for (const Finding& finding : findings({.now = days_from_now(500), .since = Timestamp{}, .rule = rule}))
      EXPECT_LE(finding.last_seen, story.told()[7].at) << finding.id;
  }
  EXPECT_THAT(found(Rule::dormant, days_from_now(500), true), IsEmpty());
}

TEST_F(Dormancy, EndsWhenTheProviderWasClosedWhateverIsDoneLater) {
  story.signed_in("ann1");  // 7
  wait_days(70);
  story.provider_closed(mercy);  // 8
  const Timestamp closed = story.now();
  EXPECT_EQ(only(Rule::dormant).last_seen, closed);
  wait_days(10);
  story.account("account_terminated", "ann1");
  EXPECT_EQ(only(Rule::dormant).last_seen, closed);
}

}  // namespace
}  // namespace muniment
