#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

using namespace std::chrono_literals;

class RedeemCredentialTest : public Ledger {
 protected:
  // The credential of a new reset of jdoe.
  const std::string& reset() {
    when(ResetPassword{mercy, jdoe}, by(mhughes));
    return credentials_.emplace_back(answer().credential);
  }
  std::deque<std::string> credentials_;  // Commands borrow them.
};

TEST_F(RedeemCredentialTest, RedeemsTheLatestCredentialOnce) {
  const std::string& credential = reset();
  const Position position = head();
  when(RedeemCredential{jdoe, credential}, by(portal));
  then(schema::Authority::SUBMITTER, {{.fact = fact::CredentialRedeemed{position}, .streams = {of(jdoe)}}});
  EXPECT_EQ(vault().check_credential(account(jdoe).id(), account(jdoe).reset().event, credential, now()), CredentialCheck::unknown);
  when_asked_again();
  then(Refusal::credential_invalid, "credential");
}

TEST_F(RedeemCredentialTest, ReadsTheCredentialAsPeopleTypeIt) {
  std::string typed;
  for (const char c : reset()) {
    if (c != '-') typed.push_back(static_cast<char>(std::tolower(c)));
  }
  when((R"({"type":"redeem_credential","actor":"submitter:portal","username":"JDOE1","credential":" )" + typed + "\"}").c_str());
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(RedeemCredentialTest, RedeemsOneOfALockedAccount) {
  given(was_locked(jdoe));
  when(RedeemCredential{jdoe, reset()}, by(portal));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(RedeemCredentialTest, KnowsNoCredentialButTheLatest) {
  const std::string& first = reset();
  const std::string& second = reset();
  when(RedeemCredential{jdoe, first}, by(portal));
  then(Refusal::credential_invalid);
  when(RedeemCredential{jdoe, second}, by(portal));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(RedeemCredentialTest, LetsItDieAfterADay) {
  const std::string& credential = reset();
  let_pass(24h - 2s);
  const std::string& before = credential;
  when(RedeemCredential{jdoe, "0000-wrong"}, by(portal));
  then(Refusal::credential_invalid);
  when(RedeemCredential{jdoe, before}, by(portal));
  then(Refusal::credential_expired, "credential");
}

// Control of the above.
TEST_F(RedeemCredentialTest, LetsItLiveForADay) {
  const std::string& credential = reset();
  let_pass(24h - 2s);
  when(RedeemCredential{jdoe, credential}, by(portal));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(RedeemCredentialTest, DoesNotRedeemForATerminatedAccount) {
  const std::string& credential = reset();
  given(was_terminated(jdoe));
  when(RedeemCredential{jdoe, "wrong"}, by(portal));
  then(Refusal::credential_invalid);
  when(RedeemCredential{jdoe, credential}, by(portal));
  then(Refusal::account_terminated, "username");
}

TEST_F(RedeemCredentialTest, Refuses) {
  const RedeemCredential wrong{nobody, "wrong"};
  refuses_in_order({{Refusal::actor_unknown, wrong, by(nobody)},
                    {Refusal::actor_not_usable, wrong, by(llock)},
                    {Refusal::not_authorized, wrong, by(jdoe)},
                    {Refusal::not_authorized, RedeemCredential{jdoe, reset()}, by(jdoe)},
                    {Refusal::not_authorized, wrong, by(mhughes)},
                    {Refusal::not_authorized, wrong, by(officer)},
                    {Refusal::credential_invalid, wrong, by(portal)},
                    {Refusal::credential_invalid, RedeemCredential{sstone, "wrong"}, by(portal)},
                    {Refusal::credential_invalid, RedeemCredential{jdoe, "7KQ2M-0XVRT-9GHEB-3NWSA"}, by(portal)}});
}

TEST_F(RedeemCredentialTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view name, std::string_view credential) {
    return form_of(R"({"type":"redeem_credential","actor":"submitter:portal","username":")" + std::string{name} + R"(","credential":")" +
                   std::string{credential} + "\"}");
  };
  EXPECT_EQ(form("", "x"), "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form("jdoe1", ""), "credential: expected the credential that the reset returned, 20 letters and digits");
  EXPECT_EQ(form("jdoe1", std::string(65, 'x')), "credential: expected the credential that the reset returned, 20 letters and digits");
}

}  // namespace
}  // namespace muniment::test
