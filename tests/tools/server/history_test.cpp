// Consumers of a node whose log was put back from a backup.
#include <unistd.h>

#include "node_fixture.h"
#include "tools/store/restore.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AfterARestore : public WithNode {
 protected:
  ~AfterARestore() override { std::filesystem::remove_all(backups); }

  void lock(const std::string& id) {
    tell(R"({"type":"lock_account","command_id":"l)" + id + R"(","actor":"officer:agency","reason":"review","username":"jdoe1"})");
    tell(R"({"type":"unlock_account","command_id":"u)" + id + R"(","actor":"officer:agency","reason":"review","username":"jdoe1"})");
  }
  // The store is backed up, goes on, and is put back: what it said meanwhile is kept.
  void go_on_and_put_back() {
    for (int i = 0; i < 3; ++i) lock("before" + std::to_string(i));
    cut = back_up_log(*store, backups).head.position;
    seen_before = ids().at(cut - 2);
    for (int i = 0; i < 4; ++i) lock("lost" + std::to_string(i));
    generation = node->generations().current();
    lost = store->log().head(0).position;
    seen_lost = node->generations().named(std::to_string(lost));
    cursor_lost = member(get("/v1/audit/trail?limit=2", officer).body, "next");
    node.reset();
    store->close();
    restore_store(folder, {.backup = backups, .statement = "the disk is gone", .requested_by = "operator:ops"}, {});
    store = std::make_unique<Store>(folder);
    node = std::make_unique<Node>(*store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}});
    for (int i = 0; i < 10; ++i) lock("after" + std::to_string(i));
    ASSERT_GT(store->log().head(0).position, lost) << "so that the position alone says nothing";
  }
  Response follow(std::string_view last_event_id, std::string_view target = "/v1/events") {
    const std::string authorization = "Bearer " + officer;
    const RequestHead head{.method = "GET",
                           .target = target,
                           .authorization = authorization,
                           .content_type = {},
                           .accept = "text/event-stream",
                           .idempotency_key = {},
                           .if_match = {},
                           .last_event_id = last_event_id};
    auto dispatched = dispatch(*node, head, "test-1");
    EXPECT_TRUE(dispatched.has_value());
    return std::get<AskHandler>(dispatched->route->handler)(*node, dispatched->call);
  }
  static std::string first_piece(const Response& response) {
    std::string out;
    EXPECT_TRUE(response.stream != nullptr) << response.body;
    if (response.stream) response.stream->next(out);
    return out;
  }
  // The ids of all events, as a follower gets them.
  std::vector<std::string> ids() {
    std::vector<std::string> out;
    const std::string text = first_piece(follow("", "/v1/events?from=1"));
    for (std::size_t at = text.find("id: "); at != std::string::npos; at = text.find("\nid: ", at + 1)) {
      const std::size_t begin = text.find("id: ", at) + 4;
      out.push_back(text.substr(begin, text.find('\n', begin) - begin));
    }
    return out;
  }
  std::string restart() const { return std::to_string(cut + 1); }

  const std::filesystem::path backups = std::filesystem::path(testing::TempDir()) / ("history-" + std::to_string(::getpid()));
  const std::string officer = token(TokenRole::OFFICER, "agency");
  Position cut = 0;
  Position lost = 0;
  std::string generation;
  std::string seen_before;  // The id of an event that was kept.
  std::string seen_lost;    // Of one that was not.
  std::string cursor_lost;  // Of a page that was true of what was lost.
};

TEST_F(AfterARestore, AFollowerOfWhatWasLostIsToldWhereToBeginAgain) {
  go_on_and_put_back();
  const Response told = follow(seen_lost);
  EXPECT_EQ(told.status, 410U);
  EXPECT_EQ(problem_of(told), "history_changed");
  EXPECT_EQ(member(told.body, "restart_from"), restart());
  EXPECT_EQ(member(told.body, "field"), "Last-Event-ID");
  EXPECT_THAT(told.body, HasSubstr("ask again from position " + restart()));
  EXPECT_THAT(first_piece(follow("", "/v1/events?from=" + restart())), StartsWith("id: " + node->generations().named(restart()) + "\n"))
      << "and can do so";
}

TEST_F(AfterARestore, AFollowerOfWhatWasKeptGoesOnBehindIt) {
  go_on_and_put_back();
  EXPECT_THAT(seen_before, StartsWith(generation + "-"));
  EXPECT_THAT(first_piece(follow(seen_before)), StartsWith("id: " + node->generations().named(std::to_string(cut)) + "\n"));
  EXPECT_EQ(follow(generation + "-" + std::to_string(cut)).status, 200U) << "the last that is the same";
  EXPECT_EQ(problem_of(follow(generation + "-" + restart())), "history_changed");
}

TEST_F(AfterARestore, AFollowerOfTheHistoryThatIsNowGoesOn) {
  go_on_and_put_back();
  EXPECT_EQ(follow(ids().at(lost)).status, 200U);
  EXPECT_EQ(problem_of(follow(node->generations().named("99999"))), "position_not_reached");
}

TEST_F(AfterARestore, APositionWithoutItsGenerationIsTakenWhereAllHistoriesAgree) {
  EXPECT_EQ(follow("3").status, 200U);
  go_on_and_put_back();
  EXPECT_EQ(follow(std::to_string(cut)).status, 200U);
  const Response told = follow(std::to_string(lost));
  EXPECT_EQ(problem_of(told), "history_changed");
  EXPECT_EQ(member(told.body, "restart_from"), restart());
  EXPECT_EQ(follow("", "/v1/events?from=" + std::to_string(lost)).status, 200U) << "who asks from a position means the log as it is";
}

TEST_F(AfterARestore, AFollowerOfAnotherStoreBeginsAtItsFirstEvent) {
  EXPECT_EQ(member(follow("0123456789abcdef-3").body, "restart_from"), "1");
}

TEST_F(AfterARestore, APageOfWhatWasLostIsNotGoneOnWith) {
  go_on_and_put_back();
  EXPECT_THAT(cursor_lost, StartsWith(generation + "-"));
  const Response told = get("/v1/audit/trail?limit=2&cursor=" + cursor_lost, officer);
  EXPECT_EQ(told.status, 410U);
  EXPECT_EQ(member(told.body, "field"), "cursor");
  const std::string without_generation = cursor_lost.substr(Generations::text_size + 1);
  EXPECT_EQ(problem_of(get("/v1/audit/trail?limit=2&cursor=" + without_generation, officer)), "history_changed");
  const std::string now = member(get("/v1/audit/trail?limit=2", officer).body, "next");
  EXPECT_EQ(get("/v1/audit/trail?limit=2&cursor=" + now, officer).status, 200U);
}

TEST_F(AfterARestore, APageOfBeforeTheRestoreIsGoneOnWithWhereNothingOfItWasLost) {
  for (int i = 0; i < 3; ++i) lock("early" + std::to_string(i));
  const std::string cursor = member(get("/v1/audit/trail?limit=2", officer).body, "next");
  const std::string second = get("/v1/audit/trail?limit=2&cursor=" + cursor, officer).body;
  go_on_and_put_back();
  const Response again = get("/v1/audit/trail?limit=2&cursor=" + cursor, officer);
  EXPECT_EQ(again.status, 200U) << again.body;
  EXPECT_EQ(member(again.body, "rows"), member(second, "rows"));
  EXPECT_EQ(get("/v1/audit/trail?limit=2&cursor=" + cursor.substr(Generations::text_size + 1), officer).status, 200U);
}

TEST_F(AfterARestore, WhoWaitsForWhatItWroteIsToldThatItWasLost) {
  go_on_and_put_back();
  const std::string target = "/v1/accounts/jdoe1?wait_for=";
  EXPECT_EQ(problem_of(get(target + seen_lost, officer)), "history_changed");
  EXPECT_EQ(get(target + generation + "-" + std::to_string(cut), officer).status, 200U);
  EXPECT_EQ(get(target + node->generations().named(std::to_string(lost)), officer).status, 200U);
  EXPECT_EQ(get(target + std::to_string(lost), officer).status, 200U) << "a position alone is one of now";
  EXPECT_EQ(problem_of(get(target + "x", officer)), "malformed");
  EXPECT_EQ(problem_of(get(target + generation + "-", officer)), "malformed");
}

TEST_F(AfterARestore, AnswersSayOfWhichHistoryTheirPositionsAre) {
  const auto said = [](const Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Muniment-Generation") return value;
    }
    return std::string{"nothing"};
  };
  const std::string before = node->generations().current();
  EXPECT_EQ(said(get("/v1/events", officer)), before);
  EXPECT_EQ(said(follow("")), before);
  EXPECT_EQ(said(get("/v1/audit/trail", officer)), before);
  EXPECT_EQ(said(get("/v1/audit/trail", officer, "text/csv")), before);
  EXPECT_EQ(said(post(R"({"type":"publish_terms","command_id":"p1","terms_version":"2031"})", officer)), before);
  EXPECT_EQ(member(get("/v1/stats", officer).body, "generation"), before);
  go_on_and_put_back();
  EXPECT_NE(node->generations().current(), before);
  EXPECT_EQ(said(get("/v1/events", officer)), node->generations().current());
}

}  // namespace
}  // namespace muniment
