#include "projections/roster.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/files/file_scan.h"
#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RosterTest : public ViewsTest {
 protected:
  static RosterQuery of(const char* id, std::string last = {}, std::string first = {}) {
    return {.provider = provider(id), .last_name = std::move(last), .first_name = std::move(first)};
  }
  static RosterQuery at(Timestamp moment) {
    RosterQuery query = of(mercy);
    query.moment.at = moment;
    return query;
  }
  Page<RosterRow> page(const RosterQuery& query) {
    catch_up();
    auto answer = Roster(*views).search(query);
    EXPECT_TRUE(answer.has_value());
    return *std::move(answer);
  }
  RosterRow only_row(const RosterQuery& query) {
    auto rows = page(query).rows;
    EXPECT_EQ(rows.size(), 1u);
    return rows.at(0);
  }
  void tell_staff() {
    story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
    story.created(mercy, "adoe12", {"claims"}, FullName{"DOE", "Ann"});
    story.created(mercy, "mnunez1", {"claims"}, FullName{"Núñez", "María"});
    story.created(mercy, "josullivan1", {"claims"}, FullName{"O'Sullivan", "Jón"});
    story.created(mercy, "jdonovan1", {"claims"}, FullName{"Donovan", "Joan"});
    story.created(hope, "xdoe1", {"claims"}, FullName{"Doe", "Xavier"});
  }
};

TEST_F(RosterTest, ListsEverybodyByLastNameFirstNameUsername) {
  tell_staff();
  story.created(mercy, "adoe99", {"claims"}, FullName{"doe", "ann"});
  EXPECT_THAT(roster(of(mercy)), ElementsAre("adoe12", "adoe99", "jdoe11", "jdonovan1", "mnunez1", "josullivan1"));
}

TEST_F(RosterTest, FindsByTheBeginningOfTheLastName) {
  tell_staff();
  EXPECT_THAT(roster(of(mercy, "do")), ElementsAre("adoe12", "jdoe11", "jdonovan1"));
  EXPECT_THAT(roster(of(mercy, "Doe")), ElementsAre("adoe12", "jdoe11"));
  EXPECT_THAT(roster(of(mercy, "oe")), IsEmpty()) << "the middle of a name is not its beginning";
}

TEST_F(RosterTest, FindsByTheBeginningOfTheFirstName) {
  tell_staff();
  EXPECT_THAT(roster(of(mercy, "", "jo")), ElementsAre("jdonovan1", "jdoe11", "josullivan1"));
}

TEST_F(RosterTest, FindsByBothNames) {
  tell_staff();
  EXPECT_THAT(roster(of(mercy, "do", "jo")), ElementsAre("jdoe11", "jdonovan1"));
  EXPECT_THAT(roster(of(mercy, "do", "ann")), ElementsAre("adoe12"));
  EXPECT_THAT(roster(of(mercy, "n", "jo")), IsEmpty());
}

TEST_F(RosterTest, ComparesWithoutCaseAndAccents) {
  tell_staff();
  EXPECT_THAT(roster(of(mercy, "NUNE")), ElementsAre("mnunez1"));
  EXPECT_THAT(roster(of(mercy, "nuñ")), ElementsAre("mnunez1"));
  EXPECT_THAT(roster(of(mercy, "", "MARIA")), ElementsAre("mnunez1"));
}

TEST_F(RosterTest, FindsNothingForATextThatBeginsNoName) {
  tell_staff();
  EXPECT_THAT(roster(of(mercy, "\xff")), IsEmpty());
  EXPECT_THAT(roster(of(mercy, "a\nb")), IsEmpty());
}

TEST_F(RosterTest, PutsAccountsWithoutANameLastByUsername) {
  story.created(mercy, "zed1", {"claims"});
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  story.created(mercy, "abe1", {"claims"});
  EXPECT_THAT(roster(of(mercy)), ElementsAre("jdoe11", "abe1", "zed1"));
  EXPECT_THAT(roster(of(mercy, "", "a")), IsEmpty());
  EXPECT_THAT(roster(of(mercy, "z")), IsEmpty());
  EXPECT_EQ(page(of(mercy)).rows.at(1).name, NameState::none);
}

TEST_F(RosterTest, KeepsARowWithoutANameWhenItCannotBeOpened) {
  story.erase("jdoe11");
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  const auto row = only_row(of(mercy));
  EXPECT_EQ(row.name, NameState::unavailable);
  EXPECT_EQ(row.last_name, "");
  EXPECT_EQ(row.username, "jdoe11");
  EXPECT_THAT(roster(of(mercy, "doe")), IsEmpty());
}

TEST_F(RosterTest, ForgetsANameWhenItIsRebuiltAfterTheErasure) {
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  EXPECT_THAT(roster(of(mercy, "doe")), ElementsAre("jdoe11"));
  story.erase("jdoe11");
  projector->rebuild(std::array{ProjectionKind::roster});
  EXPECT_THAT(roster(of(mercy, "doe")), IsEmpty());
  EXPECT_THAT(roster(of(mercy)), ElementsAre("jdoe11"));
}

TEST_F(RosterTest, ShowsWhoItIsSinceWhenAndWhatIsHeld) {
  const auto created = story.created(mercy, "jdoe11", {"members", "claims"}, FullName{"Doe", "John", "Q"});
  const auto created_at = story.now();
  auto row = only_row(of(mercy));
  EXPECT_EQ(row.last_name, "Doe");
  EXPECT_EQ(row.first_name, "John");
  EXPECT_EQ(row.middle_initial, "Q");
  EXPECT_EQ(row.name, NameState::known);
  EXPECT_EQ(row.account, Story::account_id("jdoe11"));
  EXPECT_EQ(row.provider, provider(mercy));
  EXPECT_EQ(row.linked_position, created);
  EXPECT_EQ(row.linked_at, created_at);
  EXPECT_EQ(row.changed_position, created);
  EXPECT_THAT(row.services, ElementsAre("claims", "members"));
  EXPECT_TRUE(row.usable());

  const auto changed = story.assigned(mercy, "jdoe11", {}, {"claims", "members"});
  const auto changed_at = story.now();
  story.account("account_locked", "jdoe11");
  row = only_row(of(mercy));
  EXPECT_EQ(row.linked_position, created);
  EXPECT_EQ(row.changed_position, changed);
  EXPECT_EQ(row.changed_at, changed_at);
  EXPECT_THAT(row.services, IsEmpty()) << "an emptied column leaves the person on the roster";
  EXPECT_THAT(row.unusable, ElementsAre(Unusable::locked));
}

TEST_F(RosterTest, ShowsTheNameAsItWasAtTheMoment) {
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "Jane"});
  story.linked(hope, "jdoe11", {"claims"});
  const auto before = story.now();
  const auto change = story.profile_changed(mercy, "jdoe11", {"Smith", "Jane"});
  EXPECT_EQ(only_row(of(mercy)).last_name, "Smith");
  EXPECT_EQ(only_row(of(mercy)).changed_position, change);
  EXPECT_EQ(only_row(of(hope)).last_name, "Smith") << "wherever the account is linked";
  EXPECT_EQ(only_row(at(before)).last_name, "Doe");
  EXPECT_THAT(roster(of(mercy, "doe")), IsEmpty());
  RosterQuery as_known = of(mercy, "doe");
  as_known.moment.position = change - 1;
  EXPECT_THAT(roster(as_known), ElementsAre("jdoe11"));
}

TEST_F(RosterTest, AnUnchangedNameLeavesTheRowAsItIs) {
  const auto created = story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "Jane"});
  story.profile_changed(mercy, "jdoe11", {"Doe", "Jane"});  // Of another field: the email, say.
  EXPECT_EQ(only_row(of(mercy)).changed_position, created);
}

TEST_F(RosterTest, LinksBringTheNameThatTheAccountHasByThen) {
  story.account_created("pu1", FullName{"Lee", "Rosa"});
  story.primary(mercy, "pu1", {"primary_portal_user"});
  story.profile_changed(mercy, "pu1", {"Moreno", "Rosa"});
  story.linked(hope, "pu1", {"claims"});
  EXPECT_EQ(only_row(of(mercy)).last_name, "Moreno");
  EXPECT_EQ(only_row(of(hope)).last_name, "Moreno");
}

TEST_F(RosterTest, DropsWhoWasRemovedFromThatProviderOnly) {
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  story.linked(hope, "jdoe11", {"claims"});
  const auto before = story.now();
  story.removed(mercy, "jdoe11");
  EXPECT_THAT(roster(of(mercy)), IsEmpty());
  EXPECT_THAT(roster(of(mercy, "", "john")), IsEmpty());
  EXPECT_THAT(roster(of(hope)), ElementsAre("jdoe11"));
  EXPECT_THAT(roster(at(before)), ElementsAre("jdoe11"));
}

TEST_F(RosterTest, ListsWhoWasLinkedAgainOnceSinceTheNewLink) {
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  story.removed(mercy, "jdoe11");
  const auto again = story.linked(mercy, "jdoe11", {"members"});
  const auto row = only_row(of(mercy));
  EXPECT_EQ(row.linked_position, again);
  EXPECT_THAT(row.services, ElementsAre("members"));
}

TEST_F(RosterTest, DropsTheFormerPrimaryUserAndListsTheNewOneOnce) {
  story.created(mercy, "new1", {"claims"}, FullName{"New", "Ned"});
  story.account_created("old1", FullName{"Old", "Ona"});
  story.primary(mercy, "old1", {"primary_portal_user"});
  story.primary(mercy, "new1", {"primary_portal_user"}, "old1");
  EXPECT_THAT(roster(of(mercy)), ElementsAre("new1")) << "who was linked before stays on one row";
}

TEST_F(RosterTest, DropsEverybodyWhenTheProviderCloses) {
  tell_staff();
  const auto before = story.now();
  story.provider_closed(mercy);
  EXPECT_THAT(roster(of(mercy)), IsEmpty());
  EXPECT_THAT(roster(of(mercy, "doe")), IsEmpty());
  EXPECT_THAT(roster(of(hope)), ElementsAre("xdoe1"));
  EXPECT_EQ(roster(at(before)).size(), 5u);
  story.profile_changed(hope, "jdoe11", {"Smith", "John"});
  EXPECT_THAT(roster(of(mercy)), IsEmpty()) << "a new name opens nothing again";
}

TEST_F(RosterTest, HidesAnImportUntilItHasCompleted) {
  const auto import = story.import_started();
  story.next.import = import;
  story.at(time_of("2019-05-01T00:00:00Z"));
  story.created(mercy, "old1", {"claims"});
  EXPECT_THAT(roster(of(mercy)), IsEmpty());
  story.import_completed(import);
  EXPECT_THAT(roster(of(mercy)), ElementsAre("old1"));
  EXPECT_THAT(roster(at(time_of("2019-06-01T00:00:00Z"))), ElementsAre("old1"));
}

TEST_F(RosterTest, AnImportThatNeverCompletesEndsNothing) {
  story.created(mercy, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  const auto import = story.import_started();
  story.next.import = import;
  story.removed(mercy, "jdoe11");
  EXPECT_THAT(roster(of(mercy)), ElementsAre("jdoe11"));
  story.profile_changed(mercy, "jdoe11", {"Smith", "John"});
  EXPECT_THAT(roster(of(mercy, "smith")), ElementsAre("jdoe11"));
  const auto before = story.head();
  story.import_completed(import);
  EXPECT_THAT(roster(of(mercy)), IsEmpty());
  RosterQuery as_known = of(mercy);
  as_known.moment.position = before;
  EXPECT_THAT(roster(as_known), ElementsAre("jdoe11"));
}

// Somebody whom the import had linked, or removed, is linked as if it had never been.
TEST_F(RosterTest, PassesOverWhatAnAbandonedImportRecorded) {
  story.created(hope, "jdoe11", {"claims"}, FullName{"Doe", "John"});
  story.created(mercy, "akim1", {"claims"}, FullName{"Kim", "Ann"});
  const auto import = story.import_started();
  story.next.import = import;
  story.linked(mercy, "jdoe11", {"claims"});
  story.next.import = import;
  story.removed(mercy, "akim1");
  catch_up();
  story.import_abandoned(import);
  EXPECT_THAT(roster(of(mercy)), ElementsAre("akim1"));
  story.linked(mercy, "jdoe11", {"reports"});
  EXPECT_THAT(roster(of(mercy)), ElementsAre("jdoe11", "akim1"));
  story.removed(mercy, "akim1");
  EXPECT_THAT(roster(of(mercy)), ElementsAre("jdoe11"));
}

TEST_F(RosterTest, LinksFromBeforeTheNameWasKnownHaveNoneThen) {
  story.account_created("jdoe11", FullName{"Doe", "John"});
  const auto import = story.import_started();
  story.next.import = import;
  story.at(time_of("2019-05-01T00:00:00Z"));
  story.linked(mercy, "jdoe11", {"claims"});
  story.import_completed(import);
  EXPECT_EQ(only_row(of(mercy)).last_name, "Doe");
  EXPECT_EQ(only_row(at(time_of("2020-01-01T00:00:00Z"))).name, NameState::none);
}

TEST_F(RosterTest, PagesGoOnWhereTheLastOneEnded) {
  tell_staff();
  story.created(mercy, "nameless1", {"claims"});
  story.created(mercy, "nameless2", {"claims"});
  for (const auto& query : {of(mercy), of(mercy, "do"), of(mercy, "", "j"), of(mercy, "d", "j")}) {
    const auto whole = roster(query);
    for (const std::size_t limit : {1u, 2u, 3u, 5u}) EXPECT_EQ(roster(query, limit), whole) << limit;
  }
}

TEST_F(RosterTest, PagesStayAsTheyWereWhileEventsArrive) {
  tell_staff();
  const auto whole = roster(of(mercy));
  RosterQuery query = of(mercy);
  query.limit = 2;
  std::vector<std::string> paged;
  for (;;) {
    const auto answer = page(query);
    for (const auto& row : answer.rows) paged.push_back(row.username);
    if (!answer.next) break;
    query.cursor = *answer.next;
    story.created(mercy, "zz" + std::to_string(paged.size()), {"claims"}, FullName{"Zola", "Zoe"});
    story.profile_changed(mercy, "jdoe11", {"Aaron", "John" + std::to_string(paged.size())});
    story.removed(mercy, "josullivan1");
  }
  EXPECT_EQ(paged, whole);
}

TEST_F(RosterTest, PutsNoNameInACursor) {
  tell_staff();
  RosterQuery query = of(mercy);
  query.limit = 1;
  const auto cursor = *page(query).next;
  const auto bytes = *from_hex(cursor);
  EXPECT_EQ(text_of(bytes).find("ann"), std::string_view::npos);
  EXPECT_NE(text_of(bytes).find("adoe12"), std::string_view::npos) << "it is there, in the clear, if one looks for what should be";
}

TEST_F(RosterTest, RefusesACursorOfAnotherQuestion) {
  tell_staff();
  RosterQuery query = of(mercy);
  query.limit = 1;
  RosterQuery other = of(hope);
  other.cursor = *page(query).next;
  EXPECT_FALSE(Roster(*views).search(other).has_value());
}

TEST_F(RosterTest, SaysThePositionAndWhatIsMissing) {
  tell_staff();
  const auto unknown = story.unknown(mercy, "jdoe11");
  EXPECT_EQ(page(of(mercy)).truth.true_of, story.head());
  EXPECT_THAT(page(of(mercy)).truth.incomplete, ElementsAre(unknown));
  EXPECT_THAT(page(of(hope)).truth.incomplete, IsEmpty());
}

TEST_F(RosterTest, FindsNamesAmongManyErasOfAProvider) {
  for (int i = 0; i < 700; ++i) {
    const std::string number = std::to_string(1000 + (i * 11) % 700);
    story.created(mercy, "user" + number, {"claims"}, FullName{(i % 2 ? "Even" : "Odd") + number, i % 3 ? "Sam" : "Kim"});
  }
  EXPECT_EQ(roster(of(mercy), 50).size(), 700u);
  EXPECT_EQ(roster(of(mercy, "even"), 50).size(), 350u);
  EXPECT_EQ(roster(of(mercy, "", "kim"), 50).size(), 234u);
  EXPECT_EQ(roster(of(mercy, "odd", "kim"), 50).size(), 117u);
  RosterQuery early = of(mercy);
  early.moment.position = 30;
  EXPECT_EQ(roster(early).size(), 30u);
}

// Forgetting.

TEST_F(RosterTest, ShowsNoNameOfWhoWasErasedAtWhateverMoment) {
  tell_staff();
  const Timestamp before = story.now();
  story.wait(60);
  story.profile_changed(mercy, "jdoe11", {"Roe", "John"});
  story.linked(hope, "jdoe11", {"claims"});
  story.removed(hope, "jdoe11");
  EXPECT_THAT(roster(of(mercy, "Roe")), ElementsAre("jdoe11"));
  story.erase("jdoe11");
  story.tell("subject_erased", {}, "jdoe11");
  for (const char* name : {"Roe", "Doe"}) {
    RosterQuery then = at(before);
    then.last_name = name;
    EXPECT_THAT(roster(of(mercy, name)), testing::Not(testing::Contains("jdoe11"))) << name;
    EXPECT_THAT(roster(then), testing::Not(testing::Contains("jdoe11"))) << name;
  }
  for (const RosterQuery& query : {of(mercy), at(before)}) {
    const auto rows = page(query).rows;
    const auto row = std::ranges::find(rows, "jdoe11", &RosterRow::username);
    ASSERT_NE(row, rows.end()) << "who had access is not forgotten";
    EXPECT_EQ(row->name, NameState::erased);
    EXPECT_EQ(row->last_name + row->first_name + row->middle_initial, "");
    EXPECT_THAT(row->services, ElementsAre("claims"));
  }
}

// Its row is among those without a name from then on: what the next page begins behind is not there any more, or comes a second time.
TEST_F(RosterTest, GivesNoNextPageOnceSomebodyWasErased) {
  tell_staff();
  RosterQuery query = of(mercy);
  query.limit = 2;
  const auto first = page(query);
  query.cursor = *first.next;
  EXPECT_TRUE(Roster(*views).search(query).has_value());
  story.erase(first.rows.back().username);
  story.tell("subject_erased", {}, first.rows.back().username);
  catch_up();
  const auto refused = Roster(*views).search(query);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("erased since the page before"));
  query.cursor.clear();
  query.cursor = *page(query).next;
  EXPECT_TRUE(Roster(*views).search(query).has_value()) << "that of a page that was made since";
}

TEST_F(RosterTest, ShowsTheSameOfWhoWasErasedWhenItIsBuiltAnew) {
  tell_staff();
  story.erase("jdoe11");
  story.tell("subject_erased", {}, "jdoe11");
  const auto rows = page(of(mercy)).rows;
  EXPECT_EQ(std::ranges::find(rows, "jdoe11", &RosterRow::username)->name, NameState::erased);
}

TEST_F(RosterTest, HoldsNoByteOfAnErasedNameInAnyFileOnceScrubbed) {
  const auto files_with = [&](std::string_view text) { return test::files_with(folder.path(), text).size(); };
  // Once the only ones, so that they are the bounds of files, and once among others.
  story.created(mercy, "x1", {"claims"}, FullName{"Quixotewitz", "Zebulonia"});
  story.removed(mercy, "x1");
  story.linked(mercy, "x1", {"claims"});
  catch_up();
  views->scrub();
  tell_staff();
  catch_up();
  ASSERT_GT(files_with("Quixotewitz"), 0U);
  ASSERT_GT(files_with("zebulonia"), 0U) << "as it is searched";
  story.erase("x1");
  story.tell("subject_erased", {}, "x1");
  catch_up();
  ASSERT_GT(files_with("Quixotewitz"), 0U) << "the control: removing rows does not take them out of files";
  views->scrub();
  // RocksDB removes the files that it has replaced on a thread of its own.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (const char* name : {"Quixotewitz", "quixotewitz", "Zebulonia", "zebulonia"}) {
    while (files_with(name) > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(files_with(name), 0U) << name;
  }
  EXPECT_THAT(roster(of(mercy)), testing::Contains("x1"));
}

}  // namespace
}  // namespace muniment
