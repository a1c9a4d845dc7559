#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class CloseProviderTest : public Ledger {};

TEST_F(CloseProviderTest, EndsEverythingThereByOneEvent) {
  when(R"({"type":"close_provider","actor":"officer:rkelly","provider":"110012345A"})");
  then(schema::Authority::OFFICER, {{.fact = fact::ProviderClosed{}, .streams = {of(mercy)}}});
  EXPECT_EQ(sight().provider(mercy).primary_user(), "");
  when(was_created(mercy, preed, "Ann", "New", {claims}));
  then(Refusal::provider_closed, "provider");
}

TEST_F(CloseProviderTest, LeavesUnlinkedWhoWasLinkedNowhereElse) {
  given(was_linked(general, preed, jdoe, {claims}), was_closed(mercy));
  EXPECT_TRUE(sight().is_unlinked(account(mhughes)));
  EXPECT_FALSE(sight().is_unlinked(account(jdoe)));
  when(was_removed(general, mhughes, sstone));
  then(Refusal::actor_not_usable, "actor");
}

TEST_F(CloseProviderTest, RecordsNothingForAClosedOne) {
  when(was_closed(closed));
  then_nothing_is_recorded();
}

TEST_F(CloseProviderTest, Refuses) {
  refuses_in_order({{Refusal::provider_unknown, CloseProvider{nowhere}, by(jdoe)}});
  refuses_in_order(needs_the_agency(CloseProvider{importing}));
  refuses_in_order(needs_the_agency(CloseProvider{closed}));
  refuses_in_order({{Refusal::import_in_progress, CloseProvider{importing}, by(officer)}});
}

TEST_F(CloseProviderTest, NamesWhatIsMalformed) {
  EXPECT_EQ(form_of(R"({"type":"close_provider","actor":"officer:rkelly","provider":""})"),
            "provider: expected nine digits and a letter, such as 110012345A");
}

}  // namespace
}  // namespace muniment::test
