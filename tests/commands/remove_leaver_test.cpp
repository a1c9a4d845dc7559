#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RemoveLeaverTest : public Ledger {
 protected:
  Asked was_reported(const Username& who) { return {ReportDeparture{{}, who, Timestamp{now().ns - 3'600'000'000'000}}, by(portal)}; }
};

TEST_F(RemoveLeaverTest, EndsEveryLinkThatTheActorMayEndInOneDecision) {
  given(became_primary_user(general, mhughes), was_linked(general, mhughes, jdoe, {reports}), was_reported(jdoe));
  let_pass(std::chrono::minutes{90});
  when(R"({"type":"remove_leaver","actor":"mhughes1","username":"jdoe1","note":"retired"})");
  const Personal note{{}, "retired", {}};
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::SubordinateRemoved{{claims, fax}, false}, .streams = {of(jdoe), of(mercy)}, .personal = note},
        {.fact = fact::SubordinateRemoved{{reports}, true}, .streams = {of(jdoe), of(general)}, .personal = note}});
  EXPECT_EQ(
      answer().receipt,
      "removed at 110012345A: 2 h 30 min after leaving, 1 h 30 min after the report; removed at 110067890B: 2 h 30 min after leaving, "
      "1 h 30 min after the report");
  EXPECT_TRUE(account(jdoe).is_unlinked());
}

TEST_F(RemoveLeaverTest, NamesTheReportAsTheCauseAndSaysAgainHowLongItTook) {
  given(was_linked(general, preed, jdoe, {reports}), became_primary_user(general, mhughes));
  const Position report = head() + 1;
  given(was_reported(jdoe));
  let_pass(std::chrono::minutes{90});
  const Asked asked{RemoveLeaver{jdoe}, by(mhughes)};
  when(asked);
  EXPECT_EQ(last_cause(), report);
  const std::string receipt = answer().receipt;
  ASSERT_FALSE(receipt.empty());
  let_pass(std::chrono::hours{9});
  when_repeated();
  EXPECT_EQ(answer().receipt, receipt);
}

TEST_F(RemoveLeaverTest, LeavesALinkThatIsNewerThanTheReport) {
  given(was_reported(jdoe), was_linked(general, preed, jdoe, {reports}));
  when(RemoveLeaver{jdoe}, by(preed));
  then(Refusal::departure_unknown, "username");
  when(RemoveLeaver{jdoe}, by(mhughes));
  EXPECT_EQ(services_at(general, jdoe), std::vector<std::string_view>{reports});
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{"not linked"});
}

TEST_F(RemoveLeaverTest, LeavesToOthersWhatIsTheirs) {
  given(was_linked(general, preed, jdoe, {reports}), was_reported(jdoe));
  when(RemoveLeaver{jdoe}, by(bking));
  then(schema::Authority::BACKUP, {{.fact = fact::SubordinateRemoved{{claims, fax}, false}, .streams = {of(jdoe), of(mercy)}}});
  EXPECT_EQ(answer().receipt, "removed at 110012345A: 1 h 00 min after leaving, 0 h 00 min after the report");
  EXPECT_EQ(services_at(general, jdoe), std::vector<std::string_view>{reports});
  when_asked_again();
  then(Refusal::not_on_roster, "username");
}

TEST_F(RemoveLeaverTest, ActsByTheRightThatTheActorHasAtEach) {
  given(was_linked(general, preed, bking, {portal_user}), was_created(mercy, mhughes, "Lee", "Went", {claims}));
  const Username leaver = username("lwent1");
  given(was_linked(general, preed, leaver, {claims}), was_reported(leaver));
  given(became_primary_user(general, bking));
  when(RemoveLeaver{leaver}, by(bking));
  ASSERT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(answer().last_position, answer().first_position + 1);
  EXPECT_EQ(last_authority(), schema::Authority::PRIMARY_USER);
  given(was_created(mercy, mhughes, "Lou", "Went", {claims}), was_reported(username("lwent2")));
  when(RemoveLeaver{username("lwent2")}, by(bking));
  EXPECT_EQ(last_authority(), schema::Authority::BACKUP);
}

TEST_F(RemoveLeaverTest, Refuses) {
  refuses_in_order({{Refusal::actor_unknown, RemoveLeaver{nobody}, by(nobody)},
                    {Refusal::actor_not_usable, RemoveLeaver{nobody}, by(llock)},
                    {Refusal::not_on_roster, RemoveLeaver{nobody}, by(mhughes)},
                    {Refusal::not_on_roster, RemoveLeaver{sstone}, by(mhughes)},
                    {Refusal::not_on_roster, RemoveLeaver{ufree}, by(mhughes)},
                    {Refusal::not_on_roster, RemoveLeaver{jdoe}, by(sstone)},
                    {Refusal::not_on_roster, RemoveLeaver{jdoe}, by(portal)},
                    {Refusal::not_on_roster, RemoveLeaver{jdoe}, by(officer)},
                    {Refusal::not_on_roster, RemoveLeaver{mhughes}, by(bking)},
                    {Refusal::not_on_roster, RemoveLeaver{bking}, by(bking)},
                    {Refusal::departure_unknown, RemoveLeaver{jdoe}, by(mhughes)}});
  given(was_reported(mhughes));
  when(RemoveLeaver{mhughes}, by(bking));
  then(Refusal::not_on_roster, "username");
}

}  // namespace
}  // namespace muniment::test
