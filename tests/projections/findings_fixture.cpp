#include "tests/projections/findings_fixture.h"

namespace muniment {

std::vector<Finding> FindingsTest::findings(FindingsQuery query, std::size_t limit) {
  catch_up();
  const Findings desk(*views);
  std::vector<Finding> out;
  query.limit = limit;
  for (;;) {
    const auto page = desk.search(query);
    EXPECT_TRUE(page.has_value()) << page.error().message;
    if (!page) return out;
    EXPECT_LE(page->rows.size(), limit);
    out.insert(out.end(), page->rows.begin(), page->rows.end());
    if (!page->next) return out;
    EXPECT_EQ(page->rows.size(), limit) << "only the last page may be short";
    query.cursor = *page->next;
  }
}

std::vector<std::string> FindingsTest::found(Rule rule, std::optional<Timestamp> at, bool all) {
  std::vector<std::string> out;
  for (const Finding& finding :
       findings({.now = story.now(), .since = all ? std::optional{Timestamp{}} : std::nullopt, .rule = rule, .moment = {.at = at}})) {
    std::string line;
    for (const std::string& part : {finding.subject, finding.service, finding.other, std::string{name_of(finding.state)}}) {
      if (!part.empty()) line += part + ' ';
    }
    line += 'x' + std::to_string(finding.count);
    for (const Position position : finding.evidence) line += ' ' + std::to_string(position);
    out.push_back(line);
  }
  return out;
}

Finding FindingsTest::only(Rule rule, std::optional<Timestamp> at) {
  const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = rule, .moment = {.at = at}});
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? Finding{.rule = rule, .provider = provider(mercy)} : all.front();
}

}  // namespace muniment
