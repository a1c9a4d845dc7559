#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class LockAccountTest : public Ledger {};

TEST_F(LockAccountTest, MakesTheAccountUnusableAndKeepsWhatItHolds) {
  when(R"({"type":"lock_account","actor":"officer:rkelly","username":"JDOE1","reason":"as_asked","note":"see the letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountLocked{}, .streams = {of(jdoe)}, .personal = Personal{{}, "see the letter", {}}}});
  EXPECT_TRUE(account(jdoe).is_locked());
  EXPECT_FALSE(sight().is_usable(account(jdoe)));
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
}

TEST_F(LockAccountTest, RecordsNothingForALockedAccount) {
  given(was_locked(jdoe));
  when(LockAccount{jdoe}, by(officer, {.reason = "as_asked", .note = "nothing to seal it with"}));
  then_nothing_is_recorded();
}

TEST_F(LockAccountTest, Refuses) {
  refuses_in_order(needs_the_agency(LockAccount{nobody}));
  refuses_in_order({{Refusal::username_unavailable, LockAccount{nobody}, by(officer)},
                    {Refusal::account_terminated, LockAccount{tgone}, by(officer)},
                    {Refusal::reason_required, LockAccount{jdoe}, by(officer)}});
}

TEST_F(LockAccountTest, NamesTheFieldAtFault) {
  when(LockAccount{jdoe}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"lock_account","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
