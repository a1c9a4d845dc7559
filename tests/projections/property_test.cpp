// What the projections answer, held against a model that folds everything anew for each question.

#include <gmock/gmock.h>

#include "tests/projections/model.h"
#include "tests/projections/random_story.h"
#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

std::string shown(const AccessRow& row) {
  std::string out = row.provider.text() + ' ' + row.username + ' ' + row.service + ' ' + std::to_string(row.granted.position);
  for (const auto reason : row.unusable) out += ' ' + std::string{name_of(reason)};
  return out;
}

std::string shown(const AccessDiffRow& row) {
  const char* sign = row.difference == AccessDifference::gained ? "+ " : "- ";
  return sign + row.provider.text() + ' ' + row.username + ' ' + row.service;
}

std::string shown(const RosterRow& row) {
  std::string out = row.username + ' ' + row.last_name + ',' + row.first_name + ' ' + std::to_string(row.linked_position);
  for (const auto& service : row.services) out += ' ' + service;
  return out;
}

Position shown(const TrailRow& row) { return row.position; }

// All pages of an answer.
template <typename Query, typename Ask>
auto all(Query query, Ask ask) {
  std::vector<decltype(shown(ask(query)->rows.front()))> out;
  for (;;) {
    const auto page = ask(query);
    EXPECT_TRUE(page.has_value());
    for (const auto& row : page->rows) out.push_back(shown(row));
    EXPECT_TRUE(page->truth.incomplete.empty());
    if (!page->next) return out;
    query.cursor = *page->next;
  }
}

class PropertyTest : public ViewsTest, public testing::WithParamInterface<unsigned> {
 protected:
  PropertyTest() : chance(story, GetParam()), model(story.told()) {}

  void tell(std::size_t events) {
    while (story.head() < events) chance.step();
  }

  std::optional<Timestamp> some_time() {
    if (chance.chance(20)) return std::nullopt;
    const auto& told = chance.one_of(story.told());
    return Timestamp{told.at.ns + static_cast<std::int64_t>(chance.below(3)) - 1};
  }
  Moment some_moment() {
    Moment moment{.at = some_time(), .position = {}};
    if (chance.chance(60)) moment.position = chance.below(story.head() + 1);
    return moment;
  }
  std::size_t some_limit() { return chance.chance(50) ? 1 + chance.below(9) : page_size_max; }

  void check_access() {
    const Access access(*views);
    AccessQuery query{.moment = some_moment(), .limit = some_limit()};
    Model::Filter filter;
    if (chance.chance(40)) filter.provider = chance.one_of(chance.providers());
    if (chance.chance(40)) filter.username = chance.one_of(chance.usernames());
    if (chance.chance(40)) filter.service = chance.one_of(chance.services());
    if (!filter.provider.empty()) query.provider = provider(filter.provider);
    if (!filter.username.empty()) query.username = user(filter.username);
    if (!filter.service.empty()) query.service = filter.service;
    const auto answer = all(query, [&](const AccessQuery& q) { return access.as_of(q); });
    rows_seen += answer.size();
    EXPECT_EQ(answer, model.held(filter, query.moment));

    AccessDiffQuery diff{
        .from = some_time().value_or(Timestamp{0}), .to = some_time().value_or(story.now()), .position = query.moment.position};
    diff.provider = query.provider;
    diff.username = query.username;
    diff.limit = query.limit;
    filter.service.clear();
    EXPECT_EQ(all(diff, [&](const AccessDiffQuery& q) { return access.diff(q); }),
              model.differences(filter, diff.from, diff.to, diff.position));
  }

  void check_roster() {
    static const Names prefixes = {"", "", "d", "doe", "n", "nunez", "o", "smith", "smithson", "zz"};
    static const Names firsts = {"", "", "a", "anne", "j", "z"};
    const Roster roster(*views);
    const auto id = chance.one_of(chance.providers());
    RosterQuery query{.provider = provider(id), .last_name = chance.one_of(prefixes), .first_name = chance.one_of(firsts)};
    query.moment = some_moment();
    query.limit = some_limit();
    const auto answer = all(query, [&](const RosterQuery& q) { return roster.search(q); });
    rows_seen += answer.size();
    EXPECT_EQ(answer, model.roster(id, query.last_name, query.first_name, query.moment)) << query.last_name << '/' << query.first_name;
  }

  void check_trail() {
    const Trail trail(*views);
    TrailQuery query;
    if (chance.chance(40)) query.username = user(chance.one_of(chance.usernames()));
    if (chance.chance(40)) query.provider = provider(chance.one_of(chance.providers()));
    if (chance.chance(30)) query.actor = chance.one_of(chance.actors());
    if (chance.chance(30)) query.type = fact_number(chance.one_of(story.told()).type);
    if (chance.chance(30)) query.from = some_time();
    if (chance.chance(30)) query.to = some_time();
    query.newest_first = chance.chance(50);
    query.moment = some_moment();
    query.limit = some_limit();
    const auto answer = all(query, [&](const TrailQuery& q) { return trail.search(q); });
    rows_seen += answer.size();
    EXPECT_EQ(answer, model.trail(query));
  }

  void check_everything(int questions) {
    for (int i = 0; i < questions && !HasFailure(); ++i) {
      check_access();
      check_roster();
      check_trail();
    }
  }

  RandomStory chance;
  Model model;
  std::size_t rows_seen = 0;
};

TEST_P(PropertyTest, AnswersWhatAModelAnswersAtAnyMoment) {
  for (const std::size_t events : {50u, 200u, 450u}) {
    tell(events);
    catch_up();
    check_everything(60);
  }
  EXPECT_GT(rows_seen, 1000u) << "the questions were about something";
}

TEST_P(PropertyTest, CatchingUpInAnyBatchesIsTheSameAsInOne) {
  tell(10);
  while (story.head() < 350) {
    tell(story.head() + 1 + chance.below(40));
    if (chance.chance(30)) {
      reopen({.bulk_backlog = chance.below(30), .bulk_batch_events = 1 + chance.below(50), .step_events = 1 + chance.below(20)});
    }
    catch_up();
  }
  check_everything(60);
}

TEST_P(PropertyTest, ARebuiltProjectionIsTheOneThatLived) {
  tell(300);
  while (projector->position(ProjectionKind::access) < 250) {
    reopen({.bulk_backlog = 1'000'000, .step_events = 7});
    catch_up();
  }
  projector->rebuild(all_projections);
  check_everything(30);
  tell(400);
  catch_up();
  check_everything(30);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PropertyTest, testing::Range(1u, 9u));

}  // namespace
}  // namespace muniment
