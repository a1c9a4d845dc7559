#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AssignPrimaryUserTest : public Ledger {
 protected:
  static AssignPrimaryUser existing(const ProviderId& id, const Username& name, ServiceList services = {}) {
    return {id, name, {}, {}, std::move(services)};
  }
  static AssignPrimaryUser anew(const ProviderId& id, const Profile& profile, ServiceList services = {}) {
    return {id, {}, profile, "4711", std::move(services)};
  }
  const ProviderId lakeside_ = provider("110077701F");
};

TEST_F(AssignPrimaryUserTest, CreatesTheAccountOfANewPerson) {
  given(was_registered(lakeside_));
  when(R"({"type":"assign_primary_user","actor":"officer:rkelly","provider":"110077701F","pin":"4711","services":["view_provider_reports"],
           "note":"sworn in",
           "profile":{"last_name":"Quinn","first_name":"Ada","birth_day":"02/29","email":"a.quinn@lake.example","zip":"02301"}})");
  const Username aquinn = username("aquinn1");
  const Profile profile{"Quinn", "Ada", "", "02/29", "a.quinn@lake.example", "02301"};
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountCreated{},
         .streams = {of(aquinn), of(lakeside_), claim_of(aquinn)},
         .personal = Personal{profile, "sworn in", {}}},
        {.fact = fact::PrimaryUserAssigned{{portal_user, reports}, "", false}, .streams = {of(aquinn), of(lakeside_)}}});
  EXPECT_EQ(answer().username, aquinn.text());
  EXPECT_EQ(pin(aquinn), "4711");
  EXPECT_EQ(account(aquinn).home(), lakeside_);
  EXPECT_EQ(sight().provider(lakeside_).primary_user(), aquinn.text());
  EXPECT_EQ(sight().profile(account(aquinn)), profile);
}

TEST_F(AssignPrimaryUserTest, RemovesTheFormerInTheSameEvent) {
  when(existing(mercy, jdoe, {reports}), by(officer, {.note = "retired"}));
  then(schema::Authority::OFFICER, {{.fact = fact::PrimaryUserAssigned{{claims, fax, portal_user, reports}, mhughes.text(), true},
                                     .streams = {of(jdoe), of(mercy), of(mhughes)},
                                     .personal = Personal{{}, "retired", {}}}});
  EXPECT_EQ(services_at(mercy, mhughes), std::vector<std::string_view>{"not linked"});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax, portal_user, reports}));
  EXPECT_FALSE(account(mhughes).is_primary_user_anywhere());
  when(was_removed(mercy, mhughes, bking));
  then(Refusal::actor_not_usable, "actor");
  when(was_removed(mercy, jdoe, bking));
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::SubordinateRemoved{{portal_user, reports}, true}, .streams = {of(bking), of(mercy)}}});
}

TEST_F(AssignPrimaryUserTest, RemovesTheFormerForANewPersonToo) {
  const Profile profile = profile_of("Ada", "Quinn");
  when(anew(mercy, profile), by(officer));
  const Username aquinn = username("aquinn1");
  then(schema::Authority::OFFICER,
       {{.fact = fact::AccountCreated{}, .streams = {of(aquinn), of(mercy), claim_of(aquinn)}, .personal = Personal{profile, {}, {}}},
        {.fact = fact::PrimaryUserAssigned{{portal_user}, mhughes.text(), true}, .streams = {of(aquinn), of(mercy), of(mhughes)}}});
}

TEST_F(AssignPrimaryUserTest, SaysThatTheFormerIsLinkedElsewhere) {
  given(was_linked(general, preed, mhughes, {claims}));
  when(existing(mercy, bking), by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::PrimaryUserAssigned{{portal_user, reports}, mhughes.text(), false},
                                     .streams = {of(bking), of(mercy), of(mhughes)}}});
}

TEST_F(AssignPrimaryUserTest, DoesNotCountLinksAtClosedProviders) {
  given(was_linked(general, preed, mhughes, {claims}), was_closed(general));
  when(existing(mercy, bking), by(officer));
  then(schema::Authority::OFFICER,
       {{.fact = fact::PrimaryUserAssigned{{portal_user, reports}, mhughes.text(), true}, .streams = {of(bking), of(mercy), of(mhughes)}}});
}

TEST_F(AssignPrimaryUserTest, LetsOnePersonBePrimaryUserOfSeveralProviders) {
  when(existing(mercy, preed), by(officer));
  then(schema::Authority::OFFICER,
       {{.fact = fact::PrimaryUserAssigned{{portal_user}, mhughes.text(), true}, .streams = {of(preed), of(mercy), of(mhughes)}}});
  EXPECT_EQ(account(preed).primary_of(), (std::vector<ProviderId>{mercy, general}));
}

TEST_F(AssignPrimaryUserTest, TakesALockedOrUnlinkedAccount) {
  given(Asked{existing(mercy, llock), by(officer)});
  when(existing(general, ufree), by(officer));
  then(schema::Authority::OFFICER,
       {{.fact = fact::PrimaryUserAssigned{{portal_user}, preed.text(), true}, .streams = {of(ufree), of(general), of(preed)}}});
}

TEST_F(AssignPrimaryUserTest, RecordsNothingForWhoItIs) {
  when(existing(mercy, mhughes, {portal_user}), by(officer));
  then_nothing_is_recorded();
}

TEST_F(AssignPrimaryUserTest, GrantsWhoItIsTheServicesThatAreMissing) {
  when(existing(mercy, mhughes, {reports, portal_user, claims}), by(officer, {.note = "asked by letter"}));
  then(schema::Authority::OFFICER, {{.fact = fact::ServicesAssigned{{claims, reports}, {}},
                                     .streams = {of(mhughes), of(mercy)},
                                     .personal = Personal{{}, "asked by letter", {}}}});
}

TEST_F(AssignPrimaryUserTest, GrantsNoAdministratorsServiceThatWasRetired) {
  given(was_retired(portal_user), was_registered(lakeside_));
  when(existing(lakeside_, jdoe), by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::PrimaryUserAssigned{{}, "", false}, .streams = {of(jdoe), of(lakeside_)}}});
  when(was_created(lakeside_, jdoe, "Ann", "New", {claims}));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the role does not hang on the service";
}

TEST_F(AssignPrimaryUserTest, Refuses) {
  const Profile profile = profile_of("Ada", "Quinn");
  const auto neither = [](const ProviderId& id) { return AssignPrimaryUser{id, {}, {}, {}, {telepathy}}; };
  const AssignPrimaryUser both{mercy, nobody, profile, "4711", {telepathy}};
  refuses_in_order(needs_an_open_provider(neither));
  refuses_in_order(needs_the_agency(neither(mercy)));
  refuses_in_order({{Refusal::profile_required, neither(mercy), by(officer)},
                    {Refusal::profile_required, both, by(officer)},
                    {Refusal::username_unavailable, existing(mercy, nobody, {telepathy}), by(officer)},
                    {Refusal::username_unavailable, existing(mercy, tgone, {telepathy}), by(officer)},
                    {Refusal::service_unknown, existing(mercy, sstone, {telepathy}), by(officer)},
                    {Refusal::service_unknown, anew(mercy, profile, {telepathy}), by(officer)},
                    {Refusal::service_retired, existing(mercy, sstone, {fax}), by(officer)},
                    {Refusal::service_retired, anew(mercy, profile, {fax}), by(officer)}});
}

TEST_F(AssignPrimaryUserTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"assign_primary_user","actor":"officer:rkelly","provider":"110012345A",)" + std::string{fields} + "}");
  };
  const std::string person = R"("last_name":"Quinn","first_name":"Ada","birth_day":"02/29","email":"a@b.example")";
  EXPECT_EQ(form(R"("username":"j doe")"), "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("profile":{)" + person + R"(,"zip":"2301"},"pin":"4711")"),
            "profile.zip: expected 5 or 9 digits; a leading zero seems to be lost");
  EXPECT_EQ(form(R"("profile":{)" + person + R"(,"zip":"02301"})"), "pin: expected four digits");
  EXPECT_EQ(form(R"("username":"jdoe1","pin":"4711")"), "pin: expected no PIN without the profile of a new account");
  EXPECT_EQ(form(R"("username":"jdoe1","services":["a","a"])"), "services: expected each service once");
  EXPECT_EQ(form(R"("services":[])"), "well-formed");
}

}  // namespace
}  // namespace muniment::test
