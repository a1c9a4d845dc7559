#include "tests/projections/views_fixture.h"

#include <unistd.h>

#include <atomic>

namespace muniment {
namespace {

// Every row of every page.
template <typename Query, typename Ask>
auto all_rows(Query query, std::size_t limit, Ask ask) {
  decltype(ask(query)->rows) out;
  query.limit = limit;
  for (;;) {
    auto page = ask(query);
    EXPECT_TRUE(page.has_value()) << page.error().message;
    if (!page) return out;
    EXPECT_LE(page->rows.size(), limit);
    out.insert(out.end(), page->rows.begin(), page->rows.end());
    if (!page->next) return out;
    EXPECT_EQ(page->rows.size(), limit) << "only the last page may be short";
    query.cursor = *page->next;
  }
}

}  // namespace

TempFolder::TempFolder() {
  static std::atomic<int> count = 0;
  path_ = std::filesystem::path(testing::TempDir()) / ("muniment-views-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

std::vector<std::string> ViewsTest::held(AccessQuery query, std::size_t limit) {
  catch_up();
  const Access access(*views);
  std::vector<std::string> out;
  for (const auto& row : all_rows(std::move(query), limit, [&](const AccessQuery& q) { return access.as_of(q); })) {
    out.push_back(row.provider.text() + ' ' + row.username + ' ' + row.service);
  }
  return out;
}

std::vector<std::string> ViewsTest::roster(RosterQuery query, std::size_t limit) {
  catch_up();
  const Roster asked(*views);
  std::vector<std::string> out;
  for (const auto& row : all_rows(std::move(query), limit, [&](const RosterQuery& q) { return asked.search(q); }))
    out.push_back(row.username);
  return out;
}

std::vector<Position> ViewsTest::trail(TrailQuery query, std::size_t limit) {
  catch_up();
  const Trail asked(*views);
  std::vector<Position> out;
  for (const auto& row : all_rows(std::move(query), limit, [&](const TrailQuery& q) { return asked.search(q); }))
    out.push_back(row.position);
  return out;
}

}  // namespace muniment
