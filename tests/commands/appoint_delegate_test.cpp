#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AppointDelegateTest : public Ledger {
 protected:
  Timestamp in_days(int days) const { return Timestamp{now().ns + std::int64_t{days} * 86'400'000'000'000}; }
  Asked has_left(const Username& who) const { return {ReportDeparture{{}, who, now()}, by(portal)}; }
  Asked was_appointed(const ProviderId& at, const Username& who, int days) const {
    return {AppointDelegate{at, who, in_days(days)}, by(officer, {.reason = "vacancy"})};
  }
  std::string outcome_of(const CommandBody& body, const Username& actor) {
    when(body, by(actor));
    return answer().refusal ? std::string{name_of(*answer().refusal)} : "accepted";
  }
};

TEST_F(AppointDelegateTest, IsForAProviderWhosePrimaryUserHasLeft) {
  given(has_left(preed));
  when(
      R"({"type":"appoint_delegate","actor":"officer:rkelly","provider":"110067890B","username":"bking1","until":"2024-05-01T00:00:00Z","reason":"vacancy"})");
  then(schema::Authority::OFFICER, {{.fact = fact::DelegateAppointed{*Timestamp::parse("2024-05-01T00:00:00Z")},
                                     .streams = {of(bking), of(general), of(schema::StreamKind::AGENCY)}}});
  when_asked_again();
  then_nothing_is_recorded();
}

TEST_F(AppointDelegateTest, IsForAProviderThatNeverHadAPrimaryUserOrWhoseOneWasTerminated) {
  const ProviderId vacant = provider("110099999X");
  given(was_registered(vacant));
  when(was_appointed(vacant, sstone, 1));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  given(was_terminated(preed));
  when(was_appointed(general, sstone, 1));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AppointDelegateTest, LetsTheDelegateDoWhatABackupDoesUntilTheTimeIsOver) {
  given(has_left(preed), was_appointed(general, bking, 10));
  when(AssignServices{general, sstone, {claims, reports}}, by(bking));
  then(schema::Authority::APPOINTED_DELEGATE, {{.fact = fact::ServicesAssigned{{reports}, {}}, .streams = {of(sstone), of(general)}}});
  EXPECT_EQ(outcome_of(RemoveSubordinate{general, preed}, bking), "primary_user_protected");
  EXPECT_EQ(outcome_of(SetPolicy{general, {}}, bking), "agency_only");
  EXPECT_EQ(outcome_of(OpenReview{"q", {general}, in_days(1)}, bking), "not_authorized");
  EXPECT_EQ(outcome_of(AttestRoster{general, head(), {sstone}}, bking), "accepted") << "nobody else could";
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

// So that the former delegate's own history says when the authority ended.
TEST_F(AppointDelegateTest, RecordsTheEndOfTheOneBefore) {
  given(has_left(preed), was_appointed(general, bking, 10));
  const Recorded ended{.fact = fact::DelegateDismissed{}, .streams = {of(bking), of(general), of(schema::StreamKind::AGENCY)}};
  const Timestamp until = in_days(10);
  when(was_appointed(general, mhughes, 10));
  then(schema::Authority::OFFICER,
       {ended, {.fact = fact::DelegateAppointed{until}, .streams = {of(mhughes), of(general), of(schema::StreamKind::AGENCY)}}});
  given(was_appointed(general, bking, 10));
  when(became_primary_user(general, sstone));
  EXPECT_EQ(answer().last_position, answer().first_position + 1);
  EXPECT_EQ(last_cause(), answer().first_position);
  EXPECT_TRUE(account(bking).appointed_at().empty());
}

TEST_F(AppointDelegateTest, IsNotForAPrimaryUserWhoIsBackInOffice) {
  given(has_left(preed));
  EXPECT_EQ(outcome_of(AppointDelegate{general, bking, in_days(1)}, username("mhughes1")), "agency_only");
  when(became_primary_user(general, preed));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "which takes the report back";
  when(was_appointed(general, bking, 1));
  then(Refusal::primary_user_in_office, "provider");
  given(has_left(preed));
  when(was_appointed(general, bking, 1));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the control: a later report";
}

TEST_F(AppointDelegateTest, IsForWhoCanAct) {
  given(has_left(preed), was_created(mercy, mhughes, "Dora", "Out", {claims}), was_disabled(username("dout1")));
  for (const Username& who : {llock, ufree, username("dout1"), preed}) {
    when(was_appointed(general, who, 1));
    then(Refusal::account_not_usable, "username");
  }
}

TEST_F(AppointDelegateTest, MayBeWhoHadLeftOnlyProvidersThatWereClosedSince) {
  given(was_linked(general, preed, jdoe, {claims}), has_left(jdoe), was_removed(mercy, mhughes, jdoe));
  given(was_linked(mercy, mhughes, jdoe, {claims}), has_left(mhughes));
  when(was_appointed(mercy, jdoe, 1));
  then(Refusal::account_not_usable, "username");
  given(was_closed(general));
  when(was_appointed(mercy, jdoe, 1));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
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
                    {Refusal::account_not_usable, AppointDelegate{general, llock, Timestamp{1}}, by(officer)},
                    {Refusal::in_the_past, AppointDelegate{general, bking, Timestamp{1}}, by(officer)},
                    {Refusal::primary_user_in_office, AppointDelegate{general, bking, in_days(1)}, by(officer)}});
  given(Asked{ReportDeparture{{}, preed, in_days(30)}, by(portal)});
  when(AppointDelegate{general, bking, in_days(1)}, by(officer));
  then(Refusal::primary_user_in_office, "provider");
  let_pass(std::chrono::hours{24 * 31});
  when(AppointDelegate{general, bking, in_days(1)}, by(officer));
  then(Refusal::reason_required, "reason");
}

}  // namespace
}  // namespace muniment::test
