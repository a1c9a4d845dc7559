#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AssignServicesTest : public Ledger {};

TEST_F(AssignServicesTest, RecordsWhatIsGrantedAndWhatIsRevoked) {
  when(R"({"type":"assign_services","actor":"mhughes1","provider":"110012345A","username":"jdoe1","note":"new desk",
           "services":["view_provider_reports","manage_referrals","fax_remittances"]})");
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{referrals, reports}, {claims}},
                                          .streams = {of(jdoe), of(mercy)},
                                          .personal = Personal{{}, "new desk", {}}}});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{fax, referrals, reports}));
}

TEST_F(AssignServicesTest, RecordsNothingForTheSameColumnInAnyOrder) {
  when(AssignServices{mercy, jdoe, {fax, claims}}, by(mhughes));
  then_nothing_is_recorded();
}

TEST_F(AssignServicesTest, LeavesThePersonOnTheRosterHoldingNothing) {
  when(AssignServices{mercy, jdoe, {}}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{}, {claims, fax}}, .streams = {of(jdoe), of(mercy)}}});
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{});
  EXPECT_FALSE(sight().is_unlinked(account(jdoe)));
}

TEST_F(AssignServicesTest, TakesARetiredServiceAwayForGood) {
  given(Asked{AssignServices{mercy, jdoe, {claims}}, by(mhughes)});
  when(AssignServices{mercy, jdoe, {claims, fax}}, by(mhughes));
  then(Refusal::service_retired, "services");
}

TEST_F(AssignServicesTest, ReachesOneLinkOnly) {
  given(was_linked(general, preed, jdoe, {reports}));
  when(AssignServices{general, jdoe, {referrals}}, by(preed));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{referrals}, {reports}}, .streams = {of(jdoe), of(general)}}});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
}

TEST_F(AssignServicesTest, IsWhatPolicyDelegates) {
  when(AssignServices{mercy, jdoe, {fax, reports}}, by(dlopez));
  then(schema::Authority::DELEGATE, {{.fact = fact::ServicesAssigned{{reports}, {claims}}, .streams = {of(jdoe), of(mercy)}}});
  given(Asked{policy(mercy, [](schema::Policy::Builder off) { off.setDelegation(false); }), by(officer)});
  when(AssignServices{mercy, jdoe, {}}, by(dlopez));
  then(Refusal::not_administrator);
}

TEST_F(AssignServicesTest, WorksOnALockedAccount) {
  given(was_locked(jdoe));
  when(AssignServices{mercy, jdoe, {}}, by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AssignServicesTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return AssignServices{id, nobody, {telepathy}}; }));
  refuses_in_order(needs_an_administrator(AssignServices{mercy, nobody, {telepathy}}));
  refuses_in_order({{Refusal::own_services, AssignServices{mercy, bking, {telepathy}}, by(bking)},
                    {Refusal::own_services, AssignServices{mercy, dlopez, {telepathy}}, by(dlopez)},
                    {Refusal::administrator_protected, AssignServices{mercy, bking, {telepathy}}, by(dlopez)},
                    {Refusal::administrator_protected, AssignServices{mercy, jdoe, {telepathy, portal_user}}, by(dlopez)},
                    {Refusal::primary_user_protected, AssignServices{mercy, mhughes, {telepathy}}, by(bking)},
                    {Refusal::not_on_roster, AssignServices{mercy, nobody, {telepathy}}, by(mhughes)},
                    {Refusal::not_on_roster, AssignServices{mercy, sstone, {telepathy}}, by(mhughes)},
                    {Refusal::not_on_roster, AssignServices{mercy, nobody, {telepathy}}, by(dlopez)},
                    {Refusal::not_on_roster, AssignServices{mercy, sstone, {telepathy}}, by(dlopez)},
                    {Refusal::account_terminated, AssignServices{mercy, tgone, {telepathy}}, by(mhughes)},
                    {Refusal::service_unknown, AssignServices{mercy, jdoe, {claims, telepathy}}, by(mhughes)},
                    {Refusal::service_retired, AssignServices{mercy, dlopez, {fax}}, by(mhughes)}});
}

TEST_F(AssignServicesTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"assign_services","actor":"mhughes1",)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("provider":"","username":"jdoe1","services":[])"), "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"- -","services":[])"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"jdoe1","services":["a","a"])"), "services: expected each service once");
}

}  // namespace
}  // namespace muniment::test
