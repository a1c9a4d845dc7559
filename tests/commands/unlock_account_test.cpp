#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class UnlockAccountTest : public Ledger {};

TEST_F(UnlockAccountTest, MakesTheAccountUsableAgain) {
  given(was_locked(jdoe));
  when(R"({"type":"unlock_account","actor":"officer:rkelly","username":"JDOE1","reason":"as_asked","note":"see the letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountUnlocked{}, .streams = {of(jdoe)}, .personal = Personal{{}, "see the letter", {}}}});
  EXPECT_FALSE(account(jdoe).is_locked());
  EXPECT_TRUE(sight().is_usable(account(jdoe)));
}

TEST_F(UnlockAccountTest, RecordsNothingForAnAccountThatIsNotLocked) {
  given(was_disabled(jdoe));
  when(UnlockAccount{jdoe}, by(officer, {.reason = "as_asked", .note = "nothing to seal it with"}));
  then_nothing_is_recorded();
}

TEST_F(UnlockAccountTest, Refuses) {
  refuses_in_order(needs_the_agency(UnlockAccount{nobody}));
  refuses_in_order({{Refusal::username_unavailable, UnlockAccount{nobody}, by(officer)},
                    {Refusal::account_terminated, UnlockAccount{tgone}, by(officer)},
                    {Refusal::reason_required, UnlockAccount{jdoe}, by(officer)}});
}

TEST_F(UnlockAccountTest, NamesTheFieldAtFault) {
  when(UnlockAccount{jdoe}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"unlock_account","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
