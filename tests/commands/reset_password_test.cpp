#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

using namespace std::chrono_literals;

class ResetPasswordTest : public Ledger {
 protected:
  CredentialCheck check(const Username& name, const EventId& event, std::string_view typed) {
    return vault().check_credential(account(name).id(), event, typed, now());
  }
  Timestamp tomorrow() const { return {now().ns + std::chrono::nanoseconds{24h}.count()}; }
};

TEST_F(ResetPasswordTest, ReturnsACredentialThatTheLogDoesNotHold) {
  when(R"({"type":"reset_password","actor":"mhughes1","provider":"110012345A","username":"jdoe1","note":"called the desk"})");
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::PasswordReset{tomorrow()}, .streams = {of(jdoe), of(mercy)}, .personal = Personal{{}, "called the desk", {}}}});
  const std::string credential = answer().credential;
  EXPECT_EQ(credential.size(), 23U);
  EXPECT_FALSE(log_holds(credential.substr(0, 5)));
  EXPECT_EQ(check(jdoe, account(jdoe).reset().event, credential), CredentialCheck::valid);
}

TEST_F(ResetPasswordTest, EndsTheFormerCredential) {
  given(Asked{ResetPassword{mercy, jdoe}, by(mhughes)});
  when(ResetPassword{mercy, jdoe}, by(mhughes));
  const std::string first = answer().credential;
  const EventId first_event = account(jdoe).reset().event;
  EXPECT_EQ(check(jdoe, first_event, first), CredentialCheck::valid);
  when_asked_again();
  EXPECT_EQ(check(jdoe, first_event, first), CredentialCheck::unknown);
  EXPECT_EQ(check(jdoe, account(jdoe).reset().event, first), CredentialCheck::wrong);
  EXPECT_EQ(check(jdoe, account(jdoe).reset().event, answer().credential), CredentialCheck::valid);
}

TEST_F(ResetPasswordTest, WorksOnALockedOrDisabledAccount) {
  given(was_locked(jdoe), was_disabled(jdoe));
  when(ResetPassword{mercy, jdoe}, by(bking));
  then(schema::Authority::BACKUP, {{.fact = fact::PasswordReset{tomorrow()}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(ResetPasswordTest, IsWhatPolicyDelegates) {
  when(ResetPassword{mercy, jdoe}, by(dlopez));
  then(schema::Authority::DELEGATE, {{.fact = fact::PasswordReset{tomorrow()}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(ResetPasswordTest, DoesNotTakeAStrangersAccountOver) {
  given(was_linked(mercy, mhughes, sstone, {claims}));
  when(ResetPassword{mercy, sstone}, by(mhughes));
  then(Refusal::home_only);
  EXPECT_EQ(answer().credential, "");
  when(ResetPassword{general, sstone}, by(preed));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::PasswordReset{tomorrow()}, .streams = {of(sstone), of(general)}}});
}

TEST_F(ResetPasswordTest, LeavesAPrimaryUserToTheAgencyAlsoAtHome) {
  given(was_created(mercy, mhughes, "Ada", "Quinn", {claims}), became_primary_user(general, username("aquinn1")));
  for (const Username& actor : {mhughes, bking}) {
    when(ResetPassword{mercy, username("aquinn1")}, by(actor));
    then(Refusal::primary_user_protected);
  }
  when(ResetPassword{mercy, username("aquinn1")}, by(dlopez));
  then(Refusal::administrator_protected);
  when(ResetPassword{mercy, mhughes}, by(mhughes));
  then(Refusal::primary_user_protected);
  when(ResetPassword{general, username("aquinn1")}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::PasswordReset{tomorrow()}, .streams = {of(username("aquinn1")), of(general)}}});
}

// Whether a name exists, and whether it is an administrator somewhere, is told to nobody who has no business with it.
TEST_F(ResetPasswordTest, SaysTheSameOfAllStrangers) {
  for (const Username& actor : {mhughes, bking, dlopez}) {
    for (const Username& name : {nobody, sstone, preed}) {
      when(ResetPassword{mercy, name}, by(actor));
      then(Refusal::home_only);
    }
  }
}

TEST_F(ResetPasswordTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return ResetPassword{id, nobody}; }));
  refuses_in_order(needs_an_administrator(ResetPassword{mercy, nobody}));
  refuses_in_order({{Refusal::administrator_protected, ResetPassword{mercy, bking}, by(dlopez)},
                    {Refusal::primary_user_protected, ResetPassword{mercy, mhughes}, by(bking)},
                    {Refusal::home_only, ResetPassword{mercy, nobody}, by(mhughes)},
                    {Refusal::not_on_roster, ResetPassword{mercy, ufree}, by(mhughes)},
                    {Refusal::account_terminated, ResetPassword{mercy, tgone}, by(mhughes)}});
}

TEST_F(ResetPasswordTest, NamesWhatIsMalformed) {
  EXPECT_EQ(form_of(R"({"type":"reset_password","actor":"mhughes1","provider":"x","username":"jdoe1"})"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form_of(R"({"type":"reset_password","actor":"mhughes1","provider":"110012345A","username":" "})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
