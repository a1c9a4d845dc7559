#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AppointOfficerTest : public Ledger {};

TEST_F(AppointOfficerTest, AppointsAnOfficerWhoMayThenActForTheAgency) {
  when(R"({"type":"appoint_officer","actor":"officer:rkelly","officer":"LChen"})");
  then(schema::Authority::OFFICER, {{.fact = fact::OfficerAppointed{"lchen"}, .streams = {of(schema::StreamKind::AGENCY)}}});
  when(PublishTerms{"2024-03"}, by("officer:lchen"));
  then(schema::Authority::OFFICER, {{.fact = fact::TermsPublished{"2024-03"}, .streams = {of(schema::StreamKind::TERMS)}}});
}

TEST_F(AppointOfficerTest, RecordsNothingForWhoIsAnOfficer) {
  when(AppointOfficer{username("RKelly")}, by(officer));
  then_nothing_is_recorded();
}

TEST_F(AppointOfficerTest, Refuses) { refuses_in_order(needs_the_agency(AppointOfficer{username("rkelly")})); }

TEST_F(AppointOfficerTest, TakesNoNameThatNoActorCouldHave) {
  for (const auto* json : {R"({"type":"appoint_officer","actor":"officer:rkelly","officer":""})",
                           R"({"type":"appoint_officer","actor":"officer:rkelly","officer":"officer:lchen"})"}) {
    EXPECT_EQ(form_of(json), "officer: expected 1 to 64 letters, digits, dots, hyphens or underscores");
  }
}

}  // namespace
}  // namespace muniment::test
