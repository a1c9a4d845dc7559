#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RetireServiceTest : public Ledger {};

TEST_F(RetireServiceTest, LeavesTheServiceWhereItIsHeld) {
  when(R"({"type":"retire_service","actor":"officer:rkelly","service":"claims_submission_and_status"})");
  then(schema::Authority::OFFICER, {{.fact = fact::ServiceRetired{claims}, .streams = {of(schema::StreamKind::CATALOGUE)}}});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
  when(LinkSubordinate{general, jdoe, {claims}}, by(preed));
  then(Refusal::service_retired, "services");
}

TEST_F(RetireServiceTest, RecordsNothingForARetiredService) {
  when(was_retired(fax));
  then_nothing_is_recorded();
}

TEST_F(RetireServiceTest, Refuses) {
  refuses_in_order(needs_the_agency(RetireService{telepathy}));
  refuses_in_order({{Refusal::service_unknown, RetireService{telepathy}, by(officer)}});
}

TEST_F(RetireServiceTest, NamesTheFieldAtFault) {
  when(RetireService{telepathy}, by(officer));
  then(Refusal::service_unknown, "service");
  EXPECT_EQ(form_of(R"({"type":"retire_service","actor":"officer:rkelly","service":""})"),
            "service: expected a service id of 1 to 128 printable characters");
}

}  // namespace
}  // namespace muniment::test
