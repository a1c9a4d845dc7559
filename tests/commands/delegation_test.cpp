// A submitter that names an account as the actor: what it takes, and what is on record.
#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class DelegationTest : public Ledger {
 protected:
  DelegationTest() { given(Asked{listing({"submitter:portal"}), by(officer)}); }

  SetPolicy listing(std::vector<const char*> delegates) {
    return policy({}, [&](schema::Policy::Builder out) {
      auto list = out.initDelegates(static_cast<unsigned>(delegates.size()));
      for (unsigned i = 0; i < list.size(); ++i) list.set(i, delegates[i]);
    });
  }
  static Request portal_for(std::string_view actor) {
    Request out = by(actor);
    out.submitted_by = Principal::submitter("portal");
    return out;
  }
  static Request portal_for(const Username& actor) { return portal_for(actor.text()); }

  const AssignServices assignment_{mercy, jdoe, {claims, reports}};
};

TEST_F(DelegationTest, RecordsTheAccountAsTheActorAndTheSubmitterBesideIt) {
  when(assignment_, portal_for(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{reports}, {fax}}, .streams = {of(jdoe), of(mercy)}}});
  EXPECT_EQ(last_actor(), "mhughes1 by submitter:portal");
}

TEST_F(DelegationTest, SaysNothingOfASubmitterThatActsForItself) {
  when(RecordSignIn{jdoe, now(), true, {}}, by(portal));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(last_actor(), "submitter:portal");
}

TEST_F(DelegationTest, GrantsNothingThatTheAccountMayNotDo) {
  refuses_in_order({{Refusal::actor_not_usable, AssignServices{mercy, nobody, {}}, portal_for(llock)},
                    {Refusal::not_administrator, AssignServices{mercy, nobody, {}}, portal_for(jdoe)},
                    {Refusal::not_on_roster, AssignServices{mercy, nobody, {}}, portal_for(mhughes)}});
  when(AssignServices{mercy, jdoe, {claims}}, portal_for(jdoe));
  then(Refusal::not_administrator);
  EXPECT_EQ(last_actor(), "jdoe1 by submitter:portal");
  when(LockAccount{jdoe}, portal_for(mhughes));
  then(Refusal::agency_only);
  when(AssignServices{general, sstone, {reports}}, portal_for(mhughes));
  then(Refusal::not_administrator);
}

TEST_F(DelegationTest, TakesNothingOfTheSubmittersOwnRightsAlong) {
  when(RecordSignIn{jdoe, now(), true, {}}, portal_for(mhughes));
  then(Refusal::not_authorized);
  when(RedeemCredential{jdoe, "0123456789ABCDEFGHJK"}, portal_for(mhughes));
  then(Refusal::not_authorized);
}

TEST_F(DelegationTest, IsDeniedToASubmitterThatThePolicyDoesNotList) {
  given(Asked{listing({"submitter:kiosk"}), by(officer)});
  when(assignment_, portal_for(mhughes));
  then(Refusal::not_delegated, "actor");
  EXPECT_EQ(last_actor(), "submitter:portal") << "nobody but the submitter has done anything";
  EXPECT_EQ(last_named(), "110012345A jdoe1");
}

TEST_F(DelegationTest, TellsASubmitterThatIsNotListedTheSameOfEveryName) {
  given(Asked{listing({}), by(officer)});
  for (const Username& name : {mhughes, llock, nobody}) {
    when(assignment_, portal_for(name));
    then(Refusal::not_delegated, "actor");
  }
}

TEST_F(DelegationTest, IsDeniedForAnOfficerAndForAnotherSubmitterWhoeverIsListed) {
  given(Asked{listing({"submitter:portal", "submitter:kiosk"}), by(officer)});
  when(LockAccount{jdoe}, portal_for(officer));
  then(Refusal::not_delegated, "actor");
  EXPECT_EQ(last_actor(), "submitter:portal");
  when(RecordSignIn{jdoe, now(), true, {}}, portal_for("submitter:kiosk"));
  then(Refusal::not_delegated, "actor");
}

TEST_F(DelegationTest, IsOfTheAgencysPolicyWhateverAProvidersOwnSays) {
  given(Asked{policy(mercy, [](schema::Policy::Builder out) { out.setTimeZone("UTC"); }), by(officer)});
  when(assignment_, portal_for(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "a provider's own policy lists nobody and takes nobody away";
}

TEST_F(DelegationTest, RecordsAnActorThatNobodyIsAsTheSubmittersAttempt) {
  when(assignment_, portal_for(nobody));
  then(Refusal::actor_unknown, "actor");
  EXPECT_EQ(last_actor(), "submitter:portal");
  EXPECT_FALSE(log_holds(nobody.text())) << "a name that was typed is not recorded";
}

}  // namespace
}  // namespace muniment::test
