#include "tools/import/history_import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <set>
#include <sstream>

#include "projections/access.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view two_providers = "provider,name\n110000001A,North\n110000002B,South\n";
const std::string change_heading = "occurred_at,reference,actor,requested_by,action,provider,username,service\n";

std::string change(std::string_view at, std::string_view action, std::string_view provider, std::string_view user,
                   std::string_view service) {
  return fmt::format("{},ref,boss,lead,{},{},{},{}\n", at, action, provider, user, service);
}

// Three people, two providers, a revoke and a grant again.
std::string small_history() {
  return change_heading + change("2020-01-01", "grant", "110000001A", "ann", "org:member") +
         change("2020-01-02", "grant", "110000001A", "bob", "org:member") +
         change("2020-01-03", "grant", "110000002B", "ann", "org:admin") +
         change("2020-02-01", "revoke", "110000001A", "ann", "org:member") +
         change("2020-03-01", "grant", "110000001A", "ann", "org:member") + change("2020-03-01", "grant", "110000001A", "cleo", "team:x");
}

class HistoryImport : public testing::Test {
 protected:
  HistoryImport() {
    folder = std::filesystem::path(testing::TempDir()) /
             fmt::format("import-{}-{}", ::getpid(), testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder);
    Store::create(folder, "agency");
    open();
  }
  ~HistoryImport() override {
    store->close();
    store.reset();
    std::filesystem::remove_all(folder);
  }

  void open() { store = std::make_unique<Store>(folder); }
  void open_again() {
    store->close();
    open();
  }

  std::expected<ImportPlan, ImportObstacle> check(const std::string& changes, std::string_view provider_lines = two_providers) {
    std::istringstream first{std::string{provider_lines}};
    std::istringstream second{changes};
    history.emplace(first, second);
    return check_import(*history, {Principal::officer("agency"), administrator_services, same_usernames}, store->log(), store->vault(),
                        system_now());
  }

  ImportReport import(const std::string& changes, std::optional<std::size_t> stop_after = std::nullopt,
                      std::string_view provider_lines = two_providers) {
    const auto plan = check(changes, provider_lines);
    if (!plan) {
      for (const BadLine& bad : plan.error().bad_lines) ADD_FAILURE() << bad.line << ": " << bad.reason;
      EXPECT_EQ(plan.error().conflict, "");
      return {};
    }
    const auto report = run_import(*history, *plan, store->log(), store->vault(), store->sequencer(),
                                   {.actor = Principal::officer("agency"), .stop_after_rows = stop_after});
    if (!report) {
      ADD_FAILURE() << report.error().line << ' ' << report.error().answer.failure;
      return {};
    }
    return *report;
  }

  std::vector<std::string> reasons(const std::string& changes, std::string_view provider_lines = two_providers) {
    const auto plan = check(changes, provider_lines);
    std::vector<std::string> out;
    if (plan) return out;
    for (const BadLine& bad : plan.error().bad_lines) out.push_back(fmt::format("{}: {}", bad.line, bad.reason));
    if (!plan.error().conflict.empty()) out.push_back(plan.error().conflict);
    return out;
  }

  // provider username service, as of a moment.
  std::vector<std::string> as_of(std::string_view at) {
    store->projector().catch_up();
    const Access access(store->views());
    const auto page = access.as_of({.provider = std::nullopt,
                                    .username = std::nullopt,
                                    .service = std::nullopt,
                                    .moment = {.at = Timestamp::parse(at), .position = std::nullopt},
                                    .limit = page_size_max,
                                    .cursor = {}});
    std::vector<std::string> out;
    if (!page) return {"bad cursor"};
    for (const AccessRow& row : page->rows) out.push_back(row.provider.text() + " " + row.username + " " + row.service);
    return out;
  }

  // The services that the last ImportStarted names.
  std::vector<std::string> administrator_services_on_record() {
    std::vector<std::string> out;
    store->log().read(0, 1, head(), [&](Position, RecordWords words) {
      RecordReader record(words);
      if (!record.event().getFact().isImportStarted()) return true;
      out.clear();
      for (const auto service : record.event().getFact().getImportStarted().getAdministratorServices()) out.emplace_back(text_of(service));
      return true;
    });
    return out;
  }

  // When the account that the log has first began.
  std::string created_at() {
    std::string out;
    store->log().read(0, 1, head(), [&](Position, RecordWords words) {
      RecordReader record(words);
      if (record.event().getFact().isSubordinateCreated()) out = occurred_at(record.event()).text();
      return out.empty();
    });
    return out;
  }

  Position head() { return store->log().head(0).position; }

  Answer submit(CommandBody body, std::string_view type, Principal actor) {
    Command command{.request = {}, .body = std::move(body), .type = type};
    command.request.command_id = fmt::format("test-{}", ++commands);
    command.request.actor = std::move(actor);
    return store->sequencer().ask({.command = std::move(command), .source = schema::Source::OPERATOR});
  }

  Answer terminate(std::string_view user) { return on_account(TerminateAccount{Username::parse(user).value()}, "terminate_account"); }
  Answer erase(std::string_view user) { return on_account(EraseSubject{Username::parse(user).value(), "court_order"}, "erase_subject"); }
  Answer lock(std::string_view user) { return on_account(LockAccount{Username::parse(user).value()}, "lock_account"); }
  Answer on_account(CommandBody body, std::string_view type) {
    Command command{.request = {}, .body = std::move(body), .type = type};
    command.request.command_id = fmt::format("test-{}", ++commands);
    command.request.actor = Principal::officer("agency");
    command.request.reason = "violation";
    command.request.reference = "DSR-17";
    return store->sequencer().ask({.command = std::move(command), .source = schema::Source::OPERATOR});
  }

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  std::optional<AccessHistory> history;
  std::vector<std::string> administrator_services;
  bool same_usernames = false;
  int commands = 0;
};

TEST_F(HistoryImport, AnswersForEveryMomentOfIt) {
  const ImportReport report = import(small_history());
  EXPECT_EQ(report.added, 6u);
  EXPECT_GT(report.completed, report.started);
  EXPECT_THAT(as_of("2019-12-31"), IsEmpty());
  EXPECT_THAT(as_of("2020-01-02"), ElementsAre("110000001A ann org:member", "110000001A bob org:member"));
  EXPECT_THAT(as_of("2020-01-31"), ElementsAre("110000001A ann org:member", "110000001A bob org:member", "110000002B ann org:admin"));
  // The moment itself is included.
  EXPECT_THAT(as_of("2020-02-01"), ElementsAre("110000001A bob org:member", "110000002B ann org:admin"));
  EXPECT_THAT(as_of("2020-03-01"),
              ElementsAre("110000001A ann org:member", "110000001A bob org:member", "110000001A cleo team:x", "110000002B ann org:admin"));
}

TEST_F(HistoryImport, KeepsWhoActedOnWhoseRequestAndWhen) {
  import(small_history());
  store->projector().catch_up();
  const Access access(store->views());
  const auto page = access.as_of({.provider = ProviderId::parse("110000002B"),
                                  .username = std::nullopt,
                                  .service = std::nullopt,
                                  .moment = {.at = std::nullopt, .position = std::nullopt},
                                  .limit = 10,
                                  .cursor = {}});
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->rows.size(), 1u);
  const AccessChange& granted = page->rows.front().granted;
  EXPECT_EQ(granted.actor.text(), "outsider:boss");
  EXPECT_EQ(granted.authority, schema::Authority::UNKNOWN);
  EXPECT_EQ(granted.requested_by, "lead");
  EXPECT_EQ(granted.reference, "ref");
  EXPECT_EQ(granted.at.text(), "2020-01-03T00:00:00Z");
  EXPECT_GT(granted.imported_by, 0u);
}

TEST_F(HistoryImport, AddsNothingTheSecondTime) {
  import(small_history());
  const Position before = head();
  const ImportReport again = import(small_history());
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.started, 0u);
  EXPECT_EQ(head(), before);
}

// Of so many changes, each of what is or is not held: by chance, and the same for the same seed.
std::vector<std::string> random_changes(unsigned seed, int count) {
  std::mt19937 random(seed);
  const auto one_of = [&](std::initializer_list<const char*> all) { return *(all.begin() + random() % all.size()); };
  std::set<std::string> held;
  std::vector<std::string> out;
  for (int day = 0; static_cast<int>(out.size()) < count; day += static_cast<int>(random() % 2)) {
    const std::string provider = one_of({"110000001A", "110000002B"});
    const std::string user = one_of({"ann", "bob", "cleo", "dora"});
    const std::string service = one_of({"org:member", "org:admin", "team:x"});
    const bool is_held = !held.insert(provider + user + service).second;
    if (is_held) held.erase(provider + user + service);
    out.push_back(
        change(fmt::format("2020-{:02}-{:02}", 1 + day / 28 % 12, 1 + day % 28), is_held ? "revoke" : "grant", provider, user, service));
  }
  return out;
}

TEST_F(HistoryImport, AddsNothingTheSecondTimeAndComesToTheSameInPartsWhateverItIs) {
  constexpr int count = 60;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const std::vector<std::string> changes = random_changes(seed, count);
    const std::string whole = change_heading + fmt::format("{}", fmt::join(changes, ""));
    const auto begin_anew = [&] {
      store->close();
      store.reset();
      std::filesystem::remove_all(folder);
      Store::create(folder, "agency");
      open();
    };
    begin_anew();
    EXPECT_EQ(import(whole).added, static_cast<std::size_t>(count)) << "seed " << seed;
    const Position once = head();
    EXPECT_EQ(import(whole).added, 0U);
    EXPECT_EQ(head(), once);
    const std::vector<std::string> moments{"2020-01-10", "2020-02-01", "2020-12-31"};
    std::vector<std::vector<std::string>> answers;
    for (const std::string& moment : moments) answers.push_back(as_of(moment));
    begin_anew();
    for (int lines : {count / 3, count / 2, count})
      import(change_heading + fmt::format("{}", fmt::join(changes.begin(), changes.begin() + lines, "")));
    for (std::size_t i = 0; i < moments.size(); ++i) EXPECT_EQ(as_of(moments[i]), answers[i]) << "seed " << seed << " at " << moments[i];
  }
}

TEST_F(HistoryImport, AddsTheNewRowsOfALongerCopy) {
  import(small_history());
  open_again();
  const Position before = head();
  const ImportReport longer = import(small_history() + change("2020-04-01", "grant", "110000002B", "bob", "org:new"));
  EXPECT_EQ(longer.added, 1u);
  // Start, one provider's start each, the new service, the row, the completion.
  EXPECT_EQ(head(), before + 6);
  EXPECT_THAT(as_of("2020-04-01"), testing::Contains("110000002B bob org:new"));
}

TEST_F(HistoryImport, TellsSameRowsApartByTheirOrdinal) {
  const std::string grant = change("2020-01-01", "grant", "110000001A", "ann", "s");
  const std::string revoke = change("2020-01-01", "revoke", "110000001A", "ann", "s");
  EXPECT_EQ(import(change_heading + grant + revoke + grant).added, 3u);
  EXPECT_THAT(as_of("2020-01-01"), ElementsAre("110000001A ann s"));
  EXPECT_EQ(import(change_heading + grant + revoke + grant).added, 0u);
  EXPECT_EQ(import(change_heading + grant + revoke + grant + revoke).added, 1u);
  EXPECT_THAT(as_of("2020-01-01"), IsEmpty());
}

TEST_F(HistoryImport, TellsEachBadLineAndRecordsNothing) {
  const Position before = head();
  EXPECT_THAT(
      reasons(change_heading + change("2020-01-01", "grant", "110000001A", "ann", "s") +  // 2
              change("2020-01-02", "grant", "110000001A", "ann", "s") +                   // 3: held
              change("2020-01-03", "revoke", "110000001A", "ann", "t") +                  // 4: not held
              change("2019-12-31", "revoke", "110000001A", "ann", "s") +                  // 5: earlier
              change("2020-01-03", "grant", "110000009Z", "ann", "s") +                   // 6: no such provider
              change("2200-01-01", "grant", "110000001A", "bob", "s") +                   // 7: not yet
              change("someday", "grant", "110000001A", "cleo", "s") +                     // 8: no time
              change("2020-01-05", "revoke", "110000001A", "cleo", "s") +                 // 9: follows the bad one, and is good
              change("2020-01-05", "give", "110000001A", "dora", "s") +                   // 10: no action
              change("2020-01-06", "revoke", "110000001A", "dora", "s")),                 // 11: may be good
      ElementsAre(
          "3: action: expected no grant of a service that is held already", "4: action: expected no revoke of a service that is not held",
          "5: history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider",
          "6: provider: expected a provider of the providers file", "7: occurred_at: expected a time that is not in the future",
          "8: occurred_at: expected a time such as 2020-04-02T10:32:23Z, from 1970 to 2261", "10: action: expected grant or revoke"));
  EXPECT_EQ(head(), before);
}

// The usual export is sorted by provider. Who may reset a password is decided by where the account began.
TEST_F(HistoryImport, GivesAnAccountTheHomeOfItsEarliestChangeWhereverThatStands) {
  import(change_heading + change("2021-01-01", "grant", "110000001A", "ann", "org:member") +
         change("2022-01-01", "revoke", "110000001A", "ann", "org:member") +
         change("2019-01-01", "grant", "110000002B", "ann", "org:member"));
  EXPECT_EQ(created_at(), "2019-01-01T00:00:00Z");
  EXPECT_THAT(as_of("2020-01-01"), ElementsAre("110000002B ann org:member"));
}

TEST_F(HistoryImport, RefusesAServiceThatGivesPowerHere) {
  const auto before = head();
  EXPECT_THAT(
      reasons(change_heading + change("2020-01-01", "grant", "110000001A", "ann", "primary_portal_user") +
              change("2020-01-01", "grant", "110000001A", "bob", "manage_subordinate_accounts") +
              change("2020-01-01", "grant", "110000001A", "ann", "portal:primary_portal_user")),
      ElementsAre(HasSubstr("2: service: gives power over accounts here"), HasSubstr("3: service: gives power over accounts here")));
  EXPECT_EQ(head(), before);
}

TEST_F(HistoryImport, RefusesWhatIsEarlierThanWhatTheStoreHas) {
  import(small_history());
  EXPECT_THAT(
      reasons(change_heading + change("2020-02-15", "grant", "110000001A", "ann", "other")),
      ElementsAre("2: history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider"));
  // Another link of the same person has an order of its own.
  EXPECT_THAT(reasons(change_heading + change("2020-02-15", "grant", "110000002B", "ann", "other")), IsEmpty());
}

TEST_F(HistoryImport, StaysInvisibleUntilItIsRunAgainAndCompletes) {
  for (std::size_t rows : {0u, 1u, 4u, 5u, 9u}) EXPECT_EQ(import(small_history(), rows).completed, 0u) << rows;
  EXPECT_THAT(as_of("2020-03-01"), IsEmpty());
  open_again();
  EXPECT_THAT(as_of("2020-03-01"), IsEmpty());
  const ImportReport report = import(small_history());
  EXPECT_GT(report.completed, 0u);
  EXPECT_EQ(as_of("2020-03-01").size(), 4u);
  EXPECT_EQ(import(small_history()).started, 0u);
}

TEST_F(HistoryImport, IsGoneOnWithToTheSameLogWhereverItStopped) {
  import(small_history(), 7);
  import(small_history());
  const Position stopped_and_gone_on = head();
  store->close();
  std::filesystem::remove_all(folder);
  Store::create(folder, "agency");
  open();
  import(small_history());
  EXPECT_EQ(head(), stopped_and_gone_on);
}

TEST_F(HistoryImport, LetsItsProvidersAcceptNothingElseMeanwhile) {
  import(small_history(), 6);
  const auto north = ProviderId::parse("110000001A").value();
  const Answer during = submit(CloseProvider{north}, "close_provider", Principal::officer("agency"));
  EXPECT_EQ(during.refusal, Refusal::import_in_progress);
  import(small_history());
  const Answer after = submit(CloseProvider{north}, "close_provider", Principal::officer("agency"));
  EXPECT_EQ(after.status, Answer::Status::accepted) << (after.refusal ? name_of(*after.refusal) : "");
}

TEST_F(HistoryImport, IsGoneOnWithOnlyByAFileThatHasWhatWasRecorded) {
  import(small_history(), 7);  // The providers, the services, and two changes.
  const Position before = head();
  EXPECT_THAT(reasons(change_heading + change("2020-01-01", "grant", "110000001A", "ann", "org:member")),
              ElementsAre(HasSubstr("recorded 1 changes that this file does not have")));
  administrator_services = {"org:admin"};
  EXPECT_THAT(reasons(small_history()), ElementsAre(HasSubstr("other administrator services")));
  EXPECT_EQ(head(), before);
}

TEST_F(HistoryImport, IsNotBegunForProvidersOfAnotherOneThatWasInterrupted) {
  import(small_history(), 3);
  const auto plan =
      check(change_heading + change("2020-01-01", "grant", "110000003C", "ann", "s"), "provider,name\n110000001A,North\n110000003C,West\n");
  ASSERT_FALSE(plan.has_value());
  EXPECT_THAT(plan.error().conflict, HasSubstr("run it again with its own files"));
}

// What a wrong file brought before somebody stopped it.
class AbandonedImport : public HistoryImport {
 protected:
  static std::string wrong_history() {
    return change_heading + change("2020-01-01", "grant", "110000001A", "ann", "org:member") +
           change("2020-01-05", "grant", "110000001A", "eve", "org:admin") +
           change("2020-06-01", "grant", "110000002B", "bob", "org:admin");
  }
  Answer abandon(Position started) {
    Request request;
    request.actor = Principal::officer("agency");
    request.reason = "wrong_file";
    return abandon_import(*import_started_at(store->log(), started), rows_recorded_by(store->log(), started), request, store->sequencer());
  }
  Position import_and_abandon(std::size_t rows) {
    const Position started = import(wrong_history(), rows).started;
    as_of("2020-03-01");  // The views take it in.
    EXPECT_EQ(abandon(started).status, Answer::Status::accepted);
    return started;
  }
};

TEST_F(AbandonedImport, CountsForNothing) {
  import_and_abandon(7);
  EXPECT_THAT(as_of("2020-12-01"), IsEmpty());
  const ImportReport report = import(small_history());
  EXPECT_EQ(report.added, 6u) << "ann's first row is recorded again";
  const std::vector<std::string> expected{"110000001A ann org:member", "110000001A bob org:member", "110000001A cleo team:x",
                                          "110000002B ann org:admin"};
  EXPECT_EQ(as_of("2020-12-01"), expected);
  open_again();
  EXPECT_EQ(as_of("2020-12-01"), expected);
  EXPECT_EQ(import(small_history()).started, 0u) << "the same file again adds nothing";
}

TEST_F(AbandonedImport, MayBeImportedAgainAsItWasAndAbandonedAgain) {
  import_and_abandon(7);
  import_and_abandon(8);
  EXPECT_EQ(import(wrong_history()).added, 3u);
  EXPECT_EQ(as_of("2020-12-01").size(), 3u);
  EXPECT_EQ(import(wrong_history()).started, 0u);
}

TEST_F(AbandonedImport, FreesItsProviders) {
  const auto north = ProviderId::parse("110000001A").value();
  import_and_abandon(7);
  const Answer closing = submit(CloseProvider{north}, "close_provider", Principal::officer("agency"));
  EXPECT_EQ(closing.refusal, Refusal::provider_unknown) << "it alone had registered it";
  const auto registration = RegisterProvider{north, schema::ProviderKind::PROVIDER, "Org", "North"};
  EXPECT_EQ(submit(registration, "register_provider", Principal::officer("agency")).status, Answer::Status::accepted);
}

TEST_F(AbandonedImport, IsFoundByItsBeginningAlone) {
  const Position started = import_and_abandon(5);
  EXPECT_FALSE(import_started_at(store->log(), started + 1));
  EXPECT_FALSE(import_started_at(store->log(), head() + 1));
  EXPECT_EQ(rows_recorded_by(store->log(), started), 1u) << "two providers and two services are no changes";
}

TEST_F(HistoryImport, IsTheAgencysAlone) {
  const auto plan = check(small_history());
  ASSERT_TRUE(plan.has_value());
  const auto ran = run_import(*history, *plan, store->log(), store->vault(), store->sequencer(), {.actor = Principal::officer("nobody")});
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().answer.refusal, Refusal::actor_unknown);
}

TEST_F(HistoryImport, IsCheckedForNobodyElse) {
  std::istringstream first{std::string{two_providers}};
  std::istringstream second{change_heading + "bad\n"};
  history.emplace(first, second);
  const auto plan = check_import(*history, {Principal::officer("nobody")}, store->log(), store->vault(), system_now());
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().refusal, Refusal::actor_unknown);
  EXPECT_THAT(plan.error().bad_lines, IsEmpty());
}

// Another organization, some of whose people have the same usernames as those of the small history.
constexpr std::string_view others = "provider,name\n110000009Z,Elsewhere\n";

TEST_F(HistoryImport, MakesNoStrangersOnePersonByTheirNames) {
  import(small_history());
  const std::string changes = change_heading + change("2021-01-01", "grant", "110000009Z", "ANN", "s") +
                              change("2021-01-01", "grant", "110000009Z", "zoe", "s") +
                              change("2021-01-02", "revoke", "110000009Z", "bob", "s");
  EXPECT_THAT(reasons(changes, others), ElementsAre(HasSubstr("2: username: belongs to an account whose home is a provider that is not in"),
                                                    HasSubstr("4: username: belongs to an account")));
  // The providers of both together are one organization's.
  EXPECT_THAT(reasons(change_heading + change("2021-01-01", "grant", "110000009Z", "ann", "s"),
                      "provider,name\n110000009Z,Elsewhere\n110000001A,North\n"),
              IsEmpty());
}

TEST_F(HistoryImport, JoinsThemWhenTheyAreSaidToBeTheSamePeople) {
  import(small_history());
  same_usernames = true;
  import(change_heading + change("2021-01-01", "grant", "110000009Z", "ann", "s"), std::nullopt, others);
  EXPECT_THAT(as_of("2021-01-01"), testing::Contains("110000009Z ann s"));
}

// What was interrupted may be given up, and nothing that another import made of it.
TEST_F(HistoryImport, TakesNobodyWhomAnInterruptedImportOfOthersBrought) {
  import(small_history(), 7);
  same_usernames = true;
  const std::string changes = change_heading + change("2021-01-01", "grant", "110000009Z", "ann", "s");
  EXPECT_THAT(reasons(changes, others), ElementsAre(HasSubstr("2: username: comes with another import that was interrupted")));
  same_usernames = false;
  import(small_history());
  same_usernames = true;
  import(changes, std::nullopt, others);
  EXPECT_THAT(as_of("2021-01-01"), testing::Contains("110000009Z ann s"));
}

TEST_F(HistoryImport, IsGoneOnWithAsItWasSaidOfTheUsernames) {
  import(small_history());
  const std::string changes = change_heading + change("2021-01-01", "grant", "110000009Z", "zoe", "s");
  import(changes, 1, others);
  same_usernames = true;
  EXPECT_THAT(reasons(changes, others), ElementsAre(HasSubstr("was started without --same-usernames")));
  same_usernames = false;
  EXPECT_GT(import(changes, std::nullopt, others).completed, 0u);
}

TEST_F(HistoryImport, NeedNotBeToldOfTheUsernamesAgainWhenItGoesOn) {
  import(small_history());
  same_usernames = true;
  const std::string changes = change_heading + change("2021-01-01", "grant", "110000009Z", "ann", "s");
  import(changes, 1, others);
  same_usernames = false;
  EXPECT_GT(import(changes, std::nullopt, others).completed, 0u);
  EXPECT_THAT(as_of("2021-01-01"), testing::Contains("110000009Z ann s"));
}

TEST_F(HistoryImport, GrantsNothingToATerminatedAccount) {
  import(small_history());
  EXPECT_EQ(terminate("ann").status, Answer::Status::accepted);
  const std::string longer = small_history() + change("2021-01-01", "grant", "110000001A", "ann", "new");
  EXPECT_THAT(reasons(longer), ElementsAre("8: username: expected no grant to an account that was terminated"));
  EXPECT_EQ(import(small_history() + change("2021-01-01", "revoke", "110000001A", "ann", "org:member")).added, 1u);
}

TEST_F(HistoryImport, GrantsNothingToWhoWasErased) {
  import(small_history());
  terminate("ann");
  EXPECT_EQ(erase("ann").status, Answer::Status::accepted);
  const std::string longer = small_history() + change("2021-01-01", "grant", "110000001A", "ann", "new");
  EXPECT_THAT(reasons(longer), ElementsAre("8: username: expected no grant to a person who was erased"));
}

TEST_F(HistoryImport, TakesMoreProvidersThanOneEventCouldName) {
  std::string lines = "provider,name\n";
  std::string changes = change_heading;
  for (int i = 0; i < 3000; ++i) lines += fmt::format("{}A,Clinic {}\n", 200'000'000 + i, i);
  for (int i = 0; i < 3000; i += 1000) changes += change("2020-01-01", "grant", fmt::format("{}A", 200'000'000 + i), "ann", "s");
  EXPECT_EQ(import(changes, std::nullopt, lines).added, 3u);
  EXPECT_THAT(as_of("2020-01-01"), ElementsAre("200000000A ann s", "200001000A ann s", "200002000A ann s"));
}

TEST_F(HistoryImport, TakesTheAdministratorServicesAfterwardsAndKeepsThemOnRecord) {
  import(small_history());
  EXPECT_THAT(administrator_services_on_record(), IsEmpty());
  administrator_services = {"org:admin"};
  const Position before = head();
  const ImportReport mapped = import(small_history());
  EXPECT_EQ(mapped.added, 0u);
  EXPECT_GT(mapped.completed, 0u);
  EXPECT_EQ(head(), before + 4) << "the start, one provider's start each, the completion";
  EXPECT_THAT(administrator_services_on_record(), ElementsAre("org:admin"));
  EXPECT_EQ(import(small_history()).started, 0u) << "it is said already";
  administrator_services = {"org:owner", "org:admin", "org:owner"};
  import(small_history());
  EXPECT_THAT(administrator_services_on_record(), ElementsAre("org:admin", "org:owner"));
  administrator_services = {"org:admin", "org:owner"};
  EXPECT_EQ(import(small_history()).started, 0u) << "their order does not matter";
}

TEST_F(HistoryImport, TellsWhatTheAdministratorServicesWere) {
  administrator_services = {"org:admin"};
  import(small_history());
  administrator_services = {"org:owner"};
  const auto plan = check(small_history());
  ASSERT_TRUE(plan.has_value());
  EXPECT_THAT(plan->former_administrator_services, ElementsAre(ElementsAre("org:admin")));
  EXPECT_FALSE(plan->is_empty());
}

TEST_F(HistoryImport, KeepsTheAdministratorServicesOfWhichNothingIsSaid) {
  administrator_services = {"org:admin"};
  import(small_history());
  administrator_services.clear();
  EXPECT_EQ(import(small_history()).started, 0u);
  import(small_history() + change("2021-01-01", "grant", "110000001A", "ann", "new"));
  EXPECT_THAT(administrator_services_on_record(), ElementsAre("org:admin"));
}

TEST_F(HistoryImport, AsksForTheAdministratorServicesWhereEarlierImportsDiffer) {
  administrator_services = {"org:admin"};
  import(small_history());
  administrator_services = {"root"};
  import(change_heading + change("2021-01-01", "grant", "110000009Z", "zoe", "root"), std::nullopt, others);
  administrator_services.clear();
  const std::string both = "provider,name\n110000009Z,Elsewhere\n110000001A,North\n";
  const std::string more = change_heading + change("2021-01-02", "grant", "110000009Z", "yan", "root");
  EXPECT_THAT(reasons(more, both), ElementsAre(HasSubstr("name different administrator services")));
  administrator_services = {"org:admin", "root"};
  EXPECT_THAT(reasons(more, both), IsEmpty());
}

TEST_F(HistoryImport, TakesActorsOfWhomLittleOrNothingIsKnown) {
  import(change_heading + "2020-01-01,r,,,grant,110000001A,ann,s\n2020-01-02,r,J\xc3\xb6rg Meier,the whole board,grant,110000001A,ann,t\n");
  store->projector().catch_up();
  for (const ProjectionKind kind : all_projections) EXPECT_THAT(store->views().quarantine(kind), IsEmpty());
  const Access access(store->views());
  const auto page = access.as_of({.provider = std::nullopt,
                                  .username = std::nullopt,
                                  .service = std::nullopt,
                                  .moment = {.at = std::nullopt, .position = std::nullopt},
                                  .limit = 10,
                                  .cursor = {}});
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].granted.actor.text(), "outsider:");
  EXPECT_EQ(page->rows[1].granted.actor.text(), "outsider:J\xc3\xb6rg Meier");
  EXPECT_EQ(page->rows[1].granted.requested_by, "the whole board");
}

TEST_F(HistoryImport, KnowsUsernamesInWhateverFormTheyCome) {
  const std::string first = change_heading + change("2020-01-01", "grant", "110000001A", "CORP\\J\xc3\x96RG+x@Example.org", "s");
  EXPECT_EQ(import(first).added, 1u);
  const std::string again = change_heading + change("2020-01-01", "grant", "110000001A", "corp\\jo\xcc\x88rg+x@example.org", "s");
  EXPECT_EQ(import(again).added, 0u);
  EXPECT_THAT(as_of("2020-01-01"), ElementsAre("110000001A corp\\j\xc3\xb6rg+x@example.org s"));
  const Answer locked = lock("Corp\\J\xc3\x96rg+x@example.org");
  EXPECT_EQ(locked.status, Answer::Status::accepted);
}

TEST_F(HistoryImport, RegistersProvidersOfTheirOrganizations) {
  import(small_history(), std::nullopt, "provider,name,organization\n110000001A,North,Sisters\n110000002B,South,\n");
  World world;
  store->log().read(0, 1, head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    world.evolve(record.event());
    return true;
  });
  EXPECT_EQ(world.provider(ProviderId::parse("110000001A").value()).organization(), "Sisters");
  EXPECT_EQ(world.provider(ProviderId::parse("110000002B").value()).organization(), "South") << "its own name, where none is said";
  const auto plan = check(small_history(), "provider,name,organization\n110000001A,North,Brothers\n110000002B,The South,\n");
  ASSERT_TRUE(plan.has_value());
  EXPECT_THAT(plan->renamed, ElementsAre(0u, 1u));
  EXPECT_THAT(check(small_history())->renamed, IsEmpty());
}

TEST_F(HistoryImport, RefusesAProviderThatWasClosed) {
  import(small_history());
  submit(CloseProvider{ProviderId::parse("110000001A").value()}, "close_provider", Principal::officer("agency"));
  EXPECT_THAT(reasons(change_heading + change("2024-01-01", "grant", "110000001A", "dora", "s")),
              ElementsAre("2: provider: expected a provider that is not closed"));
}

TEST_F(HistoryImport, GoesOnForTheOthersWhenAProviderWasClosed) {
  import(small_history());
  submit(CloseProvider{ProviderId::parse("110000001A").value()}, "close_provider", Principal::officer("agency"));
  const std::string longer = small_history() + change("2021-01-01", "grant", "110000002B", "zoe", "s");
  EXPECT_EQ(import(longer).added, 1u);
  // Ann's home is the one that was closed.
  EXPECT_THAT(reasons(longer + change("2021-01-02", "grant", "110000002B", "ann", "s")),
              ElementsAre(HasSubstr("9: username: belongs to an account")));
}

}  // namespace
}  // namespace muniment
