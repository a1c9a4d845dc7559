#include <gmock/gmock.h>

#include <set>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SharedIds : public FindingsTest {
 protected:
  Position create(const std::string& username, const std::string& email, const std::string& birth_day = {}, const std::string& pin = {},
                  const std::string& provider = std::string{mercy}) {
    story.next.email = email;
    story.next.birth_day = birth_day;
    story.next.pin = pin;
    return story.created(provider, username, {"claims"}, FullName{"Doe", "Ann"});
  }
  std::vector<Finding> emails_of(const std::string& username) {
    auto out = findings({.now = story.now(), .rule = Rule::same_email});
    std::erase_if(out, [&](const Finding& finding) { return finding.subject != username; });
    return out;
  }
  void change(const std::string& username, const std::string& email, const std::string& birth_day = {}) {
    story.next.email = email;
    story.next.birth_day = birth_day;
    story.next.name = FullName{"Doe", "Ann"};
    story.profile_changed(mercy, username);
  }
};

TEST_F(SharedIds, WithTheSameEmailAreFoundFromBothSides) {
  create("a", "desk@mercy");  // 4
  create("b", "desk@mercy");  // 5
  create("c", "c@mercy");
  EXPECT_THAT(found(Rule::same_email), ElementsAre("a b open x1 5", "b a open x1 5"));
}

TEST_F(SharedIds, OfAPrimaryUserAreComparedWithThoseOfOthers) {
  create("a", "desk@mercy", "01/02", "1111");  // 4
  story.next.email = "desk@mercy";
  story.next.birth_day = "01/02";
  story.next.pin = "1111";
  story.account_created("pu1", FullName{"Office", "Billing"});  // 5
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin}) EXPECT_THAT(found(rule), IsEmpty()) << "linked nowhere yet";
  story.primary(mercy, "pu1", {"primary_portal_user"});  // 6
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin})
    EXPECT_THAT(found(rule), ElementsAre("a pu1 open x1 6", "pu1 a open x1 6")) << name_of(rule);
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("pu1 open x1 6"));
}

TEST_F(SharedIds, StayWhenAPrimaryUserIsAssignedWithANoteOrWithoutOne) {
  create("a", "desk@mercy", "01/02", "1111");
  create("b", "desk@mercy", "01/02", "1111");
  story.created(mercy, "c", {"claims"}, FullName{"Office", "Billing"});
  const std::vector<std::vector<std::string>> before{found(Rule::same_email), found(Rule::same_birth_day_and_pin),
                                                     found(Rule::generic_name)};
  for (const auto& rows : before) EXPECT_FALSE(rows.empty());
  for (const char* username : {"a", "c"}) {
    story.next.name = FullName{};  // What is sealed is a note, and says nothing of the person.
    story.primary(mercy, username, {"primary_portal_user"});
    story.primary(mercy, username, {"primary_portal_user"});
    EXPECT_EQ(found(Rule::same_email), before[0]);
    EXPECT_EQ(found(Rule::same_birth_day_and_pin), before[1]);
    EXPECT_EQ(found(Rule::generic_name), before[2]);
  }
}

TEST_F(SharedIds, AreFoundWhenTheyComeTogetherLater) {
  create("a", "desk@mercy");
  create("b", "desk@mercy", {}, {}, std::string{hope});
  EXPECT_THAT(found(Rule::same_email), IsEmpty()) << "at one provider nobody learns of another";
  story.linked(mercy, "b", {"claims"});  // 6
  EXPECT_THAT(found(Rule::same_email), ElementsAre("a b open x1 6", "b a open x1 6"));
}

TEST_F(SharedIds, EndWhenTheEmailChangesOrALinkEnds) {
  create("a", "desk@mercy");
  create("b", "desk@mercy");
  change("a", "a@mercy");  // 6
  EXPECT_THAT(found(Rule::same_email), IsEmpty());
  EXPECT_EQ(found(Rule::same_email, {}, true).size(), 2U) << "what was is still shown";
  change("a", "desk@mercy");
  EXPECT_EQ(found(Rule::same_email).size(), 2U);
  story.removed(mercy, "b");
  EXPECT_THAT(found(Rule::same_email), IsEmpty());
}

TEST_F(SharedIds, EndWhenThePersonIsErased) {
  create("a", "desk@mercy");
  create("b", "desk@mercy");
  story.account("subject_erased", "a");
  EXPECT_THAT(found(Rule::same_email), IsEmpty());
}

TEST_F(SharedIds, WithTheSameBirthDayAndPinAreFound) {
  create("a", "a@mercy", "01/02", "1111");
  create("b", "b@mercy", "01/02", "1111");  // 5
  create("c", "c@mercy", "01/02", "2222");
  create("d", "d@mercy", "01/03", "1111");
  EXPECT_THAT(found(Rule::same_birth_day_and_pin), ElementsAre("a b open x1 5", "b a open x1 5"));
}

TEST_F(SharedIds, WithTheSameBirthDayAndPinEndWithAnotherPin) {
  create("a", "a@mercy", "01/02", "1111");
  create("b", "b@mercy", "01/02", "1111");
  story.pin_changed(mercy, "b", "2222");
  EXPECT_THAT(found(Rule::same_birth_day_and_pin), IsEmpty());
  story.pin_changed(mercy, "b", "1111");
  EXPECT_EQ(found(Rule::same_birth_day_and_pin).size(), 2U);
}

TEST_F(SharedIds, AreFoundAmongThreeInPairs) {
  for (const char* name : {"a", "b", "c"}) create(name, "desk@mercy");
  EXPECT_EQ(found(Rule::same_email).size(), 6U);
}

TEST_F(SharedIds, ThatAreCalledAfterAFunctionAreFoundWhileTheyAreLinked) {
  story.created(mercy, "frontdesk2", {"claims"});  // 4
  story.next.email = "x";
  story.created(mercy, "x1", {"claims"}, FullName{"Office", "Billing"});  // 5
  story.created(mercy, "temple1", {"claims"}, FullName{"Temple", "Ann"});
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("frontdesk2 frontdesk open x1 4", "x1 open x1 5"));
  story.removed(mercy, "frontdesk2");
  EXPECT_EQ(found(Rule::generic_name).size(), 1U);
}

TEST_F(SharedIds, AreNamedApartByWhomTheyAreSharedWith) {
  for (const char* name : {"a", "b", "c"}) create(name, std::string{"desk@mercy"}, "01/02", "1111");
  for (const Rule rule : {Rule::same_email, Rule::same_birth_day_and_pin}) {
    std::set<std::string> ids;
    for (const Finding& finding : findings({.now = story.now(), .rule = rule})) ids.insert(finding.id);
    EXPECT_EQ(ids.size(), 6U) << "one of them is disposed of without the others";
  }
}

TEST_F(SharedIds, OfOneThatIsDisposedOfStayOpenForTheOthers) {
  for (const char* name : {"a", "b", "c"}) create(name, "desk@mercy");
  const std::string id = emails_of("c").at(0).id;
  story.finding_disposed(mercy, id, schema::Disposition::ACCEPTED_RISK, Timestamp{story.now().ns + 86'400'000'000'000});
  std::size_t disposed = 0;
  for (const Finding& finding : findings({.now = story.now(), .rule = Rule::same_email})) disposed += finding.disposal ? 1 : 0;
  EXPECT_EQ(disposed, 1U);
}

TEST_F(SharedIds, OfMoreThanAreComparedEndWithWhoeverGoes) {
  for (int i = 10; i < 44; ++i) create("a" + std::to_string(i), "desk@mercy");
  EXPECT_EQ(found(Rule::same_email).size(), std::size_t{32 * 31}) << "the first 32 are compared";
  story.removed(mercy, "a10");
  for (const Finding& finding : findings({.now = story.now(), .rule = Rule::same_email})) EXPECT_NE(finding.other, "a10");
  story.linked(mercy, "a10", {"claims"});
  story.linked(hope, "a43", {"claims"});
  EXPECT_EQ(found(Rule::same_email).size(), std::size_t{32 * 31});
}

TEST_F(SharedIds, OfAnAddressThatFewerHaveNowAreFoundAmongThoseWhoTakeItThen) {
  for (int i = 10; i < 43; ++i) create("a" + std::to_string(i), "desk@mercy");
  change("a10", "own@mercy");
  create("b", "desk@mercy");
  EXPECT_EQ(emails_of("b").size(), 31U);
}

TEST_F(SharedIds, ThatAreCalledAfterAFunctionFollowAChangeOfTheName) {
  story.created(mercy, "x1", {"claims"}, FullName{"Desk", "Front"});  // 4
  story.linked(hope, "x1", {"claims"});                               // 5
  story.created(mercy, "temp2", {"claims"}, FullName{"Lee", "Ann"});  // 6
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("temp2 temp open x1 6", "x1 open x1 4", "x1 open x1 5"));
  story.profile_changed(mercy, "x1", FullName{"Lee", "Ann"});  // 7
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("temp2 temp open x1 6"));
  story.profile_changed(mercy, "x1", FullName{"Staff", "Billing"});  // 8
  story.profile_changed(mercy, "temp2", FullName{"Desk", "Front"});  // 9
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("temp2 temp open x1 6", "x1 open x1 8", "x1 open x1 8"));
  story.profile_changed(mercy, "x1", FullName{"Office", "Billing"});  // 10
  EXPECT_THAT(found(Rule::generic_name), ElementsAre("temp2 temp open x1 6", "x1 open x1 8", "x1 open x1 8")) << "called so all the time";
  EXPECT_THAT(found(Rule::generic_name, {}, true), testing::SizeIs(5));
}

TEST_F(SharedIds, ThatWereFoundByAnErasedNameAreForgotten) {
  story.created(mercy, "tzorn1", {"claims"}, FullName{"Zorn", "Temp"});    // 4
  story.created(mercy, "office1", {"claims"}, FullName{"Temp", "Billy"});  // 5
  story.linked(hope, "tzorn1", {"claims"});                                // 6
  EXPECT_EQ(found(Rule::generic_name).size(), 3U);
  story.removed(mercy, "tzorn1");
  story.removed(mercy, "office1");
  EXPECT_EQ(found(Rule::generic_name, {}, true).size(), 3U);
  const auto erase = [this](const std::string& username) {
    story.account("subject_erased", username);
    story.erase(username);
  };
  erase("tzorn1");
  erase("office1");
  const std::vector<std::string> left{"office1 office ended x2 5 8"};
  EXPECT_EQ(found(Rule::generic_name, {}, true), left) << "what a username says alone stays";
  EXPECT_THAT(found(Rule::generic_name), IsEmpty());
  projector->rebuild(std::array{ProjectionKind::findings});
  EXPECT_EQ(found(Rule::generic_name, {}, true), left);
}

}  // namespace
}  // namespace muniment
