#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RemoveSubordinateTest : public Ledger {};

TEST_F(RemoveSubordinateTest, EndsWhatWasHeldHereAndNothingElsewhere) {
  given(was_linked(general, preed, jdoe, {reports}));
  when(R"({"type":"remove_subordinate","actor":"bking1","provider":"110012345A","username":"jdoe1","note":"changed jobs"})");
  then(schema::Authority::BACKUP, {{.fact = fact::SubordinateRemoved{{claims, fax}, false},
                                    .streams = {of(jdoe), of(mercy)},
                                    .personal = Personal{{}, "changed jobs", {}}}});
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{"not linked"});
  EXPECT_EQ(services_at(general, jdoe), std::vector<std::string_view>{reports});
}

TEST_F(RemoveSubordinateTest, LeavesTheAccountUnlinkedAfterItsLastLink) {
  when(RemoveSubordinate{mercy, jdoe}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateRemoved{{claims, fax}, true}, .streams = {of(jdoe), of(mercy)}}});
  EXPECT_TRUE(sight().is_unlinked(account(jdoe)));
  when_asked_again();
  then(Refusal::not_on_roster, "username");
  when(AcceptTerms{jdoe, "any"}, by(jdoe));
  then(Refusal::actor_not_usable, "actor");
}

TEST_F(RemoveSubordinateTest, DoesNotCountLinksAtClosedProviders) {
  given(was_linked(general, preed, jdoe, {reports}), was_closed(general));
  when(RemoveSubordinate{mercy, jdoe}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateRemoved{{claims, fax}, true}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(RemoveSubordinateTest, RemovesATerminatedAccount) {
  when(RemoveSubordinate{mercy, tgone}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateRemoved{{claims}, true}, .streams = {of(tgone), of(mercy)}}});
}

TEST_F(RemoveSubordinateTest, IsWhatPolicyDelegates) {
  when(RemoveSubordinate{mercy, jdoe}, by(dlopez));
  then(schema::Authority::DELEGATE, {{.fact = fact::SubordinateRemoved{{claims, fax}, true}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(RemoveSubordinateTest, LeavesTheLinkOfALinkingProviderToItself) {
  given(was_linked(general, preed, jdoe, {reports}));
  when(RemoveSubordinate{general, jdoe}, by(mhughes));
  then(Refusal::not_administrator);
  when(RemoveSubordinate{general, jdoe}, by(preed));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(RemoveSubordinateTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return RemoveSubordinate{id, nobody}; }));
  refuses_in_order(needs_an_administrator(RemoveSubordinate{mercy, nobody}));
  refuses_in_order({{Refusal::own_services, RemoveSubordinate{mercy, bking}, by(bking)},
                    {Refusal::own_services, RemoveSubordinate{mercy, dlopez}, by(dlopez)},
                    {Refusal::administrator_protected, RemoveSubordinate{mercy, bking}, by(dlopez)},
                    {Refusal::primary_user_protected, RemoveSubordinate{mercy, mhughes}, by(mhughes)},
                    {Refusal::primary_user_protected, RemoveSubordinate{mercy, mhughes}, by(bking)},
                    {Refusal::not_on_roster, RemoveSubordinate{mercy, nobody}, by(mhughes)},
                    {Refusal::not_on_roster, RemoveSubordinate{mercy, sstone}, by(mhughes)},
                    {Refusal::not_on_roster, RemoveSubordinate{mercy, preed}, by(dlopez)}});
}

TEST_F(RemoveSubordinateTest, NamesWhatIsMalformed) {
  EXPECT_EQ(form_of(R"({"type":"remove_subordinate","actor":"mhughes1","provider":"x","username":"jdoe1"})"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form_of(R"({"type":"remove_subordinate","actor":"mhughes1","provider":"110012345A","username":"j:doe"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
}

}  // namespace
}  // namespace muniment::test
