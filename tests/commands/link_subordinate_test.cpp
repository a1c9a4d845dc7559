#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class LinkSubordinateTest : public Ledger {};

TEST_F(LinkSubordinateTest, LinksAnAccountByItsUsername) {
  when(R"({"type":"link_subordinate","actor":"preed1","provider":"110067890B","username":"JDoe1",
           "services":["view_provider_reports","claims_submission_and_status"]})");
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateLinked{{claims, reports}}, .streams = {of(jdoe), of(general)}}});
  EXPECT_EQ(services_at(general, jdoe), (std::vector<std::string_view>{claims, reports}));
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax})) << "each link has services of its own";
  EXPECT_EQ(account(jdoe).home(), mercy);
}

TEST_F(LinkSubordinateTest, SealsTheNote) {
  when(LinkSubordinate{mercy, sstone, {claims}}, by(bking, {.note = "covers for John"}));
  then(schema::Authority::BACKUP,
       {{.fact = fact::SubordinateLinked{{claims}}, .streams = {of(sstone), of(mercy)}, .personal = Personal{{}, "covers for John", {}}}});
}

TEST_F(LinkSubordinateTest, TakesUpAnUnlinkedAccountAtItsFormerHome) {
  when(LinkSubordinate{mercy, ufree, {claims}}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateLinked{{claims}}, .streams = {of(ufree), of(mercy)}}});
}

TEST_F(LinkSubordinateTest, LetsTheAgencyTakeUpAnUnlinkedAccountAnywhere) {
  when(LinkSubordinate{general, ufree, {claims}}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::SubordinateLinked{{claims}}, .streams = {of(ufree), of(general)}}});
}

// Whoever may link is told nothing about a name that cannot be linked.
TEST_F(LinkSubordinateTest, SaysTheSameOfAnUnknownAndAnUnavailableName) {
  for (const Username& name : {nobody, tgone, ufree}) {
    when(LinkSubordinate{general, name, {telepathy}}, by(preed));
    then(Refusal::username_unavailable);
  }
}

TEST_F(LinkSubordinateTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return LinkSubordinate{id, nobody, {}}; }));
  refuses_in_order(needs_an_administrator(LinkSubordinate{mercy, nobody, {}}));
  refuses_in_order({{Refusal::not_administrator, LinkSubordinate{mercy, nobody, {}}, by(dlopez)},
                    {Refusal::username_unavailable, LinkSubordinate{mercy, nobody, {}}, by(mhughes)},
                    {Refusal::username_unavailable, LinkSubordinate{mercy, tgone, {}}, by(mhughes)},
                    {Refusal::already_linked, LinkSubordinate{mercy, jdoe, {}}, by(mhughes)},
                    {Refusal::no_services_assigned, LinkSubordinate{mercy, sstone, {}}, by(mhughes)},
                    {Refusal::service_unknown, LinkSubordinate{mercy, sstone, {claims, telepathy}}, by(mhughes)},
                    {Refusal::service_retired, LinkSubordinate{mercy, sstone, {claims, fax}}, by(mhughes)}});
}

TEST_F(LinkSubordinateTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"link_subordinate","actor":"mhughes1",)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("provider":"x","username":"jdoe1","services":[])"), "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"","services":[])"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"jdoe1","services":[" a"])"),
            "services[0]: expected a service id of 1 to 128 printable characters");
}

}  // namespace
}  // namespace muniment::test
