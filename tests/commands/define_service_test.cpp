#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class DefineServiceTest : public Ledger {};

TEST_F(DefineServiceTest, DefinesAServiceThatCanThenBeAssigned) {
  when(R"({"type":"define_service","actor":"officer:rkelly","service":"Télé/x","name":"Remote  visits"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::ServiceDefined{"Télé/x", "Remote  visits", false, false}, .streams = {of(schema::StreamKind::CATALOGUE)}}});
  when(AssignServices{mercy, jdoe, {"Télé/x"}}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{"Télé/x"}, {claims, fax}}, .streams = {of(jdoe), of(mercy)}}});
}

// Both of the shipped catalogue's own are left as they are: nobody defines an administrator's service.
TEST_F(DefineServiceTest, RecordsNothingForTheSameName) {
  when(DefineService{claims, "Claims Submission and Status"}, by(officer));
  then_nothing_is_recorded();
  when(DefineService{portal_user, "Primary Portal User"}, by(officer));
  then_nothing_is_recorded();
}

TEST_F(DefineServiceTest, Refuses) {
  refuses_in_order(needs_the_agency(DefineService{fax, "Other"}));
  refuses_in_order({{Refusal::service_retired, DefineService{fax, "Other"}, by(officer)},
                    {Refusal::service_retired, DefineService{fax, "Fax Remittances"}, by(officer)},
                    {Refusal::service_already_defined, DefineService{claims, "Claims"}, by(officer)}});
}

TEST_F(DefineServiceTest, NamesTheFieldAtFault) {
  when(DefineService{claims, "Claims"}, by(officer));
  then(Refusal::service_already_defined, "service");
  EXPECT_EQ(form_of(R"({"type":"define_service","actor":"officer:rkelly","service":"a\tb","name":"B"})"),
            "service: expected a service id of 1 to 128 printable characters");
  EXPECT_EQ(form_of(R"({"type":"define_service","actor":"officer:rkelly","service":"a","name":""})"),
            "name: expected 1 to 200 characters without control characters");
}

}  // namespace
}  // namespace muniment::test
