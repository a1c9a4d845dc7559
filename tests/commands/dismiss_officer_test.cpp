#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class DismissOfficerTest : public Ledger {};

TEST_F(DismissOfficerTest, DismissesAnOfficerWhoIsThenUnknown) {
  given(Asked{AppointOfficer{username("lchen")}, by(officer)});
  when(R"({"type":"dismiss_officer","actor":"officer:lchen","officer":"RKELLY"})");
  then(schema::Authority::OFFICER, {{.fact = fact::OfficerDismissed{"rkelly"}, .streams = {of(schema::StreamKind::AGENCY)}}});
  when(PublishTerms{"2024-03"}, by(officer));
  then(Refusal::actor_unknown, "actor");
}

TEST_F(DismissOfficerTest, Refuses) {
  refuses_in_order(needs_the_agency(DismissOfficer{nobody}));
  refuses_in_order({{Refusal::officer_unknown, DismissOfficer{nobody}, by(officer)},
                    {Refusal::last_officer, DismissOfficer{username("rkelly")}, by(officer)}});
}

TEST_F(DismissOfficerTest, NamesTheFieldAtFault) {
  when(DismissOfficer{nobody}, by(officer));
  then(Refusal::officer_unknown, "officer");
  EXPECT_EQ(form_of(R"({"type":"dismiss_officer","actor":"officer:rkelly","officer":"a b"})"),
            "officer: expected 1 to 64 letters, digits, dots, hyphens or underscores");
}

}  // namespace
}  // namespace muniment::test
