#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AcceptClockTest : public Ledger {
 protected:
  const AcceptClock accept{.clock = Timestamp{2}, .expected = Timestamp{1}};
  const Recorded accepted{.fact = fact::ClockAccepted{Timestamp{2}, Timestamp{1}}, .streams = {of(schema::StreamKind::AGENCY)}};
};

TEST_F(AcceptClockTest, RecordsWhatTheClockSaidAndWhatWasExpected) {
  when(accept, by(officer));
  then(schema::Authority::OFFICER, {accepted});
}

TEST_F(AcceptClockTest, IsDoneByTheNodeForAnOperator) {
  Request request;
  request.actor = Principal::node();
  request.requested_by = "operator:ops";
  when(accept, request);
  then(schema::Authority::NODE, {accepted});
}

TEST_F(AcceptClockTest, Refuses) { refuses_in_order(needs_the_agency(accept)); }

}  // namespace
}  // namespace muniment::test
