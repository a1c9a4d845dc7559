#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AppointDelegateTest : public Ledger {
 protected:
  Timestamp in_days(int days) const { return Timestamp{now().ns + std::int64_t{days} * 86'400'000'000'000}; }
  Asked has_left(const Username& who) const { return {ReportDeparture{{}, who, now()}, by(portal)}; }
  Asked was_appointed(const ProviderId& at, const Username& who, int days) const {
    return {AppointDelegate{at, who, in_days(days)}, by(officer)};
  }
  std::string outcome_of(const CommandBody& body, const Username& actor) {
    when(body, by(actor));
    return answer().refusal ? std::string{name_of(*answer().refusal)} : "accepted";
  }
};

TEST_F(AppointDelegateTest, IsForAProviderWhosePrimaryUserHasLeft) {
  given(has_left(preed));
  when(
      R"({"type":"appoint_delegate","actor":"officer:rkelly","provider":"110067890B","username":"bking1","until":"2024-05-01T00:00:00Z"})");
  then(schema::Authority::OFFICER, {{.fact = fact::DelegateAppointed{*Timestamp::parse("2024-05-01T00:00:00Z")},
                                     .streams = {of(bking), of(general), of(schema::StreamKind::AGENCY)}}});
  when_asked_again();
  then_nothing_is_recorded();
}

TEST_F(AppointDelegateTest, IsForAProviderThatNeverHadAPrimaryUserOrWhoseOneWasTerminated) {
  const ProviderId vacant = provider("110099999X");
  given(was_registered(vacant));
  when(AppointDelegate{vacant, sstone, in_days(1)}, by(officer));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  given(was_terminated(preed));
  when(AppointDelegate{general, sstone, in_days(1)}, by(officer));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AppointDelegateTest, LetsTheDelegateDoWhatABackupDoesUntilTheTimeIsOver) {
  given(has_left(preed), was_appointed(general, bking, 10));
  when(AssignServices{general, sstone, {claims, reports}}, by(bking));
  then(schema::Authority::APPOINTED_DELEGATE, {{.fact = fact::ServicesAssigned{{reports}, {}}, .streams = {of(sstone), of(general)}}});
  EXPECT_EQ(outcome_of(RemoveSubordinate{general, preed}, bking), "primary_user_protected");
  EXPECT_EQ(outcome_of(SetPolicy{general, {}}, bking), "agency_only");
  EXPECT_EQ(outcome_of(OpenReview{"q", {general}, in_days(1)}, bking), "not_authorized");
  let_pass(std::chrono::hours{24 * 10});
  EXPECT_EQ(outcome_of(AssignServices{general, sstone, {claims}}, bking), "not_administrator");
  EXPECT_EQ(outcome_of(AssignServices{mercy, jdoe, {claims}}, bking), "accepted") << "what the account has elsewhere stays";
}

TEST_F(AppointDelegateTest, EndsWhenAPrimaryUserIsAssigned) {
  given(has_left(preed), was_appointed(general, bking, 10), became_primary_user(general, sstone));
  EXPECT_EQ(outcome_of(AssignServices{general, sstone, {claims}}, bking), "not_administrator");
}

TEST_F(AppointDelegateTest, TakesThePlaceOfTheOneBefore) {
  given(has_left(preed), was_appointed(general, bking, 10), was_appointed(general, mhughes, 10));
  EXPECT_EQ(outcome_of(AssignServices{general, sstone, {reports}}, bking), "not_administrator");
  EXPECT_EQ(outcome_of(AssignServices{general, sstone, {reports}}, mhughes), "accepted");
}

TEST_F(AppointDelegateTest, ProtectsTheDelegateAsAnAdministrator) {
  given(has_left(mhughes), was_appointed(mercy, jdoe, 10));
  EXPECT_EQ(outcome_of(RemoveSubordinate{mercy, jdoe}, dlopez), "administrator_protected");
  let_pass(std::chrono::hours{24 * 10});
  EXPECT_EQ(outcome_of(RemoveSubordinate{mercy, jdoe}, dlopez), "accepted");
}

// Linked there, the delegate would stay an administrator beyond its time.
TEST_F(AppointDelegateTest, LetsNoDelegateLinkItself) {
  given(has_left(preed), was_appointed(general, bking, 10));
  EXPECT_EQ(outcome_of(LinkSubordinate{general, bking, {portal_user}}, bking), "own_services");
  EXPECT_EQ(outcome_of(LinkSubordinate{general, jdoe, {claims}}, bking), "accepted") << "the control";
}

TEST_F(AppointDelegateTest, ProtectsTheDelegateAtHomeToo) {
  given(has_left(preed));
  EXPECT_EQ(outcome_of(ResetPassword{mercy, jdoe}, dlopez), "accepted") << "the control";
  given(was_appointed(general, jdoe, 10));
  EXPECT_EQ(outcome_of(ResetPassword{mercy, jdoe}, dlopez), "administrator_protected");
  let_pass(std::chrono::hours{24 * 10});
  EXPECT_EQ(outcome_of(ResetPassword{mercy, jdoe}, dlopez), "accepted");
}

TEST_F(AppointDelegateTest, Refuses) {
  const auto bad = [](const ProviderId& at) { return AppointDelegate{at, nobody, Timestamp{1}}; };
  refuses_in_order(needs_an_open_provider([&](const ProviderId& id) { return bad(id); }));
  refuses_in_order(needs_the_agency(bad(general)));
  refuses_in_order({{Refusal::username_unavailable, bad(general), by(officer)},
                    {Refusal::username_unavailable, AppointDelegate{general, tgone, Timestamp{1}}, by(officer)},
                    {Refusal::in_the_past, AppointDelegate{general, bking, Timestamp{1}}, by(officer)},
                    {Refusal::primary_user_in_office, AppointDelegate{general, bking, in_days(1)}, by(officer)}});
  given(Asked{ReportDeparture{{}, preed, in_days(30)}, by(portal)});
  when(AppointDelegate{general, bking, in_days(1)}, by(officer));
  then(Refusal::primary_user_in_office, "provider");
}

}  // namespace
}  // namespace muniment::test
