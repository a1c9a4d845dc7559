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
