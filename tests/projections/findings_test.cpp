#include "projections/findings.h"

#include <gmock/gmock.h>

#include <set>

#include "projections/cursor.h"
#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Rules, HaveAnIdAReasonAndARequirementEach) {
  std::set<std::string_view> ids;
  for (const RuleEntry& entry : rules()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_EQ(rule_named(entry.id), entry.rule);
    EXPECT_EQ(entry_of(entry.rule).id, entry.id);
    EXPECT_FALSE(entry.text.empty() || entry.examines.empty()) << entry.id;
    for (const std::string_view text : {entry.text, entry.examines}) EXPECT_EQ(text.find("complian"), std::string_view::npos) << text;
  }
  EXPECT_EQ(rule_named("nonsense"), std::nullopt);
}

class FindingsQuestion : public FindingsTest {
 protected:
  FindingsQuestion() {
    for (const char* where : {mercy, hope, grace}) {
      story.provider_registered(where);
      story.primary(where, std::string{"pu"} + where[2] + where[8], {"primary_portal_user"});
    }
  }
  FindingsQuery query() const { return {.now = story.now()}; }
};

TEST_F(FindingsQuestion, IsAnsweredInTheOrderOfProviderAndRule) {
  std::vector<std::string> out;
  for (const Finding& finding : findings(query())) out.push_back(finding.provider.text() + ' ' + std::string{entry_of(finding.rule).id});
  EXPECT_THAT(out, ElementsAre("110012345A no_backup", "110012345A sign_ins_not_reported", "110012345A service_use_not_reported",
                               "110012346B no_backup", "110012346B sign_ins_not_reported", "110012346B service_use_not_reported",
                               "220012345C no_backup", "220012345C sign_ins_not_reported", "220012345C service_use_not_reported"));
}

TEST_F(FindingsQuestion, IsAnsweredInPagesThatTogetherAreTheAnswerOfOneMoment) {
  FindingsQuery all = query();
  all.since = Timestamp{};
  const auto whole = findings(all);
  EXPECT_EQ(whole.size(), 12U);
  for (const std::size_t limit : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
    FindingsQuery paged = all;
    paged.limit = limit;
    std::vector<Finding> out;
    for (int page = 0;; ++page) {
      const auto answer = Findings(*views).search(paged);
      ASSERT_TRUE(answer.has_value());
      out.insert(out.end(), answer->rows.begin(), answer->rows.end());
      if (!answer->next) break;
      paged.cursor = *answer->next;
      paged.now = Timestamp{all.now.ns + std::int64_t{1'000'000'000} * page};  // Time goes on.
      story.provider_registered("330012345D");                                 // And so does the log.
      catch_up();
    }
    ASSERT_EQ(out.size(), whole.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(out[i].rule, whole[i].rule);
      EXPECT_EQ(out[i].provider, whole[i].provider);
      EXPECT_EQ(out[i].last_seen, whole[i].last_seen);
    }
  }
}

TEST_F(FindingsQuestion, GoesOnByCursorWithoutRepeatingOrSkippingWhatEndsInBetween) {
  for (const char* name : {"ann1", "bob1", "cyd1"}) {
    story.created(mercy, name, {"claims"});
    story.signed_in(name);
  }
  wait_days(100);
  FindingsQuery paged = query();
  const auto whole = findings(paged);
  paged.limit = 1;
  std::vector<Finding> out;
  for (;;) {
    const auto answer = Findings(*views).search(paged);
    ASSERT_TRUE(answer.has_value());
    out.insert(out.end(), answer->rows.begin(), answer->rows.end());
    if (!answer->next) break;
    paged.cursor = *answer->next;
    for (const char* name : {"ann1", "bob1", "cyd1"}) story.signed_in(name);
    story.created(mercy, "b" + std::to_string(out.size()), {"primary_portal_user"});
    story.removed(mercy, "b" + std::to_string(out.size()));
    catch_up();
  }
  ASSERT_EQ(out.size(), whole.size());
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].id, whole[i].id);
}

TEST_F(FindingsQuestion, HasAnIdOfEachThatARebuildAndTimeLeaveAsTheyAre) {
  story.created(mercy, "ann1", {"claims"});
  story.signed_in("ann1");
  wait_days(70);
  const auto ids = [&] {
    std::vector<std::string> out;
    for (const Finding& finding : findings({.now = story.now(), .since = Timestamp{}})) {
      if (finding.rule != Rule::attestation_overdue) out.push_back(finding.id);  // Which time alone opens in this while.
    }
    return out;
  };
  const auto before = ids();
  EXPECT_EQ(std::set(before.begin(), before.end()).size(), before.size()) << "each once";
  wait_days(100);
  EXPECT_EQ(ids(), before) << "it has passed another threshold";
  story.signed_in("ann1");
  EXPECT_EQ(ids(), before) << "it has ended";
  projector->rebuild(std::array{ProjectionKind::findings});
  EXPECT_EQ(ids(), before);
}

// One of each rule that waits for time to pass: what is recorded later leaves the answer for a former position as it was.
TEST_F(FindingsQuestion, AsOfAPositionStaysAsItIsWhateverComesLater) {
  story.created(mercy, "ann1", {"claims"});
  story.created(mercy, "bob1", {"claims"});
  story.terms_published("2024");
  story.signed_in("ann1");
  story.service_used(mercy, "bob1", "claims");
  story.departure_reported("bob1", {mercy});
  wait_days(400);
  FindingsQuery then = query();
  then.moment.position = story.head();
  const auto text = [&] {
    std::vector<std::string> out;
    for (const Finding& finding : findings(then))
      out.push_back(finding.id + ' ' + finding.other + ' ' + finding.first_seen.text() + ' ' + std::to_string(finding.policy) + ' ' +
                    std::to_string(finding.count) + ' ' + std::string{name_of(finding.state)});
    return out;
  };
  const auto before = text();
  for (const char* rule :
       {"dormant.", "never_signed_in.", "unused_service.", "terms_not_accepted.", "kept_after_leaving.", "kept_after_report."})
    EXPECT_THAT(before, testing::Contains(testing::StartsWith(rule))) << "the control";
  auto thresholds = story.policy().initThresholds(5);
  const char* names[] = {"dormant_days", "never_signed_in_days", "unused_days", "terms_grace_days", "removal_after_leaving_hours"};
  for (unsigned i = 0; i < 5; ++i) {
    thresholds[i].setName(names[i]);
    thresholds[i].setValue(100'000);
  }
  story.policy_set();
  EXPECT_EQ(text(), before) << "a policy by which nothing is due";
  story.next.left_at = Timestamp{1};
  story.departure_reported("bob1", {mercy});
  for (const char* name : {"ann1", "bob1"}) {
    story.terms_accepted(name, "2024");
    story.signed_in(name);
    story.service_used(mercy, name, "claims");
    EXPECT_EQ(text(), before) << name;
  }
  story.account("account_disabled", "ann1");
  story.account("account_terminated", "bob1");
  EXPECT_EQ(text(), before) << "accounts that cannot be used";
  story.removed(mercy, "ann1");
  story.removed(mercy, "bob1");
  EXPECT_EQ(text(), before) << "links that ended";
  story.provider_closed(mercy);
  EXPECT_EQ(text(), before) << "a provider that was closed";
}

TEST_F(FindingsQuestion, ShowsWhatWasSaidOfAFindingAndWhetherItStillCounts) {
  FindingsQuery one = query();
  one.rule = Rule::no_backup;
  one.provider = provider(mercy);
  const std::string id = findings(one).at(0).id;
  EXPECT_TRUE(findings(one).at(0).is_due());
  const Timestamp before = story.now();
  story.next.reason = "small_office";
  const Timestamp until{story.now().ns + std::int64_t{30} * 24 * 3600 * 1'000'000'000};
  const auto said = story.finding_disposed(mercy, id, schema::Disposition::ACCEPTED_RISK, until);
  one.now = story.now();
  const Finding accepted = findings(one).at(0);
  ASSERT_TRUE(accepted.disposal.has_value());
  EXPECT_EQ(accepted.disposal->disposition, schema::Disposition::ACCEPTED_RISK);
  EXPECT_EQ(accepted.disposal->until, until);
  EXPECT_EQ(accepted.disposal->by, "officer:rkelly");
  EXPECT_EQ(accepted.disposal->reason, "small_office");
  EXPECT_EQ(accepted.disposal->position, said);
  EXPECT_FALSE(accepted.is_due());
  const FindingCount count = Findings(*views).count(one).rules.at(0);
  EXPECT_EQ(count.open, 1U);
  EXPECT_EQ(count.disposed, 1U);
  one.moment.at = before;
  EXPECT_TRUE(findings(one).at(0).is_due()) << "nothing was said then";
  one.moment.at = until;
  EXPECT_TRUE(findings(one).at(0).is_due()) << "the time has passed";
  EXPECT_TRUE(findings(one).at(0).disposal.has_value());
  one.moment.at.reset();
  story.finding_disposed(mercy, id, schema::Disposition::REOPENED);
  one.now = story.now();
  EXPECT_TRUE(findings(one).at(0).is_due());
  EXPECT_FALSE(findings(one).at(0).disposal.has_value());
}

TEST_F(FindingsQuestion, CountsWhatIsSaidToBeFixedAndHoldsStill) {
  FindingsQuery one = query();
  one.rule = Rule::no_backup;
  one.provider = provider(mercy);
  const std::string id = findings(one).at(0).id;
  story.finding_disposed(mercy, id, schema::Disposition::FIXED);
  one.now = story.now();
  EXPECT_TRUE(findings(one).at(0).is_due());
  story.finding_disposed(mercy, id, schema::Disposition::FALSE_ALARM);
  one.now = story.now();
  EXPECT_FALSE(findings(one).at(0).is_due()) << "the control";
  story.finding_disposed(mercy, "no_backup.110012345A.1.00000000", schema::Disposition::REOPENED);
  EXPECT_FALSE(findings(one).at(0).is_due()) << "of a finding that is none nothing is changed";
}

// What has ended is passed over where it cannot matter: here it does.
TEST_F(FindingsQuestion, ShowsWhatEndsByAnEventThatDoesNotCountYet) {
  FindingsQuery one = query();
  one.rule = Rule::no_backup;
  one.provider = provider(mercy);
  story.at(Timestamp{story.now().ns + std::int64_t{3600} * 1'000'000'000});
  story.created(mercy, "b1", {"primary_portal_user"});
  one.now = story.now();
  EXPECT_EQ(findings(one).size(), 1U) << "it takes effect in an hour";
  story.wait(3601);
  one.now = story.now();
  EXPECT_THAT(findings(one), IsEmpty());
  one.provider = provider(hope);
  const auto import = story.import_started({"admin"});
  story.next.import = import;
  story.created(hope, "b2", {"primary_portal_user"});
  one.now = story.now();
  EXPECT_EQ(findings(one).size(), 1U) << "the import is not complete";
  story.import_completed(import);
  one.now = story.now();
  EXPECT_THAT(findings(one), IsEmpty());
}

// Of all rules at once they are kept as numbers; of one rule after the other they are counted.
TEST_F(FindingsQuestion, CountsAlikeHoweverItIsAsked) {
  const auto expect_alike = [&](const std::string& after) {
    catch_up();
    FindingsQuery all = query();
    const auto counts = Findings(*views).count(all).rules;
    for (const FindingCount& count : counts) {
      all.rule = count.rule;
      const auto rows = findings(all);
      const auto disposed = std::count_if(rows.begin(), rows.end(), [](const Finding& finding) { return !finding.is_due(); });
      EXPECT_EQ(count.open, rows.size()) << after << ' ' << name_of(count.rule);
      EXPECT_EQ(count.disposed, static_cast<std::uint64_t>(disposed)) << after << ' ' << name_of(count.rule);
    }
  };
  expect_alike("registrations");
  story.created(mercy, "b1", {"primary_portal_user"});
  by("b1");
  story.assigned(mercy, "b1", {"claims"});
  story.created(grace, "bill1", {"claims", "referrals"});
  story.linked(mercy, "bill1", {"claims"});
  story.removed(mercy, "bill1");
  expect_alike("grants");
  reopen();
  story.account("account_locked", "b1");
  expect_alike("a restart");
  auto pair = story.policy().initIncompatible(1)[0];
  pair.setService("claims");
  pair.setOther("referrals");
  story.policy_set();
  story.assigned(grace, "bill1", {"members"}, {"referrals"});
  story.assigned(grace, "bill1", {"referrals"});
  expect_alike("a pair");
  story.policy().setTimeZone("UTC");
  story.policy_set();
  expect_alike("a policy without it");
  story.signed_in("b1");
  story.departure_reported("bill1", {grace});
  story.terms_published("2024");
  wait_days(400);
  expect_alike("signals");
  FindingsQuery one = query();
  one.rule = Rule::no_backup;
  story.finding_disposed(mercy, findings(one).at(0).id, schema::Disposition::FALSE_ALARM);
  one.rule = Rule::dormant;
  story.finding_disposed(mercy, findings(one).at(0).id, schema::Disposition::FALSE_ALARM);
  expect_alike("disposals");
  story.provider_closed(grace);
  expect_alike("a closing");
  story.provider_closed(mercy);
  expect_alike("another one");
  projector->rebuild(std::array{ProjectionKind::findings});
  expect_alike("a rebuild");
}

TEST_F(FindingsQuestion, RefusesACursorOfAnotherQuestionAndAMangledOne) {
  catch_up();
  FindingsQuery one = query();
  one.limit = 1;
  const auto first = Findings(*views).search(one);
  ASSERT_TRUE(first && first->next);
  FindingsQuery other = query();
  other.rule = Rule::no_backup;
  other.cursor = *first->next;
  EXPECT_FALSE(Findings(*views).search(other).has_value());
  FindingsQuery mangled = query();
  mangled.cursor = view::write_cursor('f', view::Fingerprint{}, {1, "x"});
  EXPECT_FALSE(Findings(*views).search(mangled).has_value());
}

TEST_F(FindingsQuestion, IsNarrowedToAProviderAndARule) {
  FindingsQuery narrow = query();
  narrow.provider = provider(hope);
  for (const Finding& finding : findings(narrow)) EXPECT_EQ(finding.provider.text(), hope);
  EXPECT_EQ(findings(narrow).size(), 3U);
  narrow.rule = Rule::no_backup;
  EXPECT_EQ(findings(narrow).size(), 1U);
  narrow.provider.reset();
  EXPECT_EQ(findings(narrow).size(), 3U);
}

TEST_F(FindingsQuestion, IsAnsweredAsItWasKnownAtAPosition) {
  const auto backup = story.created(mercy, "b1", {"primary_portal_user"});
  FindingsQuery then = query();
  then.rule = Rule::no_backup;
  EXPECT_EQ(findings(then).size(), 2U);
  then.moment.position = backup - 1;
  EXPECT_EQ(findings(then).size(), 3U);
  for (const Finding& finding : findings(then)) EXPECT_EQ(finding.evidence.size(), 1U);
}

TEST_F(FindingsQuestion, ShowsWhatHasEndedSinceAMoment) {
  const Timestamp before = story.now();
  story.created(mercy, "b1", {"primary_portal_user"});
  const Timestamp ended = story.now();
  FindingsQuery all = query();
  all.rule = Rule::no_backup;
  all.provider = provider(mercy);
  EXPECT_THAT(findings(all), IsEmpty());
  for (const auto& [since, count] : {std::pair{before, 1U}, {ended, 1U}, {Timestamp{ended.ns + 1}, 0U}}) {
    all.since = since;
    EXPECT_EQ(findings(all).size(), count);
  }
}

TEST_F(FindingsQuestion, CountsWhatIsOpenByRule) {
  catch_up();
  const auto counts = Findings(*views).count(query());
  EXPECT_EQ(counts.rules.size(), rules().size());
  EXPECT_EQ(counts.truth.true_of, story.head());
  for (const FindingCount& count : counts.rules) {
    const bool is_open =
        count.rule == Rule::no_backup || count.rule == Rule::sign_ins_not_reported || count.rule == Rule::service_use_not_reported;
    EXPECT_EQ(count.open, is_open ? 3U : 0U) << entry_of(count.rule).id;
  }
}

TEST_F(FindingsQuestion, SaysWhichEventsItCouldNotRead) {
  const auto broken = story.unknown(mercy, "pu01");
  catch_up();
  EXPECT_THAT(Findings(*views).search(query())->truth.incomplete, ElementsAre(broken));
  FindingsQuery elsewhere = query();
  elsewhere.provider = provider(hope);
  EXPECT_THAT(Findings(*views).search(elsewhere)->truth.incomplete, IsEmpty());
}

TEST_F(FindingsQuestion, IsAnsweredAlikeWhateverTheBatches) {
  story.signed_in("pu05");
  story.terms_published("2024");
  story.relationship_started(mercy, grace);
  story.created(grace, "bill1", {"claims"});
  story.linked(mercy, "bill1", {"claims"});
  story.relationship_ended(mercy, grace);
  story.service_used(mercy, "bill1", "claims");
  story.departure_reported("bill1", {mercy, grace});
  story.account("account_disabled", "bill1");
  const auto import = story.import_started({"admin"});
  story.next.import = import;
  story.created(hope, "past1", {"admin"});
  story.import_completed(import);
  wait_days(100);
  for (int i = 0; i < 4; ++i) {
    by("pu05");
    story.password_reset(mercy, "bill1");
  }
  story.account("account_enabled", "bill1");
  story.terms_accepted("bill1", "2024");
  for (int i = 0; i < 40; ++i) {
    by("pu05");
    story.assigned(mercy, "clerk" + std::to_string(i % 5), {"s" + std::to_string(i)}, {"s" + std::to_string(i - 5)});
  }
  const auto text_of_all = [&] {
    std::vector<std::string> out;
    for (const RuleEntry& entry : rules()) {
      for (auto& line : found(entry.rule, Timestamp{story.now().ns + std::int64_t{100} * 86400 * 1'000'000'000}, true))
        out.push_back(std::string{entry.id} + ' ' + line);
    }
    return out;
  };
  const auto expected = text_of_all();
  EXPECT_GT(expected.size(), 20U);
  close();
  std::filesystem::remove_all(folder.path() / "views");
  open({.step_events = 1});
  EXPECT_EQ(text_of_all(), expected);
  close();
  std::filesystem::remove_all(folder.path() / "views");
  open({.bulk_backlog = 1, .bulk_batch_events = 7});
  EXPECT_EQ(text_of_all(), expected);
  projector->rebuild(std::array{ProjectionKind::findings});
  EXPECT_EQ(text_of_all(), expected);
}

}  // namespace
}  // namespace muniment
