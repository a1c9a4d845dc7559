#include "commands/lift_hold.h"

#include <gmock/gmock.h>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class LiftHoldTest : public Ledger {
 protected:
  const Request because = by(officer, {.reason = "settled"});
};

TEST_F(LiftHoldTest, EndsTheHoldForThatMatterAlone) {
  given(Asked{PlaceHold{jdoe, "A"}, because}, Asked{PlaceHold{jdoe, "B"}, because});
  when(R"({"type":"lift_hold","actor":"officer:rkelly","username":"jdoe1","matter":"A","reason":"settled"})");
  then(schema::Authority::OFFICER, {{.fact = fact::HoldLifted{"A"}, .streams = {of(jdoe)}}});
  EXPECT_THAT(account(jdoe).holds(), testing::ElementsAre("B"));
}

TEST_F(LiftHoldTest, Refuses) {
  refuses_in_order(needs_the_agency(LiftHold{nobody, "A"}));
  refuses_in_order({{Refusal::username_unavailable, LiftHold{nobody, "A"}, by(officer)},
                    {Refusal::reason_required, LiftHold{jdoe, "A"}, by(officer)},
                    {Refusal::hold_unknown, LiftHold{jdoe, "A"}, because}});
}

TEST_F(LiftHoldTest, NamesTheFieldAtFault) {
  when(LiftHold{jdoe, "A"}, because);
  then(Refusal::hold_unknown, "matter");
}

}  // namespace
}  // namespace muniment::test
