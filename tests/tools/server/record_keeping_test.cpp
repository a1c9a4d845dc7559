// GET /v1/audit/policies, /v1/audit/retention and /v1/audit/gaps, with a row of each kind.
#include "node_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class RecordKeepingRoutes : public WithNode {
 protected:
  std::vector<std::string> rows(const std::string& target) {
    const Response response = get(target, officer, media::ndjson);
    EXPECT_EQ(response.status, 200U) << response.body;
    std::vector<std::string> out;
    std::size_t begin = 0;
    for (std::size_t end = response.body.find('\n'); end != std::string::npos; end = response.body.find('\n', begin)) {
      out.push_back(response.body.substr(begin, end - begin));
      begin = end + 1;
    }
    return out;
  }
  std::string row_of(const std::string& target, const std::string& kind) {
    std::string out;
    for (const std::string& row : rows(target)) {
      if (member(row, "kind") == kind) out += row;
    }
    return out;
  }
  // As the store itself records what happened to it.
  Position record(CommandBody body, std::string_view type, const std::string& id, const Principal& actor = Principal::node()) {
    Request request;
    request.command_id = id;
    request.actor = actor;
    Command command{.request = std::move(request), .body = std::move(body), .type = type};
    const Answer answer = store->sequencer().ask({.command = std::move(command)});
    EXPECT_EQ(answer.status, Answer::Status::accepted) << answer.failure << (answer.refusal ? name_of(*answer.refusal) : "");
    EXPECT_TRUE(node->projector().wait_for(answer.last_position, std::chrono::seconds{60}));
    return answer.last_position;
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(RecordKeepingRoutes, SayHowLongThingsAreKeptAndWhatIsOnHold) {
  EXPECT_EQ(member(row_of("/v1/audit/retention", "subordinates"), "years"), "10");
  EXPECT_EQ(row_of("/v1/audit/retention", "hold"), "");
  const std::string before = std::to_string(store->log().head(0).position);
  tell(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","retention_years":7,"primary_user_retention_years":12}
{"type":"place_hold","command_id":"p2","actor":"officer:agency","username":"jdoe1","matter":"case-7","reason":"litigation"}
)");
  EXPECT_EQ(member(row_of("/v1/audit/retention", "subordinates"), "years"), "7");
  EXPECT_EQ(member(row_of("/v1/audit/retention", "primary_users"), "years"), "12");
  EXPECT_EQ(member(row_of("/v1/audit/retention", "hold"), "matter"), "case-7");
  EXPECT_EQ(member(row_of("/v1/audit/retention", "hold"), "until"), "") << "who is linked is kept without a date";
  EXPECT_EQ(member(row_of("/v1/audit/retention?at=2030-02-28", "subordinates"), "until"), "2037-02-28T00:00:00Z");
  EXPECT_EQ(member(row_of("/v1/audit/retention?position=" + before, "subordinates"), "years"), "10") << "as it was before";
}

TEST_F(RecordKeepingRoutes, SayWhatEachChangeOfPolicyChanged) {
  tell(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","retention_years":7,"reason":"statute"}
{"type":"set_policy","command_id":"p2","actor":"officer:agency","retention_years":8}
)");
  const std::vector<std::string> changes = rows("/v1/audit/policies");
  ASSERT_GE(changes.size(), 2U);
  const std::string& last = changes.back();
  EXPECT_EQ(member(last, "part"), "retention_years");
  EXPECT_EQ(member(last, "before"), "7");
  EXPECT_EQ(member(last, "after"), "8");
  EXPECT_EQ(member(last, "by"), "officer:agency");
  EXPECT_EQ(member(changes[changes.size() - 2], "reason"), "statute");
}

TEST_F(RecordKeepingRoutes, SayWhatThereIsAndWhatNoWitnessHasSeen) {
  const std::string head = std::to_string(store->log().head(0).position);
  EXPECT_EQ(member(row_of("/v1/audit/gaps", "recorded"), "to_position"), head);
  EXPECT_EQ(member(row_of("/v1/audit/gaps", "unwitnessed"), "from_position"), "1");
  for (const std::string kind : {"restored", "imported", "clock_step"}) EXPECT_EQ(row_of("/v1/audit/gaps", kind), "") << kind;
  EXPECT_THAT(get("/v1/audit/gaps", officer).body, HasSubstr("\"log_root\":"));
}

TEST_F(RecordKeepingRoutes, SayWhatElseHappenedToTheRecord) {
  const Position restored = record(RecordRestore{.head = 3, .former_head = 5, .statement = "the disk was lost"}, "record_restore", "g1");
  const Timestamp now = system_now();
  const Position stepped = record(AcceptClock{.clock = now, .expected = Timestamp{now.ns - 7200'000'000'000}}, "accept_clock", "g2",
                                  Principal::officer("agency"));
  const Position started =
      record(StartImport{.providers = {}, .administrator_services = {}, .rows = 0}, "start_import", "g3", Principal::officer("agency"));
  const EventId import = [&] {
    std::optional<EventId> id;
    store->log().read(0, started, started, [&](Position, RecordWords words) {
      RecordReader reader(words);
      id = event_id_of(reader.event());
      return false;
    });
    return id.value();
  }();
  record(CompleteImport{.import = import, .rows = 0}, "complete_import", "g4", Principal::officer("agency"));
  EXPECT_EQ(member(row_of("/v1/audit/gaps", "restored"), "position"), std::to_string(restored));
  EXPECT_EQ(member(row_of("/v1/audit/gaps", "clock_step"), "position"), std::to_string(stepped));
  EXPECT_EQ(member(row_of("/v1/audit/gaps", "imported"), "from_position"), std::to_string(started));
}

TEST_F(RecordKeepingRoutes, AreForWhoSeesEverything) {
  for (const std::string target : {"/v1/audit/policies", "/v1/audit/retention", "/v1/audit/gaps"}) {
    EXPECT_EQ(problem_of(get(target, token(TokenRole::AUDITOR, "lim", {std::string{harbor}}))), "outside_scope");
    EXPECT_EQ(problem_of(get(target, token(TokenRole::ACCOUNT, "mhughes1"))), "role_denied");
    EXPECT_EQ(get(target, token(TokenRole::AUDITOR, "ann")).status, 200U);
  }
}

}  // namespace
}  // namespace muniment
