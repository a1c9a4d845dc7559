#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class TerminateAccountTest : public Ledger {};

TEST_F(TerminateAccountTest, EndsTheUseOfTheAccountForGood) {
  when(R"({"type":"terminate_account","actor":"officer:rkelly","username":"JDOE1","reason":"as_asked","note":"see the letter"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountTerminated{}, .streams = {of(jdoe)}, .personal = Personal{{}, "see the letter", {}}}});
  EXPECT_TRUE(account(jdoe).is_terminated());
  EXPECT_FALSE(sight().is_usable(account(jdoe)));
}

TEST_F(TerminateAccountTest, RecordsNothingForATerminatedAccount) {
  given(was_terminated(jdoe));
  when(TerminateAccount{jdoe}, by(officer, {.reason = "as_asked", .note = "nothing to seal it with"}));
  then_nothing_is_recorded();
}

TEST_F(TerminateAccountTest, LeavesNothingToDoButToRemoveIt) {
  given(was_terminated(jdoe));
  const Request because = by(officer, {.reason = "appeal"});
  for (const CommandBody& body :
       std::vector<CommandBody>{LockAccount{jdoe}, UnlockAccount{jdoe}, DisableAccount{jdoe}, EnableAccount{jdoe}}) {
    when(body, because);
    then(Refusal::account_terminated, "username");
  }
  when(was_removed(mercy, mhughes, jdoe));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(TerminateAccountTest, EndsAPrimaryUserToo) {
  when(was_terminated(mhughes));
  then(schema::Authority::OFFICER, {{.fact = fact::AccountTerminated{}, .streams = {of(mhughes)}}});
  when(was_created(mercy, mhughes, "Ann", "New", {claims}));
  then(Refusal::actor_not_usable, "actor");
}

TEST_F(TerminateAccountTest, Refuses) {
  refuses_in_order(needs_the_agency(TerminateAccount{nobody}));
  refuses_in_order({{Refusal::username_unavailable, TerminateAccount{nobody}, by(officer)},
                    {Refusal::reason_required, TerminateAccount{jdoe}, by(officer)}});
}

TEST_F(TerminateAccountTest, NamesTheFieldAtFault) {
  when(TerminateAccount{jdoe}, by(officer));
  then(Refusal::reason_required, "reason");
  EXPECT_EQ(form_of(R"({"type":"terminate_account","actor":"officer:rkelly","username":"j doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
