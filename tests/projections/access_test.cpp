#include "projections/access.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "events/values/csv_cell.h"
#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AccessTest : public ViewsTest {
 protected:
  Page<AccessRow> page(const AccessQuery& query) {
    catch_up();
    auto answer = Access(*views).as_of(query);
    EXPECT_TRUE(answer.has_value());
    return *std::move(answer);
  }
  AccessRow only_row(const AccessQuery& query) {
    auto rows = page(query).rows;
    EXPECT_EQ(rows.size(), 1u);
    return rows.at(0);
  }
  static std::string csv_row(const AccessRow& row) {
    std::string out = row.provider.text() + ',';
    put_csv_cell(out, row.username);
    put_csv_cell(out += ',', row.service);
    return out + '\n';
  }
  // "+ provider username service" for what was gained, "-" for what was lost.
  std::vector<std::string> differences(AccessDiffQuery query) {
    catch_up();
    std::vector<std::string> out;
    for (;;) {
      const auto answer = Access(*views).diff(query);
      EXPECT_TRUE(answer.has_value());
      for (const auto& row : answer->rows) {
        const char* sign = row.difference == AccessDifference::gained ? "+ " : "- ";
        out.push_back(sign + row.provider.text() + ' ' + row.username + ' ' + row.service);
      }
      if (!answer->next) return out;
      query.cursor = *answer->next;
    }
  }
  static AccessQuery at(Timestamp moment) { return {.moment = {.at = moment}}; }
  static AccessQuery as_known_at(Position position) { return {.moment = {.position = position}}; }
};

TEST_F(AccessTest, HoldsWhatACreatedSubordinateWasGiven) {
  story.created(mercy, "jdoe11", {"view_reports", "claims"});
  EXPECT_THAT(held(), ElementsAre("110012345A jdoe11 claims", "110012345A jdoe11 view_reports"));
}

TEST_F(AccessTest, HoldsWhatALinkedSubordinateWasGivenThere) {
  story.created(mercy, "jdoe11", {"claims"});
  story.linked(hope, "jdoe11", {"referrals"});
  EXPECT_THAT(held(), ElementsAre("110012345A jdoe11 claims", "110012346B jdoe11 referrals"));
}

// As the lines of `sort` in the C locale stand, of names that other organizations' history may bring.
TEST_F(AccessTest, HasTheOrderOfTheRowsOfCsvInEveryPage) {
  const std::vector<std::string> names{"ann", "ann+x@example.org", "ann!", "ann.b", "doe,john", "=cmd", "o'brien", "o", "\"x", "zoe",
                                       "a;b"};
  for (const std::string& name : names) {
    story.created(mercy, name, {"view reports", "view", "claims, all", "claims", "=claims"});
    story.linked(hope, name, {"referrals"});
  }
  catch_up();
  for (const AccessQuery& query : {AccessQuery{}, AccessQuery{.provider = provider(mercy)}, AccessQuery{.service = "claims"}}) {
    std::vector<std::string> rows;
    for (const AccessRow& row : page(query).rows) rows.push_back(csv_row(row));
    EXPECT_EQ(rows.size(), query.service ? 11U : query.provider ? 55U : 66U);
    EXPECT_TRUE(std::ranges::is_sorted(rows)) << testing::PrintToString(rows);
    for (const std::size_t limit : {1U, 3U}) EXPECT_EQ(held(query, limit), held(query)) << limit;
  }
}

TEST_F(AccessTest, HasDifferencesInTheOrderOfTheRowsOfCsv) {
  story.created(mercy, "ann", {"view reports", "view"});
  story.created(mercy, "ann+x", {"view"});
  const Timestamp from = time_of("1970-01-01T00:00:00Z");
  const AccessDiffQuery query{.from = from, .to = time_of("2100-01-01T00:00:00Z"), .limit = 1};
  EXPECT_THAT(differences(query), ElementsAre("+ 110012345A ann+x view", "+ 110012345A ann view reports", "+ 110012345A ann view"));
}

TEST_F(AccessTest, GrantsAndRevokesInOneEvent) {
  story.created(mercy, "jdoe11", {"claims", "referrals"});
  story.assigned(mercy, "jdoe11", {"members"}, {"claims"});
  EXPECT_THAT(held(), ElementsAre("110012345A jdoe11 members", "110012345A jdoe11 referrals"));
}

TEST_F(AccessTest, EndsEverythingAtTheProviderWhenASubordinateIsRemoved) {
  story.created(mercy, "jdoe11", {"claims", "referrals"});
  story.linked(hope, "jdoe11", {"claims"});
  story.removed(mercy, "jdoe11");
  EXPECT_THAT(held(), ElementsAre("110012346B jdoe11 claims"));
}

TEST_F(AccessTest, HoldsOnlyWhatIsGivenAgainAfterARemoval) {
  story.created(mercy, "jdoe11", {"claims", "referrals"});
  story.removed(mercy, "jdoe11");
  story.linked(mercy, "jdoe11", {"members"});
  EXPECT_THAT(held(), ElementsAre("110012345A jdoe11 members"));
}

TEST_F(AccessTest, OpensWhatAPrimaryUserLacksAndRevokesNothing) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto first = page({}).rows.at(0).granted.position;
  story.primary(mercy, "jdoe11", {"claims", "primary_portal_user"});
  const auto rows = page({}).rows;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].granted.position, first) << "what was held already is still that grant";
  EXPECT_EQ(rows[1].service, "primary_portal_user");
}

TEST_F(AccessTest, EndsTheFormerPrimaryUsersLinkInTheSameEvent) {
  story.created(mercy, "old1", {"claims"});
  story.linked(hope, "old1", {"claims"});
  const auto change = story.primary(mercy, "new1", {"primary_portal_user"}, "old1");
  EXPECT_THAT(held(), ElementsAre("110012345A new1 primary_portal_user", "110012346B old1 claims"));
  AccessQuery before = as_known_at(change - 1);
  before.username = user("old1");
  EXPECT_THAT(held(before), ElementsAre("110012345A old1 claims", "110012346B old1 claims"));
}

TEST_F(AccessTest, AssigningAPrimaryUserInItsOwnPlaceTakesNothingAway) {
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.assigned(mercy, "pu1", {"claims"});
  story.primary(mercy, "pu1", {"primary_portal_user"}, "pu1");
  EXPECT_THAT(held(), ElementsAre("110012345A pu1 claims", "110012345A pu1 primary_portal_user"));
}

TEST_F(AccessTest, EndsEveryLinkOfAProviderThatClosesWithThatEvent) {
  story.created(mercy, "jdoe11", {"claims"});
  story.created(mercy, "asmith1", {"claims"});
  story.created(hope, "bjones1", {"claims"});
  const auto closing = story.provider_closed(mercy);
  EXPECT_THAT(held(), ElementsAre("110012346B bjones1 claims"));
  const auto before = page(as_known_at(closing));
  EXPECT_EQ(before.rows.size(), 1u);
  AccessQuery earlier = at(Timestamp{story.now().ns - 1});
  earlier.username = user("jdoe11");
  const auto row = only_row(earlier);
  ASSERT_TRUE(row.ended.has_value());
  EXPECT_EQ(row.ended->position, closing);
  EXPECT_EQ(row.ended->type, "provider_closed");
}

TEST_F(AccessTest, IncludesTheVeryMomentOfAGrantAndExcludesThatOfARevoke) {
  const auto granted = time_of("2024-02-01T00:00:00Z");
  const auto revoked = time_of("2024-03-01T00:00:00Z");
  story.at(granted);
  story.created(mercy, "jdoe11", {"claims"});
  story.at(revoked);
  story.assigned(mercy, "jdoe11", {}, {"claims"});
  EXPECT_THAT(held(at({granted.ns - 1})), IsEmpty());
  EXPECT_THAT(held(at(granted)), ElementsAre("110012345A jdoe11 claims"));
  EXPECT_THAT(held(at({revoked.ns - 1})), ElementsAre("110012345A jdoe11 claims"));
  EXPECT_THAT(held(at(revoked)), IsEmpty());
}

TEST_F(AccessTest, TellsWhatWasKnownFromWhatTookEffect) {
  story.at(time_of("2023-01-01T00:00:00Z"));
  const auto grant = story.created(mercy, "jdoe11", {"claims"});
  story.at(time_of("2023-06-01T00:00:00Z"));
  const auto revoke = story.assigned(mercy, "jdoe11", {}, {"claims"});
  const auto late_2023 = time_of("2023-12-01T00:00:00Z");
  EXPECT_THAT(held({.moment = {.at = late_2023, .position = grant}}), ElementsAre("110012345A jdoe11 claims")) << "not known to be over";
  EXPECT_THAT(held({.moment = {.at = late_2023, .position = revoke}}), IsEmpty());
  EXPECT_THAT(held({.moment = {.at = late_2023, .position = grant - 1}}), IsEmpty()) << "nothing known yet";
}

TEST_F(AccessTest, ShowsWhoGrantedAndWhoEndedIt) {
  story.next.actor = Principal::account("mhughes");
  story.next.requested_by = "rlee";
  story.next.approved_by = "tnguyen";
  story.next.reason = "new_hire";
  story.next.reference = "REQ-7";
  const auto grant = story.created(mercy, "jdoe11", {"claims"});
  const auto granted_at = story.now();
  story.next.actor = Principal::submitter("portal");
  story.next.reference = "REQ-9";
  const auto revoke = story.assigned(mercy, "jdoe11", {}, {"claims"});

  const auto row = only_row(at(granted_at));
  EXPECT_EQ(row.granted, (AccessChange{grant, granted_at, "subordinate_created", 0, schema::Authority::OFFICER,
                                       Principal::account("mhughes"), "rlee", "tnguyen", "new_hire", "REQ-7"}));
  ASSERT_TRUE(row.ended.has_value());
  EXPECT_EQ(*row.ended, (AccessChange{revoke, story.now(), "services_assigned", 0, schema::Authority::OFFICER,
                                      Principal::submitter("portal"), "", "", "", "REQ-9"}));
}

TEST_F(AccessTest, DoesNotShowAnEndThatWasNotKnownThen) {
  const auto grant = story.created(mercy, "jdoe11", {"claims"});
  const auto granted_at = story.now();
  story.removed(mercy, "jdoe11");
  EXPECT_FALSE(only_row({.moment = {.at = granted_at, .position = grant}}).ended.has_value());
  EXPECT_TRUE(only_row(at(granted_at)).ended.has_value());
}

TEST_F(AccessTest, FiltersByProviderUserAndServiceAndTheirCombinations) {
  story.created(mercy, "jdoe11", {"claims", "members"});
  story.created(mercy, "asmith1", {"claims"});
  story.linked(hope, "jdoe11", {"claims"});
  const auto ask = [&](std::optional<ProviderId> p, std::optional<Username> u, std::optional<std::string> s) {
    return held({.provider = p, .username = u, .service = s});
  };
  EXPECT_THAT(ask(provider(mercy), {}, {}),
              ElementsAre("110012345A asmith1 claims", "110012345A jdoe11 claims", "110012345A jdoe11 members"));
  EXPECT_THAT(ask({}, user("jdoe11"), {}),
              ElementsAre("110012345A jdoe11 claims", "110012345A jdoe11 members", "110012346B jdoe11 claims"));
  EXPECT_THAT(ask({}, {}, "claims"), ElementsAre("110012345A asmith1 claims", "110012345A jdoe11 claims", "110012346B jdoe11 claims"));
  EXPECT_THAT(ask(provider(mercy), user("jdoe11"), {}), ElementsAre("110012345A jdoe11 claims", "110012345A jdoe11 members"));
  EXPECT_THAT(ask(provider(mercy), {}, "members"), ElementsAre("110012345A jdoe11 members"));
  EXPECT_THAT(ask({}, user("jdoe11"), "members"), ElementsAre("110012345A jdoe11 members"));
  EXPECT_THAT(ask(provider(hope), user("jdoe11"), "claims"), ElementsAre("110012346B jdoe11 claims"));
  EXPECT_THAT(ask(provider(grace), {}, {}), IsEmpty());
  EXPECT_THAT(ask({}, user("nobody"), {}), IsEmpty());
  EXPECT_THAT(ask({}, {}, "claim"), IsEmpty()) << "the beginning of a service is no service";
}

TEST_F(AccessTest, OrdersByProviderUsernameAndServiceBytewise) {
  story.created(hope, "a.b", {"x"});
  story.created(mercy, "ab", {"z", "Z", "a b", "a"});
  story.created(mercy, "a", {"x"});
  story.created(mercy, "a-b", {"x"});
  EXPECT_THAT(held(), ElementsAre("110012345A a x", "110012345A a-b x", "110012345A ab Z", "110012345A ab a", "110012345A ab a b",
                                  "110012345A ab z", "110012346B a.b x"));
}

TEST_F(AccessTest, HidesAnImportUntilItHasCompleted) {
  const auto import = story.import_started();
  story.next.import = import;
  story.at(time_of("2019-05-01T00:00:00Z"));
  const auto imported = story.created(mercy, "old1", {"claims"});
  const AccessQuery in_2020 = at(time_of("2020-01-01T00:00:00Z"));
  EXPECT_THAT(held(in_2020), IsEmpty());
  EXPECT_THAT(held(), IsEmpty());
  const auto completed = story.import_completed(import);
  EXPECT_THAT(held(in_2020), ElementsAre("110012345A old1 claims"));
  EXPECT_THAT(held(at(time_of("2019-04-30T00:00:00Z"))), IsEmpty());
  EXPECT_THAT(held(as_known_at(completed - 1)), IsEmpty());
  EXPECT_THAT(held(as_known_at(imported)), IsEmpty()) << "as it was known then, although it was recorded";
  EXPECT_EQ(only_row(in_2020).granted.imported_by, import);
}

TEST_F(AccessTest, IsUnusableWhileLockedDisabledOrTerminated) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto reasons = [&] { return only_row({}).unusable; };
  EXPECT_TRUE(only_row({}).usable());
  story.account("account_locked", "jdoe11");
  EXPECT_THAT(reasons(), ElementsAre(Unusable::locked));
  const auto locked_at = story.now();
  story.account("account_disabled", "jdoe11");
  EXPECT_THAT(reasons(), ElementsAre(Unusable::locked, Unusable::disabled));
  story.account("account_unlocked", "jdoe11");
  EXPECT_THAT(reasons(), ElementsAre(Unusable::disabled));
  story.account("account_enabled", "jdoe11");
  EXPECT_THAT(reasons(), IsEmpty());
  story.account("account_terminated", "jdoe11");
  EXPECT_THAT(reasons(), ElementsAre(Unusable::terminated));
  EXPECT_FALSE(only_row({}).usable());
  EXPECT_THAT(only_row(at(locked_at)).unusable, ElementsAre(Unusable::locked)) << "as of that moment";
}

TEST_F(AccessTest, IsUnusableUntilTheCurrentTermsAreAccepted) {
  story.created(mercy, "jdoe11", {"claims"});
  EXPECT_TRUE(only_row({}).usable()) << "no terms were published";
  story.terms_published("2023-03");
  EXPECT_THAT(only_row({}).unusable, ElementsAre(Unusable::terms_not_accepted));
  story.terms_accepted("jdoe11", "2023-03");
  EXPECT_TRUE(only_row({}).usable());
  const auto accepted = story.head();
  story.terms_published("2024-01");
  EXPECT_THAT(only_row({}).unusable, ElementsAre(Unusable::terms_not_accepted));
  EXPECT_TRUE(only_row(as_known_at(accepted)).usable());
  story.terms_accepted("jdoe11", "2024-01");
  EXPECT_TRUE(only_row({}).usable());
}

TEST_F(AccessTest, TellsAnAccountsLinksAndState) {
  story.created(mercy, "jdoe11", {"claims"});
  story.linked(hope, "jdoe11", {"members", "claims"});
  story.assigned(mercy, "jdoe11", {}, {"claims"});
  story.terms_published("v1");
  story.account("account_locked", "jdoe11");
  catch_up();
  const auto status = Access(*views).account(user("jdoe11"), {});
  ASSERT_EQ(status.links.size(), 2u);
  EXPECT_EQ(status.links[0].provider, provider(mercy));
  EXPECT_THAT(status.links[0].services, IsEmpty()) << "an emptied column leaves the link";
  EXPECT_EQ(status.links[0].started.type, "subordinate_created");
  EXPECT_THAT(status.links[1].services, ElementsAre("claims", "members"));
  EXPECT_TRUE(status.locked);
  EXPECT_FALSE(status.disabled);
  EXPECT_FALSE(status.terminated);
  EXPECT_EQ(status.terms_current, "v1");
  EXPECT_FALSE(status.terms_accepted);
  EXPECT_THAT(status.unusable, ElementsAre(Unusable::locked, Unusable::terms_not_accepted));
  EXPECT_EQ(status.truth.true_of, story.head());

  story.removed(mercy, "jdoe11");
  story.removed(hope, "jdoe11");
  catch_up();
  EXPECT_THAT(Access(*views).account(user("jdoe11"), {}).links, IsEmpty());
}

TEST_F(AccessTest, TellsWhatWasGainedAndLostBetweenTwoMoments) {
  story.created(mercy, "jdoe11", {"claims", "members"});
  story.created(mercy, "asmith1", {"claims"});
  const auto from = story.now();
  const auto revoke = story.assigned(mercy, "jdoe11", {"referrals"}, {"members"});
  story.assigned(mercy, "asmith1", {}, {"claims"});
  story.assigned(mercy, "asmith1", {"claims"});  // Taken away and given back: neither.
  const auto grant = story.created(hope, "bjones1", {"claims"});
  const auto to = story.now();
  story.removed(mercy, "asmith1");

  EXPECT_THAT(differences({from, to}),
              ElementsAre("- 110012345A jdoe11 members", "+ 110012345A jdoe11 referrals", "+ 110012346B bjones1 claims"));
  EXPECT_THAT(differences({from, to, {}, provider(hope)}), ElementsAre("+ 110012346B bjones1 claims"));
  EXPECT_THAT(differences({from, to, {}, {}, user("asmith1")}), IsEmpty());
  EXPECT_THAT(differences({from, to, revoke - 1}), IsEmpty()) << "nothing of it was known then";
  EXPECT_THAT(differences({.from = from, .to = to, .limit = 1}), testing::SizeIs(3)) << "also page by page";

  const auto rows = Access(*views).diff({from, to})->rows;
  ASSERT_TRUE(rows[0].ended.has_value());
  EXPECT_EQ(rows[0].ended->position, revoke);
  EXPECT_EQ(rows[0].granted.type, "subordinate_created");
  EXPECT_EQ(rows[2].granted.position, grant);
  EXPECT_FALSE(rows[2].ended.has_value());
}

TEST_F(AccessTest, SaysThePositionThatTheAnswerIsTrueOf) {
  story.created(mercy, "jdoe11", {"claims"});
  story.created(mercy, "asmith1", {"claims"});
  EXPECT_EQ(page({}).truth.true_of, 2u);
  EXPECT_EQ(page(as_known_at(1)).truth.true_of, 1u);
  EXPECT_EQ(page(as_known_at(99)).truth.true_of, 2u) << "no answer is about what the projection has not taken in";
}

TEST_F(AccessTest, ListsTheEventsItCouldNotHandleWithTheAnswersTheyCouldTouch) {
  story.created(mercy, "jdoe11", {"claims"});
  const auto unknown = story.unknown(mercy, "jdoe11");
  story.created(hope, "asmith1", {"claims"});
  const auto incomplete = [&](const AccessQuery& query) { return page(query).truth.incomplete; };
  EXPECT_THAT(incomplete({}), ElementsAre(unknown));
  EXPECT_THAT(incomplete({.provider = provider(mercy)}), ElementsAre(unknown));
  EXPECT_THAT(incomplete({.username = user("jdoe11")}), ElementsAre(unknown));
  EXPECT_THAT(incomplete({.provider = provider(hope)}), IsEmpty());
  EXPECT_THAT(incomplete({.username = user("asmith1")}), IsEmpty());
  EXPECT_THAT(incomplete(as_known_at(unknown - 1)), IsEmpty());
  EXPECT_EQ(held().size(), 2u) << "and the rest of the answer is there";
}

TEST_F(AccessTest, PagesGoOnWhereTheLastOneEnded) {
  for (int i = 0; i < 9; ++i) story.created(i % 2 ? mercy : hope, "user" + std::to_string(i), {"a", "b", "c"});
  const auto whole = held();
  EXPECT_EQ(whole.size(), 27u);
  for (const std::size_t limit : {1u, 2u, 4u, 26u, 27u, 28u}) EXPECT_EQ(held({}, limit), whole) << limit;
  EXPECT_FALSE(page({.limit = 27}).next.has_value()) << "nothing comes after the last row";
}

TEST_F(AccessTest, PagesStayAsTheyWereWhileEventsArrive) {
  for (int i = 0; i < 6; ++i) story.created(mercy, "user" + std::to_string(i), {"a"});
  const auto whole = held();
  AccessQuery query{.limit = 2};
  std::vector<std::string> paged;
  for (;;) {
    const auto answer = page(query);
    EXPECT_EQ(answer.truth.true_of, 6u);
    for (const auto& row : answer.rows) paged.push_back(row.provider.text() + ' ' + row.username + ' ' + row.service);
    if (!answer.next) break;
    query.cursor = *answer.next;
    story.removed(mercy, "user5");
    story.linked(mercy, "user5", {"b"});
    story.created(mercy, "zzz" + std::to_string(paged.size()), {"a"});
  }
  EXPECT_EQ(paged, whole);
  EXPECT_GT(held().size(), whole.size()) << "without the cursor the new ones are there";
}

TEST_F(AccessTest, RefusesACursorOfAnotherQuestion) {
  for (int i = 0; i < 4; ++i) story.created(mercy, "user" + std::to_string(i), {"a"});
  const auto cursor = page({.provider = provider(mercy), .limit = 1}).next;
  ASSERT_TRUE(cursor.has_value());
  EXPECT_TRUE(Access(*views).as_of({.provider = provider(mercy), .cursor = *cursor}).has_value());
  const auto other = Access(*views).as_of({.provider = provider(hope), .cursor = *cursor});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().message, "the cursor belongs to another question: ask without it");
  EXPECT_FALSE(Access(*views).as_of({.provider = provider(mercy), .moment = {.position = 2}, .cursor = *cursor}).has_value());
}

TEST_F(AccessTest, AnswersAboutTheEarlyDaysOfAProviderWithManyEras) {
  for (int i = 0; i < 900; ++i) story.created(mercy, "user" + std::to_string(1000 + (i * 7) % 900), {i % 3 ? "claims" : "members"});
  const auto whole = held();
  ASSERT_EQ(whole.size(), 900u);
  const auto early = held(as_known_at(40));
  EXPECT_EQ(early.size(), 40u);
  EXPECT_TRUE(std::is_sorted(early.begin(), early.end()));
  const auto at_700 = story.told()[699].at;
  EXPECT_EQ(held(at(at_700)).size(), 700u);
  EXPECT_EQ(held({.provider = provider(mercy), .moment = {.at = at_700}}, 13).size(), 700u);
  EXPECT_EQ(held({.provider = provider(mercy), .service = "members", .moment = {.at = at_700}}, 7).size(), 234u);
  EXPECT_EQ(held({.service = "members", .moment = {.at = at_700}}, 7).size(), 234u);
  EXPECT_EQ(held({.service = "members"}, 7).size(), 300u);
}

}  // namespace
}  // namespace muniment
