// What a standby was asked, recorded by the node that appends.
#include "node_fixture.h"
#include "tools/server/access_message.h"

namespace muniment {
namespace {

class AccessOfStandby : public WithNode {
 protected:
  static std::string message_of(std::size_t count) {
    std::vector<Submission> out;
    for (std::size_t i = 0; i < count; ++i) {
      Submission one{.command = {.body = RecordRead{.question = "GET /v1/audit/gaps",
                                                    .narrowed_by = {},
                                                    .asked_provider = {},
                                                    .asked_username = {},
                                                    .first_at = Timestamp{1},
                                                    .last_at = Timestamp{1}},
                                 .type = "record_read"},
                     .source = schema::Source::NETWORK};
      one.command.request.command_id = "access:" + std::to_string(i);
      one.command.request.actor = Principal::auditor("kim");
      out.push_back(std::move(one));
    }
    return access_message(out);
  }
  Response send(const std::string& message, const std::string& token) {
    const std::string authorization = "Bearer " + token;
    return ask({.method = "POST",
                .target = "/v1/nodes/access",
                .authorization = authorization,
                .content_type = media::capnp,
                .accept = {},
                .idempotency_key = {},
                .if_match = {},
                .last_event_id = {}},
               message);
  }
  std::size_t reads_by_kim() {
    std::size_t out = 0;
    const Position head = node->log().head(0).position;
    node->log().read(0, 1, head, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (event.getFact().isRecordsRead() && event.getActor().getName() == "kim") ++out;
      return true;
    });
    return out;
  }
};

TEST_F(AccessOfStandby, IsRecordedOnceHoweverOftenItIsSent) {
  const std::string nodes = token(TokenRole::NODE, "nodes");
  const Response first = send(message_of(3), nodes);
  ASSERT_EQ(first.status, 200U) << first.body;
  EXPECT_EQ(member(first.body, "recorded"), "3");
  EXPECT_EQ(reads_by_kim(), 3U);
  EXPECT_EQ(send(message_of(4), nodes).status, 200U);
  EXPECT_EQ(reads_by_kim(), 4U);
}

TEST_F(AccessOfStandby, IsTakenFromNodesAloneAndInFormAlone) {
  EXPECT_EQ(problem_of(send(message_of(1), token(TokenRole::OPERATOR, "ops"))), "role_denied");
  EXPECT_EQ(problem_of(send(message_of(1), token(TokenRole::OFFICER, "agency"))), "role_denied");
  EXPECT_EQ(problem_of(send("12345678", token(TokenRole::NODE, "nodes"))), "malformed");
  EXPECT_EQ(reads_by_kim(), 0U);
}

TEST_F(AccessOfStandby, IsAllThatANodesTokenOpensButWhatThisNodeHasSeenOfTheLog) {
  const std::string nodes = token(TokenRole::NODE, "nodes");
  for (const char* const target : {"/v1/events", "/v1/services", "/metrics", "/v1/stats", "/log/tile/0/000", "/v1/session"})
    EXPECT_EQ(problem_of(get(target, nodes)), "role_denied") << target;
  EXPECT_EQ(get("/log/checkpoint", nodes).status, 200U);
}

}  // namespace
}  // namespace muniment
