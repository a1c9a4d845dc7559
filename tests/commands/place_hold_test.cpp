#include "commands/place_hold.h"

#include <gmock/gmock.h>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class PlaceHoldTest : public Ledger {};

TEST_F(PlaceHoldTest, NamesTheMatterAndKeepsWhatWasSaidSealed) {
  when(
      R"({"type":"place_hold","actor":"officer:rkelly","username":"JDOE1","matter":"2024-CV-0311","reason":"litigation","note":"by letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::HoldPlaced{"2024-CV-0311"}, .streams = {of(jdoe)}, .personal = Personal{{}, "by letter", {}}}});
  EXPECT_THAT(account(jdoe).holds(), testing::ElementsAre("2024-CV-0311"));
}

TEST_F(PlaceHoldTest, StandsOnceForEachMatter) {
  const Request because = by(officer, {.reason = "litigation"});
  given(Asked{PlaceHold{jdoe, "A"}, because}, Asked{PlaceHold{jdoe, "B"}, because});
  when(PlaceHold{jdoe, "A"}, because);
  then_nothing_is_recorded();
  EXPECT_THAT(account(jdoe).holds(), testing::ElementsAre("A", "B"));
}

TEST_F(PlaceHoldTest, Refuses) {
  refuses_in_order(needs_the_agency(PlaceHold{nobody, "A"}));
  refuses_in_order({{Refusal::username_unavailable, PlaceHold{nobody, "A"}, by(officer)},
                    {Refusal::reason_required, PlaceHold{jdoe, "A"}, by(officer)}});
}

TEST_F(PlaceHoldTest, NamesTheFieldAtFault) {
  when(PlaceHold{jdoe, "A"}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"place_hold","actor":"officer:rkelly","username":"jdoe1","matter":"the Doe case"})").substr(0, 17),
            "matter: expected ");
}

}  // namespace
}  // namespace muniment::test
