#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class StartRelationshipTest : public Ledger {};

TEST_F(StartRelationshipTest, LetsAnEntityActForAProvider) {
  when(R"({"type":"start_relationship","actor":"officer:rkelly","provider":"110012345A","entity":"110067890b"})");
  then(schema::Authority::OFFICER, {{.fact = fact::RelationshipStarted{general}, .streams = {of(mercy), of(general)}}});
  EXPECT_TRUE(sight().provider(mercy).is_related_to(general));
  EXPECT_FALSE(sight().provider(general).is_related_to(mercy));
}

TEST_F(StartRelationshipTest, RecordsNothingForOneThatHasStarted) {
  given(Asked{StartRelationship{mercy, general}, by(officer)});
  when(StartRelationship{mercy, general}, by(officer));
  then_nothing_is_recorded();
}

TEST_F(StartRelationshipTest, IsAnotherOneTheOtherWayRound) {
  given(Asked{StartRelationship{mercy, general}, by(officer)});
  when(StartRelationship{general, mercy}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::RelationshipStarted{mercy}, .streams = {of(general), of(mercy)}}});
}

TEST_F(StartRelationshipTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return StartRelationship{id, id}; }));
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return StartRelationship{mercy, id}; }));
  refuses_in_order(needs_the_agency(StartRelationship{mercy, mercy}));
  refuses_in_order({{Refusal::same_provider, StartRelationship{mercy, mercy}, by(officer)}});
}

TEST_F(StartRelationshipTest, NamesTheFieldAtFault) {
  when(StartRelationship{nowhere, closed}, by(officer));
  then(Refusal::provider_unknown, "provider");
  when(StartRelationship{mercy, closed}, by(officer));
  then(Refusal::provider_closed, "entity");
  EXPECT_EQ(form_of(R"({"type":"start_relationship","actor":"officer:rkelly","provider":"A","entity":"B"})"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form_of(R"({"type":"start_relationship","actor":"officer:rkelly","provider":"110012345A","entity":"B"})"),
            "entity: expected nine digits and a letter, such as 110012345A");
}

}  // namespace
}  // namespace muniment::test
