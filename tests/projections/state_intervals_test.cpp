#include "projections/state_intervals.h"

#include <gmock/gmock.h>

#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StateIntervals : public ViewsTest {
 protected:
  // "username state began-ended", by the positions of the events; nothing behind the dash: it holds.
  std::vector<std::string> found(StateQuery query = {}) {
    catch_up();
    std::vector<std::string> out;
    for (;;) {
      const auto page = state_intervals(*views, query);
      EXPECT_TRUE(page.has_value());
      for (const StateInterval& one : page->rows) {
        out.push_back(one.username + ' ' + std::string{name_of(one.state)} + ' ' + std::to_string(one.began.position) + '-' +
                      (one.ended ? std::to_string(one.ended->position) : ""));
      }
      if (!page->next) return out;
      query.cursor = *page->next;
    }
  }
  static StateQuery at(const std::string& provider) { return {.provider = ProviderId::parse(provider)}; }
};

TEST_F(StateIntervals, LastFromTheLockToTheUnlock) {
  story.created(mercy, "jdoe11", {"claims"});     // 1
  story.account("account_locked", "jdoe11");      // 2
  story.account("account_disabled", "jdoe11");    // 3
  story.account("account_unlocked", "jdoe11");    // 4
  story.account("account_locked", "jdoe11");      // 5
  story.account("account_terminated", "jdoe11");  // 6
  EXPECT_THAT(found(), ElementsAre("jdoe11 locked 2-4", "jdoe11 disabled 3-", "jdoe11 locked 5-", "jdoe11 terminated 6-"));
  EXPECT_THAT(found({.state = AccountStop::locked}), ElementsAre("jdoe11 locked 2-4", "jdoe11 locked 5-"));
}

TEST_F(StateIntervals, BeginOnceHoweverOftenItIsSaid) {
  story.created(mercy, "jdoe11", {"claims"});
  story.account("account_unlocked", "jdoe11");
  story.account("account_locked", "jdoe11");  // 3
  story.account("account_locked", "jdoe11");
  story.account("account_unlocked", "jdoe11");  // 5
  story.account("account_unlocked", "jdoe11");
  EXPECT_THAT(found(), ElementsAre("jdoe11 locked 3-5"));
}

TEST_F(StateIntervals, SayByWhomAndWhy) {
  story.created(mercy, "jdoe11", {"claims"});
  story.next.actor = Principal::officer("kim");
  story.next.reason = "suspicious_sign_in";
  story.next.requested_by = "mhughes1";
  story.account("account_locked", "jdoe11");
  story.next.actor = Principal::officer("lou");
  story.next.reference = "T-7";
  story.account("account_unlocked", "jdoe11");
  catch_up();
  const auto page = state_intervals(*views, {});
  ASSERT_EQ(page->rows.size(), 1U);
  const StateInterval& one = page->rows[0];
  EXPECT_EQ(one.began.actor.text(), "officer:kim");
  EXPECT_EQ(one.began.type, "account_locked");
  EXPECT_EQ(one.began.reason, "suspicious_sign_in");
  EXPECT_EQ(one.began.requested_by, "mhughes1");
  ASSERT_TRUE(one.ended);
  EXPECT_EQ(one.ended->actor.text(), "officer:lou");
  EXPECT_EQ(one.ended->reference, "T-7");
  EXPECT_LT(one.began.at, one.ended->at);
  EXPECT_EQ(page->truth.true_of, story.head());
}

TEST_F(StateIntervals, AreAsTheyWereAtTheMoment) {
  story.created(mercy, "jdoe11", {"claims"});
  story.account("account_locked", "jdoe11");  // 2
  const Timestamp then = story.now();
  story.wait(60);
  story.account("account_unlocked", "jdoe11");  // 3
  EXPECT_THAT(found({.moment = {.at = then}}), ElementsAre("jdoe11 locked 2-"));
  EXPECT_THAT(found({.moment = {.position = 2}}), ElementsAre("jdoe11 locked 2-"));
  EXPECT_THAT(found({.moment = {.position = 1}}), IsEmpty());
  EXPECT_THAT(found({.moment = {.at = Timestamp{then.ns - 1'000'000'000}}}), IsEmpty());
}

TEST_F(StateIntervals, OfAProviderAreOfWhomWasLinkedThereMeanwhile) {
  story.created(mercy, "before", {"claims"});      // 1
  story.created(mercy, "meanwhile", {"claims"});   // 2
  story.created(hope, "elsewhere", {"claims"});    // 3
  story.account("account_locked", "before");       // 4
  story.account("account_unlocked", "before");     // 5
  story.account("account_locked", "meanwhile");    // 6
  story.account("account_locked", "elsewhere");    // 7
  story.linked(hope, "before", {"claims"});        // 8
  story.linked(hope, "meanwhile", {"claims"});     // 9
  story.removed(mercy, "meanwhile");               // 10
  story.account("account_disabled", "meanwhile");  // 11
  EXPECT_THAT(found(at(mercy)), ElementsAre("before locked 4-5", "meanwhile locked 6-"));
  EXPECT_THAT(found(at(hope)), ElementsAre("elsewhere locked 7-", "meanwhile locked 6-", "meanwhile disabled 11-"));
  StateQuery one = at(hope);
  one.username = Username::parse("meanwhile");
  EXPECT_THAT(found(one), ElementsAre("meanwhile locked 6-", "meanwhile disabled 11-"));
  one.username = Username::parse("before");
  EXPECT_THAT(found(one), IsEmpty()) << "it was over when the link began";
}

TEST_F(StateIntervals, ComeInPagesThatAreOneAnswer) {
  for (const char* name : {"ann", "ben", "kim"}) {
    story.created(mercy, name, {"claims"});
    for (const char* type : {"account_locked", "account_unlocked", "account_disabled", "account_terminated"}) story.account(type, name);
  }
  const auto whole = found();
  ASSERT_EQ(whole.size(), 9U);
  for (std::size_t limit = 1; limit < 10; ++limit) EXPECT_EQ(found({.limit = limit}), whole) << limit;
  StateQuery of_mercy = at(mercy);
  of_mercy.limit = 2;
  EXPECT_EQ(found(of_mercy), whole);

  const auto first = state_intervals(*views, {.limit = 2});
  ASSERT_TRUE(first->next);
  story.account("account_enabled", "ann");
  catch_up();
  StateQuery rest{.limit = 100, .cursor = *first->next};
  const auto second = state_intervals(*views, rest);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->rows.size(), 7U);
  EXPECT_EQ(second->truth.true_of, first->truth.true_of) << "they are of one position";
  rest.state = AccountStop::locked;
  EXPECT_FALSE(state_intervals(*views, rest)) << "the cursor of another question";
  rest.state.reset();
  rest.cursor = "00";
  EXPECT_FALSE(state_intervals(*views, rest));
}

TEST_F(StateIntervals, SayWhereAnEventIsMissingThatCouldChangeThem) {
  story.created(mercy, "jdoe11", {"claims"});
  const Position missing = story.unknown(mercy, "jdoe11");
  catch_up();
  EXPECT_THAT(state_intervals(*views, {})->truth.incomplete, ElementsAre(missing));
}

TEST_F(StateIntervals, AreOfTheNamesThatTheReasonsHave) {
  for (const AccountStop stop : {AccountStop::locked, AccountStop::disabled, AccountStop::terminated})
    EXPECT_EQ(account_stop_named(name_of(stop)), stop);
  EXPECT_FALSE(account_stop_named("terms_not_accepted"));
}

}  // namespace
}  // namespace muniment
