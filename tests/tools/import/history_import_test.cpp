#include "tools/import/history_import.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "projections/access.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view providers = "provider,name\n110000001A,North\n110000002B,South\n";
const std::string heading = "occurred_at,reference,actor,requested_by,action,provider,username,service\n";

std::string change(std::string_view at, std::string_view action, std::string_view provider, std::string_view user,
                   std::string_view service) {
  return fmt::format("{},ref,boss,lead,{},{},{},{}\n", at, action, provider, user, service);
}

// Three people, two providers, a revoke and a grant again.
std::string small_history() {
  return heading + change("2020-01-01", "grant", "110000001A", "ann", "org:member") +
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

  std::expected<ImportPlan, ImportObstacle> check(const std::string& changes, std::string_view provider_lines = providers) {
    std::istringstream first{std::string{provider_lines}};
    std::istringstream second{changes};
    history.emplace(first, second);
    return check_import(*history, administrator_services, store->log(), store->vault(), system_now());
  }

  ImportReport import(const std::string& changes, std::optional<std::size_t> stop_after = std::nullopt) {
    const auto plan = check(changes);
    if (!plan) {
      for (const BadLine& bad : plan.error().bad_lines) ADD_FAILURE() << bad.line << ": " << bad.reason;
      EXPECT_EQ(plan.error().conflict, "");
      return {};
    }
    const auto report = run_import(
        *history, *plan, store->log(), store->vault(), store->sequencer(),
        {.actor = Principal::officer("agency"), .administrator_services = administrator_services, .stop_after_rows = stop_after});
    if (!report) {
      ADD_FAILURE() << report.error().line << ' ' << report.error().answer.failure;
      return {};
    }
    return *report;
  }

  std::vector<std::string> reasons(const std::string& changes) {
    const auto plan = check(changes);
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

  Position head() { return store->log().head(0).position; }

  Answer submit(CommandBody body, std::string_view type, Principal actor) {
    Command command{.request = {}, .body = std::move(body), .type = type};
    command.request.command_id = fmt::format("test-{}", ++commands);
    command.request.actor = std::move(actor);
    return store->sequencer().ask({.command = std::move(command), .source = schema::Source::OPERATOR});
  }

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  std::optional<AccessHistory> history;
  std::vector<std::string> administrator_services;
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
  EXPECT_EQ(import(heading + grant + revoke + grant).added, 3u);
  EXPECT_THAT(as_of("2020-01-01"), ElementsAre("110000001A ann s"));
  EXPECT_EQ(import(heading + grant + revoke + grant).added, 0u);
  EXPECT_EQ(import(heading + grant + revoke + grant + revoke).added, 1u);
  EXPECT_THAT(as_of("2020-01-01"), IsEmpty());
}

TEST_F(HistoryImport, TellsEachBadLineAndRecordsNothing) {
  const Position before = head();
  EXPECT_THAT(
      reasons(heading + change("2020-01-01", "grant", "110000001A", "ann", "s") +  // 2
              change("2020-01-02", "grant", "110000001A", "ann", "s") +            // 3: held
              change("2020-01-03", "revoke", "110000001A", "ann", "t") +           // 4: not held
              change("2019-12-31", "revoke", "110000001A", "ann", "s") +           // 5: earlier
              change("2020-01-03", "grant", "110000009Z", "ann", "s") +            // 6: no such provider
              change("2200-01-01", "grant", "110000001A", "bob", "s") +            // 7: not yet
              change("someday", "grant", "110000001A", "cleo", "s") +              // 8: no time
              change("2020-01-05", "revoke", "110000001A", "cleo", "s") +          // 9: follows the bad one, and is good
              change("2020-01-05", "give", "110000001A", "dora", "s") +            // 10: no action
              change("2020-01-06", "revoke", "110000001A", "dora", "s")),          // 11: may be good
      ElementsAre("3: action: expected no grant of a service that is held already",
                  "4: action: expected no revoke of a service that is not held",
                  "5: history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider",
                  "6: provider: expected a provider of the providers file", "7: occurred_at: expected a time that is not in the future",
                  "8: occurred_at: expected a time such as 2020-04-02T10:32:23Z", "10: action: expected grant or revoke"));
  EXPECT_EQ(head(), before);
}

TEST_F(HistoryImport, RefusesWhatIsEarlierThanWhatTheStoreHas) {
  import(small_history());
  EXPECT_THAT(
      reasons(heading + change("2020-02-15", "grant", "110000001A", "ann", "other")),
      ElementsAre("2: history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider"));
  // Another link of the same person has an order of its own.
  EXPECT_THAT(reasons(heading + change("2020-02-15", "grant", "110000002B", "ann", "other")), IsEmpty());
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
  EXPECT_THAT(reasons(heading + change("2020-01-01", "grant", "110000001A", "ann", "org:member")),
              ElementsAre(HasSubstr("recorded 1 changes that this file does not have")));
  administrator_services = {"org:admin"};
  EXPECT_THAT(reasons(small_history()), ElementsAre(HasSubstr("other administrator services")));
  EXPECT_EQ(head(), before);
}

TEST_F(HistoryImport, IsNotBegunForProvidersOfAnotherOneThatWasInterrupted) {
  import(small_history(), 3);
  const auto plan =
      check(heading + change("2020-01-01", "grant", "110000003C", "ann", "s"), "provider,name\n110000001A,North\n110000003C,West\n");
  ASSERT_FALSE(plan.has_value());
  EXPECT_THAT(plan.error().conflict, HasSubstr("run it again with its own files"));
}

TEST_F(HistoryImport, IsTheAgencysAlone) {
  const auto plan = check(small_history());
  ASSERT_TRUE(plan.has_value());
  const auto ran = run_import(*history, *plan, store->log(), store->vault(), store->sequencer(), {.actor = Principal::officer("nobody")});
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().answer.refusal, Refusal::actor_unknown);
}

TEST_F(HistoryImport, RefusesAProviderThatWasClosed) {
  import(small_history());
  submit(CloseProvider{ProviderId::parse("110000001A").value()}, "close_provider", Principal::officer("agency"));
  EXPECT_THAT(reasons(heading + change("2024-01-01", "grant", "110000001A", "dora", "s")),
              ElementsAre("2: provider: expected a provider that is not closed"));
}

}  // namespace
}  // namespace muniment
