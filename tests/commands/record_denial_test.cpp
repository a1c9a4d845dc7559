#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordDenialTest : public Ledger {
 protected:
  static Request said_of(Principal who) {
    Request request;
    request.actor = std::move(who);
    return request;
  }
};

TEST_F(RecordDenialTest, SaysWhatSomebodyUnknownWasTold) {
  when(RecordDenial{.problem = "token_invalid", .route = "GET /v1/events", .first_at = now(), .last_at = now()},
       said_of(Principal::node()));
  then(schema::Authority::NODE,
       {{.fact = fact::AccessDenied{.problem = "token_invalid", .route = "GET /v1/events"}, .streams = {of(schema::StreamKind::READS)}}});
  EXPECT_EQ(last_named(), "- -");
}

TEST_F(RecordDenialTest, CountsThoseThatWereAlikeUntilThen) {
  const Timestamp first = now();
  let_pass(std::chrono::seconds{5});
  when(RecordDenial{.problem = "role_denied", .route = "GET /metrics", .first_at = first, .last_at = now(), .times = 4, .token = "t2"},
       said_of(Principal::submitter("portal")));
  then(schema::Authority::NODE, {{.fact = fact::AccessDenied{"role_denied", "GET /metrics", 4, now(), "t2"},
                                  .streams = {of(schema::StreamKind::READS)},
                                  .occurred_at = first}});
}

}  // namespace
}  // namespace muniment::test
