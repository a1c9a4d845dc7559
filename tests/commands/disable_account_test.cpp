#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class DisableAccountTest : public Ledger {};

TEST_F(DisableAccountTest, MakesTheAccountUnusableAndKeepsWhatItHolds) {
  when(R"({"type":"disable_account","actor":"officer:rkelly","username":"JDOE1","reason":"as_asked","note":"see the letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountDisabled{}, .streams = {of(jdoe)}, .personal = Personal{{}, "see the letter", {}}}});
  EXPECT_TRUE(account(jdoe).is_disabled());
  EXPECT_FALSE(sight().is_usable(account(jdoe)));
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
}

TEST_F(DisableAccountTest, RecordsNothingForADisabledAccount) {
  given(was_disabled(jdoe));
  when(DisableAccount{jdoe}, by(officer, {.reason = "as_asked", .note = "nothing to seal it with"}));
  then_nothing_is_recorded();
}

TEST_F(DisableAccountTest, Refuses) {
  refuses_in_order(needs_the_agency(DisableAccount{nobody}));
  refuses_in_order({{Refusal::username_unavailable, DisableAccount{nobody}, by(officer)},
                    {Refusal::account_terminated, DisableAccount{tgone}, by(officer)},
                    {Refusal::reason_required, DisableAccount{jdoe}, by(officer)}});
}

TEST_F(DisableAccountTest, NamesTheFieldAtFault) {
  when(DisableAccount{jdoe}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"disable_account","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
