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
  const Timestamp tried_at = now();
  when(RecordDenial{.problem = "token_invalid", .route = "GET /v1/events", .first_at = tried_at, .last_at = tried_at},
       said_of(Principal::node()));
  then(schema::Authority::NODE, {{.fact = fact::AccessDenied{.problem = "token_invalid", .route = "GET /v1/events"},
                                  .streams = {of(schema::StreamKind::READS)},
                                  .occurred_at = tried_at}});
  EXPECT_EQ(last_named(), "- -");
}

TEST_F(RecordDenialTest, CountsThoseThatWereAlikeUntilThen) {
  const Timestamp first = now();
  let_pass(std::chrono::seconds{5});
  const Timestamp last = now();
  when(RecordDenial{.problem = "role_denied", .route = "GET /metrics", .first_at = first, .last_at = last, .times = 4, .token = "t2"},
       said_of(Principal::submitter("portal")));
  then(schema::Authority::NODE, {{.fact = fact::AccessDenied{"role_denied", "GET /metrics", 4, last, "t2"},
                                  .streams = {of(schema::StreamKind::READS)},
                                  .occurred_at = first}});
}

}  // namespace
}  // namespace muniment::test
