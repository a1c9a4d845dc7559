#include "projections/trail.h"

#include <gmock/gmock.h>

#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TrailTest : public ViewsTest {
 protected:
  Page<TrailRow> page(const TrailQuery& query) {
    catch_up();
    auto answer = Trail(*views).search(query);
    EXPECT_TRUE(answer.has_value());
    return *std::move(answer);
  }
  static TrailQuery oldest_first(TrailQuery query = {}) {
    query.newest_first = false;
    return query;
  }
  static TrailQuery of_user(const char* name) { return {.username = user(name)}; }
  std::vector<Position> all_pages(TrailQuery query) {
    std::vector<Position> found;
    do {
      const auto answer = page(query);
      for (const auto& row : answer.rows) found.push_back(row.position);
      query.cursor = answer.next.value_or("");
    } while (!query.cursor.empty());
    return found;
  }
  static TrailQuery at_provider(const char* id) { return {.provider = provider(id)}; }
};

TEST_F(TrailTest, ListsEverythingNewestOrOldestFirst) {
  story.provider_registered(mercy);
  story.created(mercy, "jdoe11", {"claims"});
  story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail({}), ElementsAre(3, 2, 1));
  EXPECT_THAT(trail(oldest_first()), ElementsAre(1, 2, 3));
}

TEST_F(TrailTest, FollowsWhoSubmittedForAnotherTooAndTheOtherAsTheActor) {
  story.provider_registered(mercy);
  story.next.actor = Principal::account("mhughes");
  story.next.submitted_by = Principal::submitter("portal");
  story.created(mercy, "jdoe11", {"claims"});
  story.next.actor = Principal::submitter("portal");
  story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail({.actor = Principal::submitter("portal")}), ElementsAre(3, 2));
  EXPECT_THAT(trail({.actor = Principal::account("mhughes")}), ElementsAre(2));
  EXPECT_THAT(trail({.actor = Principal::account("portal")}), IsEmpty());
}

TEST_F(TrailTest, FollowsAnAccountAProviderAnActorAndAType) {
  story.provider_registered(mercy);
  story.next.actor = Principal::account("mhughes");
  story.created(mercy, "jdoe11", {"claims"});
  story.next.actor = Principal::account("mhughes");
  story.created(hope, "asmith1", {"claims"});
  story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail(of_user("jdoe11")), ElementsAre(4, 2));
  EXPECT_THAT(trail(at_provider(mercy)), ElementsAre(4, 2, 1));
  EXPECT_THAT(trail({.actor = Principal::account("mhughes")}), ElementsAre(3, 2));
  EXPECT_THAT(trail({.actor = Principal::officer("mhughes")}), IsEmpty()) << "another kind of principal is another one";
  EXPECT_THAT(trail({.type = fact_number("subordinate_created")}), ElementsAre(3, 2));
  EXPECT_THAT(trail(of_user("jdoe1")), IsEmpty()) << "the beginning of a username is no username";
}

TEST_F(TrailTest, CombinesWhatIsAskedFor) {
  for (int i = 0; i < 40; ++i) {
    story.next.actor = Principal::account(i % 3 ? "a" : "b");
    story.created(i % 2 ? mercy : hope, "u" + std::to_string(i), {"claims"});
    story.next.actor = Principal::account(i % 5 ? "a" : "b");
    story.password_reset(i % 4 ? mercy : hope, "u" + std::to_string(i % 7));
  }
  const TrailQuery query{
      .username = user("u3"), .provider = provider(mercy), .actor = Principal::account("a"), .type = fact_number("password_reset")};
  std::vector<Position> expected;
  for (const auto& told : story.told()) {
    if (told.username == "u3" && told.provider == mercy && told.actor.name == "a" && told.type == "password_reset") {
      expected.push_back(told.position);
    }
  }
  ASSERT_GT(expected.size(), 2u);
  EXPECT_EQ(trail(oldest_first(query)), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(trail(query), expected);
}

TEST_F(TrailTest, LeavesKindsOutThatAreNotWanted) {
  story.provider_registered(mercy);
  const auto created = story.created(mercy, "jdoe11", {"claims"});
  for (int i = 0; i < 50; ++i) story.password_reset(mercy, "jdoe11");
  const auto removed = story.removed(mercy, "jdoe11");
  const std::vector<FactNumber> resets = *fact_numbers("password_reset");
  EXPECT_THAT(trail({.not_types = resets}), ElementsAre(removed, created, 1));
  EXPECT_THAT(trail({.not_types = *fact_numbers("password_reset,provider_registered")}), ElementsAre(removed, created));
  EXPECT_THAT(trail({.username = user("jdoe11"), .not_types = resets}, 1), ElementsAre(removed, created)) << "page by page";
  EXPECT_THAT(trail({.type = fact_number("password_reset"), .not_types = resets}), IsEmpty());
  TrailQuery other{.limit = 1};
  const auto first = page(other);
  other.cursor = first.next.value();
  other.not_types = resets;
  EXPECT_FALSE(Trail(*views).search(other).has_value()) << "a cursor is of one question";
}

// Rare in the provider's list and common elsewhere; rare in both; common in both.
TEST_F(TrailTest, FindsATypeHoweverRareItIsInALongList) {
  story.created(mercy, "u1", {"claims"});
  for (int i = 0; i < 3000; ++i) {
    if (i % 700 == 0) story.removed(mercy, "u1");
    if (i == 1500) story.created(mercy, "u2", {"claims"});
    if (i % 3 == 0) story.removed(hope, "u3");
    if (i % 90 < 80) story.password_reset(mercy, "u1");
  }
  for (const auto* type : {"subordinate_removed", "subordinate_created", "password_reset", "provider_closed"}) {
    std::vector<Position> expected;
    for (const auto& told : story.told()) {
      if (told.provider == mercy && told.type == type) expected.push_back(told.position);
    }
    TrailQuery query{.provider = provider(mercy), .type = fact_number(type), .limit = 5000};
    query.newest_first = false;
    EXPECT_EQ(all_pages(query), expected) << type;
    std::reverse(expected.begin(), expected.end());
    query.newest_first = true;
    EXPECT_EQ(all_pages(query), expected) << type;
  }
}

// In the person's list a posting says by itself where it was, but of an event that concerns several providers. Rare and common, in both.
TEST_F(TrailTest, FindsAPersonsEventsAtAProviderHoweverRareTheyAre) {
  std::vector<Position> at_mercy;
  std::vector<Position> at_hope;
  std::vector<Position> at_grace;
  for (int i = 0; i < 2500; ++i) {
    at_hope.push_back(story.password_reset(hope, "jdoe11"));
    if (i % 900 == 0) at_mercy.push_back(story.password_reset(mercy, "jdoe11"));
    if (i % 3 == 0) story.password_reset(mercy, "another1");
    if (i == 700) at_grace.push_back(story.departure_reported("jdoe11", {grace}));
    if (i % 1000 == 500) {
      const Position of_several = story.departure_reported("jdoe11", {mercy, hope});
      at_mercy.push_back(of_several);
      at_hope.push_back(of_several);
    }
    if (i == 1100) story.tell("signed_in", {}, "jdoe11");
  }
  for (const auto& [where, expected] : {std::pair{mercy, at_mercy}, std::pair{hope, at_hope}, std::pair{grace, at_grace}}) {
    TrailQuery query{.username = user("jdoe11"), .provider = provider(where), .newest_first = false, .limit = 5000};
    EXPECT_EQ(all_pages(query), expected) << where;
    query.newest_first = true;
    EXPECT_EQ(all_pages(query), std::vector<Position>(expected.rbegin(), expected.rend())) << where;
  }
}

TEST_F(TrailTest, TakesATimeRangeWithBothEnds) {
  story.provider_registered(mercy);
  story.provider_registered(hope);
  story.provider_registered(grace);
  const auto second = story.told()[1].at;
  EXPECT_THAT(trail({.from = second}), ElementsAre(3, 2));
  EXPECT_THAT(trail({.to = second}), ElementsAre(2, 1));
  EXPECT_THAT(trail({.from = second, .to = second}), ElementsAre(2));
  EXPECT_THAT(trail(oldest_first({.from = Timestamp{second.ns + 1}})), ElementsAre(3));
  EXPECT_THAT(trail({.from = Timestamp{second.ns + 1}, .to = Timestamp{second.ns - 1}}), IsEmpty());
  EXPECT_THAT(trail({.moment = {.at = second}}), ElementsAre(2, 1));
}

TEST_F(TrailTest, OrdersByWhenItTookEffectNotByWhenItWasRecorded) {
  story.created(mercy, "jdoe11", {"claims"});
  story.at(time_of("2020-01-01T00:00:00Z"));
  story.tell("signed_in", {}, "jdoe11");
  story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail(of_user("jdoe11")), ElementsAre(3, 1, 2));
  EXPECT_THAT(trail(oldest_first(of_user("jdoe11"))), ElementsAre(2, 1, 3));
}

TEST_F(TrailTest, OrdersEventsOfTheSameTimeByPosition) {
  const auto same = time_of("2024-06-01T00:00:00Z");
  story.wait(365 * 86400);
  for (int i = 0; i < 4; ++i) {
    story.at(same);
    story.password_reset(mercy, "jdoe11");
  }
  EXPECT_THAT(trail({}), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(trail(oldest_first()), ElementsAre(1, 2, 3, 4));
}

TEST_F(TrailTest, ATimeInTheFutureSpoilsNothingForLaterEvents) {
  story.at(time_of("2200-01-01T00:00:00Z"));
  story.password_reset(mercy, "jdoe11");
  story.password_reset(mercy, "jdoe11");
  story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail(oldest_first()), ElementsAre(2, 3, 1));
}

TEST_F(TrailTest, IsOnTheTrailOfTheFormerPrimaryUserToo) {
  story.account_created("old1");
  story.primary(mercy, "old1", {"primary_portal_user"});
  const auto change = story.primary(mercy, "new1", {"primary_portal_user"}, "old1");
  EXPECT_EQ(trail(of_user("old1")).front(), change);
  EXPECT_EQ(trail(of_user("new1")).front(), change);
}

TEST_F(TrailTest, IsOnTheTrailOfBothProvidersOfARelationship) {
  story.relationship_started(mercy, hope);
  EXPECT_THAT(trail(at_provider(mercy)), ElementsAre(1));
  EXPECT_THAT(trail(at_provider(hope)), ElementsAre(1));
  EXPECT_THAT(trail(at_provider(grace)), IsEmpty());
}

TEST_F(TrailTest, IsOnTheTrailOfEveryProviderThatADepartureNames) {
  story.departure_reported("jdoe11", {mercy, hope});
  EXPECT_THAT(trail(at_provider(mercy)), ElementsAre(1));
  EXPECT_THAT(trail(at_provider(hope)), ElementsAre(1));
  EXPECT_THAT(trail(at_provider(grace)), IsEmpty());
}

TEST_F(TrailTest, FilesAFactThatItDoesNotKnowAsUnknown) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto unknown = story.unknown(hope, "jdoe11");
  EXPECT_THAT(trail({.type = fact_unknown}), ElementsAre(unknown));
  EXPECT_THAT(trail(of_user("jdoe11")), ElementsAre(unknown, 1));
  EXPECT_THAT(trail(at_provider(hope)), ElementsAre(unknown));
  EXPECT_THAT(views->quarantine(ProjectionKind::trail), IsEmpty());
}

TEST_F(TrailTest, FindsTheAccountThatAnUnknownFactOnlyHasAStreamOf) {
  story.created(mercy, "jdoe11", {"claims"});
  story.next.former = "jdoe11";  // Its stream, while the unknown fact names nobody.
  const auto unknown = story.unknown(hope, "asmith1");
  EXPECT_THAT(trail(of_user("jdoe11")), ElementsAre(unknown, 1));
}

TEST_F(TrailTest, HidesAnImportUntilItHasCompleted) {
  const auto import = story.import_started();
  story.next.import = import;
  story.at(time_of("2019-05-01T00:00:00Z"));
  const auto imported = story.created(mercy, "old1", {"claims"});
  EXPECT_THAT(trail({}), ElementsAre(import)) << "that it started can be seen";
  const auto completed = story.import_completed(import);
  EXPECT_THAT(trail({}), ElementsAre(completed, import, imported));
  EXPECT_THAT(trail({.moment = {.position = imported}}), ElementsAre(import));
  EXPECT_EQ(page(of_user("old1")).rows.at(0),
            (TrailRow{imported, time_of("2019-05-01T00:00:00Z"), import, *fact_number("subordinate_created")}));
}

TEST_F(TrailTest, AnswersAsItWasKnownThen) {
  for (int i = 0; i < 5; ++i) story.password_reset(mercy, "jdoe11");
  EXPECT_THAT(trail({.moment = {.position = 3}}), ElementsAre(3, 2, 1));
  EXPECT_THAT(trail(oldest_first({.moment = {.position = 3}})), ElementsAre(1, 2, 3));
  EXPECT_EQ(page({.moment = {.position = 3}}).truth.true_of, 3u);
}

TEST_F(TrailTest, AnswersAboutAnEarlyPositionOfALongLog) {
  for (int i = 0; i < 9000; ++i) story.password_reset(i % 2 ? mercy : hope, "jdoe11");
  EXPECT_THAT(trail({.provider = provider(mercy), .moment = {.position = 6}}), ElementsAre(6, 4, 2));
  EXPECT_THAT(trail(oldest_first({.provider = provider(mercy), .moment = {.position = 6}})), ElementsAre(2, 4, 6));
  EXPECT_EQ(trail({.moment = {.position = 5000}}).size(), 5000u);
  EXPECT_EQ(trail(oldest_first({.moment = {.position = 5000}}), 777).size(), 5000u);
}

TEST_F(TrailTest, PagesGoOnWhereTheLastOneEnded) {
  for (int i = 0; i < 300; ++i) {
    if (i % 5 == 0) story.at(Timestamp{story.now().ns - 40'000'000'000});
    story.password_reset(i % 2 ? mercy : hope, "jdoe11");
  }
  for (const auto& query : {TrailQuery{}, oldest_first(), at_provider(mercy), oldest_first(at_provider(mercy))}) {
    const auto whole = trail(query);
    for (const std::size_t limit : {1u, 7u, 149u, 150u, 299u}) EXPECT_EQ(trail(query, limit), whole) << limit;
  }
}

TEST_F(TrailTest, PagesStayAsTheyWereWhileEventsArrive) {
  for (int i = 0; i < 20; ++i) story.password_reset(mercy, "jdoe11");
  for (const bool newest_first : {true, false}) {
    TrailQuery query{.newest_first = newest_first, .limit = 6};
    const auto whole = trail(query);
    std::vector<Position> paged;
    for (;;) {
      const auto answer = page(query);
      for (const auto& row : answer.rows) paged.push_back(row.position);
      if (!answer.next) break;
      query.cursor = *answer.next;
      story.password_reset(mercy, "jdoe11");
      story.at(time_of("2023-01-01T00:00:00Z"));
      story.password_reset(mercy, "jdoe11");
    }
    EXPECT_EQ(paged, whole);
  }
}

TEST_F(TrailTest, RefusesACursorOfAnotherQuestionOrThatIsMangled) {
  for (int i = 0; i < 4; ++i) story.password_reset(mercy, "jdoe11");
  const auto cursor = *page({.limit = 2}).next;
  EXPECT_THAT(page({.cursor = cursor}).rows, testing::SizeIs(2));
  EXPECT_FALSE(Trail(*views).search({.newest_first = false, .cursor = cursor}).has_value());
  std::string flipped = cursor;
  flipped[5] = flipped[5] == '0' ? '1' : '0';
  const auto refused = Trail(*views).search({.cursor = flipped});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("mangled"));
}

TEST_F(TrailTest, RefusesACursorThatTheViewHasNotReached) {
  for (int i = 0; i < 4; ++i) story.password_reset(mercy, "jdoe11");
  const auto cursor = *page({.limit = 2}).next;
  log.cut_back(3);
  reopen();
  catch_up();
  const auto refused = Trail(*views).search({.cursor = cursor});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("of position 4, and this view stands at 3"));
}

}  // namespace
}  // namespace muniment
