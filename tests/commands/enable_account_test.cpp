#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class EnableAccountTest : public Ledger {};

TEST_F(EnableAccountTest, MakesTheAccountUsableAgain) {
  given(was_disabled(jdoe));
  when(R"({"type":"enable_account","actor":"officer:rkelly","username":"JDOE1","reason":"as_asked","note":"see the letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountEnabled{}, .streams = {of(jdoe)}, .personal = Personal{{}, "see the letter", {}}}});
  EXPECT_FALSE(account(jdoe).is_disabled());
  EXPECT_TRUE(sight().is_usable(account(jdoe)));
}

TEST_F(EnableAccountTest, RecordsNothingForAnAccountThatIsNotDisabled) {
  given(was_locked(jdoe));
  when(EnableAccount{jdoe}, by(officer, {.reason = "as_asked", .note = "nothing to seal it with"}));
  then_nothing_is_recorded();
}

TEST_F(EnableAccountTest, Refuses) {
  refuses_in_order(needs_the_agency(EnableAccount{nobody}));
  refuses_in_order({{Refusal::username_unavailable, EnableAccount{nobody}, by(officer)},
                    {Refusal::account_terminated, EnableAccount{tgone}, by(officer)},
                    {Refusal::reason_required, EnableAccount{jdoe}, by(officer)}});
}

TEST_F(EnableAccountTest, NamesTheFieldAtFault) {
  when(EnableAccount{jdoe}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"enable_account","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
