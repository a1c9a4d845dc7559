#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class EndRelationshipTest : public Ledger {};

TEST_F(EndRelationshipTest, EndsWhatHasStarted) {
  given(Asked{StartRelationship{mercy, general}, by(officer)});
  when(R"({"type":"end_relationship","actor":"officer:rkelly","provider":"110012345A","entity":"110067890B"})");
  then(schema::Authority::OFFICER, {{.fact = fact::RelationshipEnded{general}, .streams = {of(mercy), of(general)}}});
  EXPECT_FALSE(sight().provider(mercy).is_related_to(general));
}

TEST_F(EndRelationshipTest, LetsItStartAgain) {
  given(Asked{StartRelationship{mercy, general}, by(officer)}, Asked{EndRelationship{mercy, general}, by(officer)});
  when(StartRelationship{mercy, general}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::RelationshipStarted{general}, .streams = {of(mercy), of(general)}}});
}

TEST_F(EndRelationshipTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return EndRelationship{id, id}; }));
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return EndRelationship{mercy, id}; }));
  refuses_in_order(needs_the_agency(EndRelationship{mercy, mercy}));
  refuses_in_order({{Refusal::same_provider, EndRelationship{mercy, mercy}, by(officer)},
                    {Refusal::relationship_unknown, EndRelationship{mercy, general}, by(officer)}});
}

TEST_F(EndRelationshipTest, KnowsWhoActsForWhom) {
  given(Asked{StartRelationship{mercy, general}, by(officer)});
  when(EndRelationship{general, mercy}, by(officer));
  then(Refusal::relationship_unknown, "entity");
}

TEST_F(EndRelationshipTest, NamesWhatIsMalformed) {
  EXPECT_EQ(form_of(R"({"type":"end_relationship","actor":"officer:rkelly","provider":"A","entity":"B"})"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form_of(R"({"type":"end_relationship","actor":"officer:rkelly","provider":"110012345A","entity":"B"})"),
            "entity: expected nine digits and a letter, such as 110012345A");
}

}  // namespace
}  // namespace muniment::test
