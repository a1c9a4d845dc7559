#include "tools/export/report.h"

#include <gmock/gmock.h>

#include "tests/projections/views_fixture.h"
#include "tools/export/html.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportTest : public ViewsTest {
 protected:
  ReportTest() {
    story.service_defined("claims", false);
    story.provider_registered(mercy);
    story.provider_registered(hope);
    story.primary(mercy, "mhughes1", {"claims"});
    story.created(mercy, "jdoe11", {"claims", "reports"});
    story.created(hope, "other1", {"claims"});
    story.account("account_locked", "jdoe11");
  }

  std::string report(ReportQuestion question = {.now = {}}) {
    catch_up();
    question.now = time_of("2024-02-01T00:00:00Z");
    if (question.judged_at.ns == 0) question.judged_at = question.now;
    if (!question.moment.position) question.moment.position = story.head();
    const Access access(*views);
    const Trail trail(*views);
    const Findings findings(*views);
    std::string out;
    Report made({.access = access,
                 .trail = trail,
                 .findings = findings,
                 .log = log,
                 .origin = "example.org/audit",
                 .checkpoint_size = 7,
                 .checkpoint_root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="},
                question);
    while (made.next(out)) {
    }
    rows_ = made.rows();
    return out;
  }
  static std::size_t count_of(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
  }

  std::uint64_t rows_ = 0;
};

TEST_F(ReportTest, SaysWhatWasAskedOfWhichPositionByWhichCheckpointAndByWhom) {
  const std::string html = report({.provider = provider(mercy), .from = time_of("2024-01-01"), .now = {}, .preparer = "A. <Auditor>"});
  for (const char* text : {"110012345 A", "2024-01-01 00:00", "UTC", "example.org/audit", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                           "A. &lt;Auditor&gt;", "True of position</th><td>7", "counter(page)", "Reviewed by"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
  EXPECT_THAT(html, Not(HasSubstr("<Auditor>")));
}

TEST_F(ReportTest, MarksWhatIsHeldAndWhatOfItCannotBeUsed) {
  const std::string html = report({.provider = provider(mercy), .now = {}});
  EXPECT_EQ(count_of(html, "&#9679; <span"), 1U) << "mhughes1";
  EXPECT_EQ(count_of(html, "&#9675; <span"), 2U) << "jdoe11, who is locked";
  EXPECT_THAT(html, HasSubstr("&#9675; <span class=\"small\">5, locked"));
}

TEST_F(ReportTest, HasAMatrixForEachProviderAndNothingOfOthers) {
  EXPECT_THAT(report(), testing::AllOf(HasSubstr("<h3>110012345 A</h3>"), HasSubstr("<h3>110012346 B</h3>")));
  EXPECT_THAT(report({.provider = provider(mercy), .now = {}}), Not(HasSubstr("other1")));
}

TEST_F(ReportTest, PutsSoManyServicesBesideEachOtherAsCanBeReadAndTheOthersBelow) {
  std::vector<std::string> services;
  for (char c = 'a'; c <= 'z'; ++c) services.push_back(std::string{"service_"} + c);
  story.created(grace, "all26", services);
  story.created(grace, "first1", {"service_a"});
  const std::string html = report({.provider = provider(grace), .now = {}});
  for (const char* heading : {"220012345 C, services 1 to 12 of 26", "services 13 to 24 of 26", "services 25 to 26 of 26"})
    EXPECT_THAT(html, HasSubstr(heading));
  for (const std::string& service : services) EXPECT_EQ(count_of(html, "service_&#8203;" + service.substr(8) + "</th>"), 1U) << service;
  EXPECT_EQ(count_of(html, "<td>all26</td><td class=\"mark\">"), 3U) << "in each matrix";
  EXPECT_EQ(count_of(html, "<td>first1</td><td class=\"mark\">"), 1U) << "where there is something of it";
  EXPECT_EQ(count_of(html, "&#9679; <span") + count_of(html, "&#9675; <span"), 27U);
}

TEST_F(ReportTest, SaysWhichEventsItsViewsCouldNotHandle) {
  EXPECT_THAT(report(), Not(HasSubstr("May be incomplete"))) << "the control";
  const Position unknown = story.unknown(mercy, "jdoe11");
  EXPECT_THAT(report(), HasSubstr("May be incomplete</th><td>The views could not handle the events " + std::to_string(unknown) + "."));
}

TEST_F(ReportTest, HasTheFindingsInWhichAPersonIsTheOtherOne) {
  story.departure_reported("mhughes1", {mercy});
  EXPECT_THAT(report({.username = user("mhughes1"), .now = {}}), HasSubstr("<td>no_primary_user</td>"));
  EXPECT_THAT(report({.username = user("jdoe11"), .now = {}}), Not(HasSubstr("<td>no_primary_user</td>"))) << "the control";
}

TEST_F(ReportTest, SaysHowAFindingIsDisposedOfUntilWhenByWhomAndWhere) {
  const auto no_backup = [this] {
    catch_up();
    const auto page = Findings(*views).search({.now = story.now(), .rule = Rule::no_backup, .provider = provider(mercy)});
    return page.value().rows.at(0).id;
  };
  EXPECT_THAT(report(), Not(HasSubstr("accepted_risk"))) << "the control";
  const auto said = story.finding_disposed(mercy, no_backup(), schema::Disposition::ACCEPTED_RISK, time_of("2024-06-30T12:00:00Z"));
  EXPECT_THAT(report(), HasSubstr("<td>accepted_risk until 2024-06-30 12:00, by officer:rkelly at " + std::to_string(said) + "</td>"));
  const auto fixed = story.finding_disposed(mercy, no_backup(), schema::Disposition::FIXED);
  EXPECT_THAT(report(), HasSubstr("<td>fixed, by officer:rkelly at " + std::to_string(fixed) + "; counts again</td>")) << "it holds still";
}

TEST_F(ReportTest, ShowsTimesInWhichThereWasNothing) {
  story.at(time_of("2024-01-20T00:00:00Z"));
  story.account("account_unlocked", "jdoe11");
  EXPECT_EQ(count_of(report(), "<rect "), 20U) << "each day from the first to the last";
}

TEST_F(ReportTest, ShowsTimesInTheZone) {
  EXPECT_THAT(report({.now = {}, .zone = "America/New_York"}), HasSubstr("<td>2023-12-31 19:00</td>"));
  EXPECT_THAT(report(), HasSubstr("<td>2024-01-01 00:00</td>"));
  EXPECT_TRUE(is_time_zone("America/New_York"));
  EXPECT_FALSE(is_time_zone("Mars/Olympus"));
}

TEST_F(ReportTest, HasEveryEventOfTheTimelineAndTheFindings) {
  const std::string html = report();
  for (const char* type : {"service_defined", "provider_registered", "subordinate_created", "account_locked"})
    EXPECT_THAT(html, HasSubstr(type));
  EXPECT_THAT(html, HasSubstr("no_backup"));
  EXPECT_THAT(html, HasSubstr("<rect "));
  const std::string findings = html.substr(html.find("<h2>Findings"));
  const std::size_t found = count_of(findings.substr(0, findings.find("</table>")), "<tr><td>");
  EXPECT_GE(found, 1U);
  EXPECT_EQ(rows_, 4 + 7 + found) << "what is held, what happened, what was found";
}

TEST_F(ReportTest, IsTrueOfItsPosition) { EXPECT_THAT(report({.moment = {.position = 6}, .now = {}}), Not(HasSubstr("account_locked"))); }

TEST_F(ReportTest, IsADocumentOfNothingToo) {
  const std::string html = report({.moment = {.position = 0}, .now = {}});
  EXPECT_THAT(html, HasSubstr("Nobody held anything."));
  EXPECT_EQ(rows_, 0U);
}

TEST(Html, LeavesNoMarkupInAText) {
  std::string out;
  put_html(out, "<script>\"&'</script>");
  EXPECT_EQ(out, "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
}

TEST(Html, MayBreakAnIdentifierBehindItsUnderscores) {
  std::string out;
  put_breakable(out, "view_<_reports");
  EXPECT_EQ(out, "view_&#8203;&lt;_&#8203;reports");
  put_breakable(out, "");
  EXPECT_EQ(out, "view_&#8203;&lt;_&#8203;reports");
}

TEST(Html, DrawsNoBarsOfNothing) {
  std::string out;
  put_bars(out, {});
  EXPECT_EQ(out, "");
  put_bars(out, {{"2024", 4}, {"2025", 2}});
  EXPECT_THAT(out, HasSubstr("height=\"90.0\""));
  EXPECT_THAT(out, HasSubstr("height=\"45.0\""));
}

}  // namespace
}  // namespace muniment
