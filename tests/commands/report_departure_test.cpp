#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class ReportDepartureTest : public Ledger {
 protected:
  Recorded notice(schema::Notice kind, const ProviderId& at) const {
    return {.fact = fact::NoticeGiven{kind, {}, friday_}, .streams = {of(at)}};
  }

  const Timestamp friday_ = Timestamp::parse("2024-03-08T17:00:00Z").value();
};

TEST_F(ReportDepartureTest, SaysWhichLinksThereAreToEnd) {
  given(was_linked(general, preed, jdoe, {claims}));
  when(R"({"type":"report_departure","actor":"submitter:portal","username":"jdoe1","left_at":"2024-03-08T17:00:00Z","note":"from HR"})");
  then(schema::Authority::SUBMITTER,
       {{.fact = fact::DepartureReported{friday_, {mercy, general}}, .streams = {of(jdoe)}, .personal = Personal{{}, "from HR", {}}},
        notice(schema::Notice::DEPARTURE, mercy),
        notice(schema::Notice::DEPARTURE, general)});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax})) << "nothing ends by it";
}

TEST_F(ReportDepartureTest, NamesNoLinkAtAClosedProvider) {
  given(was_linked(general, preed, jdoe, {claims}), was_closed(general));
  when(ReportDeparture{{}, jdoe, friday_}, by(officer));
  then(schema::Authority::OFFICER,
       {{.fact = fact::DepartureReported{friday_, {mercy}}, .streams = {of(jdoe)}}, notice(schema::Notice::DEPARTURE, mercy)});
}

TEST_F(ReportDepartureTest, IsForAnAdministratorToReportAtTheirProvider) {
  when(ReportDeparture{mercy, jdoe, friday_}, by(bking));
  then(schema::Authority::BACKUP, {{.fact = fact::DepartureReported{friday_, {mercy}}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(ReportDepartureTest, IsFoundUnderTheProviderItWasAboutWhereItWasRefused) {
  when(ReportDeparture{mercy, bking, now()}, by(jdoe));
  then(Refusal::not_authorized);
  EXPECT_EQ(last_named(), "110012345A bking1");
}

TEST_F(ReportDepartureTest, TellsTheOtherProvidersOnce) {
  given(was_linked(general, preed, jdoe, {claims}));
  when(ReportDeparture{mercy, jdoe, friday_}, by(bking));
  then(schema::Authority::BACKUP, {{.fact = fact::DepartureReported{friday_, {mercy, general}}, .streams = {of(jdoe), of(mercy)}},
                                   notice(schema::Notice::DEPARTURE, general)});
  EXPECT_EQ(last_named(), "110067890B jdoe1");
  EXPECT_EQ(last_cause(), answer().first_position);
  when_asked_again();
  then(schema::Authority::BACKUP, {{.fact = fact::DepartureReported{friday_, {mercy, general}}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(ReportDepartureTest, WarnsOfTheVacancyAtOnce) {
  when(ReportDeparture{mercy, mhughes, friday_}, by(bking));
  then(schema::Authority::BACKUP,
       {{.fact = fact::DepartureReported{friday_, {mercy}}, .streams = {of(mhughes), of(mercy)}}, notice(schema::Notice::VACANCY, mercy)});
}

TEST_F(ReportDepartureTest, CanBeAnnounced) {
  const Timestamp june = Timestamp::parse("2024-06-30").value();
  when(ReportDeparture{mercy, jdoe, june}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::DepartureReported{june, {mercy}}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(ReportDepartureTest, Refuses) {
  const ReportDeparture anywhere{{}, nobody, friday_};
  const auto at = [&](const ProviderId& id) { return ReportDeparture{id, nobody, friday_}; };
  refuses_in_order(needs_an_open_provider(at));
  refuses_in_order({{Refusal::actor_unknown, at(mercy), by(nobody)},
                    {Refusal::actor_not_usable, at(mercy), by(llock)},
                    {Refusal::not_authorized, at(mercy), by(jdoe)},
                    {Refusal::not_authorized, at(mercy), by(dlopez)},
                    {Refusal::not_authorized, at(mercy), by(preed)},
                    {Refusal::not_authorized, anywhere, by(mhughes)},
                    {Refusal::not_on_roster, at(mercy), by(mhughes)},
                    {Refusal::not_on_roster, ReportDeparture{mercy, sstone, friday_}, by(mhughes)},
                    {Refusal::not_on_roster, at(mercy), by(portal)},
                    {Refusal::username_unavailable, anywhere, by(portal)}});
}

TEST_F(ReportDepartureTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"report_departure","actor":"submitter:portal","left_at":"2024-03-08",)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("username":"")"), "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("username":"jdoe1","provider":"")"), "provider: expected nine digits and a letter, such as 110012345A");
}

}  // namespace
}  // namespace muniment::test
