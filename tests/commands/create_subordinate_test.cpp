#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class CreateSubordinateTest : public Ledger {
 protected:
  static CreateSubordinate create(const ProviderId& id, const Profile& profile, ServiceList services, bool allow_duplicate = false) {
    return {id, profile, "4711", std::move(services), allow_duplicate};
  }
  std::string name_given_to(std::string_view first_name, std::string_view last_name, std::string email) {
    Profile profile = profile_of(first_name, last_name);
    profile.email = std::move(email);
    when(create(mercy, profile, {claims}), by(mhughes));
    return answer().username;
  }
};

TEST_F(CreateSubordinateTest, CreatesTheAccountAndReturnsItsUsername) {
  when(R"({"type":"create_subordinate","actor":"mhughes1","provider":"110012345 A","note":"temp until May","pin":"0987",
           "last_name":"Núñez-O'Neil","first_name":"Émile","middle_initial":"J.","birth_day":"02/29","email":"e.n@clinic.example",
           "zip":"023011234","services":["view_provider_reports","claims_submission_and_status"]})");
  const Username name = username("enunezoneil1");
  const Profile profile{"Núñez-O'Neil", "Émile", "J", "02/29", "e.n@clinic.example", "02301-1234"};
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateCreated{{claims, reports}, false},
                                          .streams = {of(name), of(mercy), claim_of(name)},
                                          .personal = Personal{profile, "temp until May", {}}}});
  EXPECT_EQ(answer().username, name.text());
  EXPECT_EQ(pin(name), "0987");
  EXPECT_EQ(account(name).home(), mercy);
  EXPECT_EQ(sight().profile(account(name)), profile);
}

TEST_F(CreateSubordinateTest, LetsABackupCreateAnAdministrator) {
  when(create(mercy, profile_of("Ann", "New"), {portal_user}), by(bking));
  const Username anew = username("anew1");
  then(schema::Authority::BACKUP, {{.fact = fact::SubordinateCreated{{portal_user}, false},
                                    .streams = {of(anew), of(mercy), claim_of(anew)},
                                    .personal = Personal{profile_of("Ann", "New"), {}, {}}}});
}

TEST_F(CreateSubordinateTest, NeverGivesANameTwice) {
  EXPECT_EQ(name_given_to("John", "Doe", "j2@clinic.example"), "jdoe2");
  EXPECT_EQ(name_given_to("Jane", "D'Oe", "j3@clinic.example"), "jdoe3");
  given(was_removed(mercy, mhughes, username("jdoe2")));
  EXPECT_EQ(name_given_to("Jack", "Doe", "j4@clinic.example"), "jdoe4");
  EXPECT_EQ(name_given_to("林", "李", "l@clinic.example"), "user1");
}

TEST_F(CreateSubordinateTest, AsksAboutSomebodyWhoLooksTheSame) {
  Profile profile = profile_of("JOHN", "doé");
  profile.email = "JOHN.doe@Clinic.example";
  profile.zip = "10001";
  when(create(mercy, profile, {claims}), by(mhughes));
  then(Refusal::possible_duplicate);
  when(create(mercy, profile, {claims}, true), by(mhughes));
  then(Refusal::reason_required, "reason");
  when(create(mercy, profile, {claims}, true), by(mhughes, {.reason = "other_person"}));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateCreated{{claims}, true},
                                          .streams = {of(username("jdoe2")), of(mercy), claim_of(username("jdoe2"))},
                                          .personal = Personal{profile, {}, {}}}});
}

TEST_F(CreateSubordinateTest, RecordsNoPermissionThatWasNotNeeded) {
  when(create(mercy, profile_of("Ann", "New"), {claims}, true), by(mhughes));
  const Username anew = username("anew1");
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::SubordinateCreated{{claims}, false},
                                          .streams = {of(anew), of(mercy), claim_of(anew)},
                                          .personal = Personal{profile_of("Ann", "New"), {}, {}}}});
}

// Control of the above: each part of the comparison counts.
TEST_F(CreateSubordinateTest, TakesSomebodyElseForSomebodyElse) {
  for (const auto& change : std::vector<std::function<void(Profile&)>>{
           [](Profile& p) { p.first_name = "Jon"; }, [](Profile& p) { p.last_name = "Doer"; }, [](Profile& p) { p.birth_day = "07/05"; },
           [](Profile& p) { p.email = "john@clinic.example"; }}) {
    Profile profile = profile_of("John", "Doe");
    change(profile);
    when(create(mercy, profile, {claims}), by(mhughes));
    EXPECT_EQ(answer().status, Answer::Status::accepted);
  }
}

TEST_F(CreateSubordinateTest, AsksOnlyAboutThisRoster) {
  when(create(general, profile_of("John", "Doe"), {claims}), by(preed));
  EXPECT_EQ(answer().username, "jdoe2");
  when(create(mercy, profile_of("Una", "Free"), {claims}), by(mhughes));
  EXPECT_EQ(answer().username, "ufree2") << "the former one is on no roster";
}

TEST_F(CreateSubordinateTest, AsksAboutALinkedPersonToo) {
  given(was_linked(mercy, mhughes, sstone, {claims}));
  when(create(mercy, profile_of("Sam", "Stone"), {claims}), by(mhughes));
  then(Refusal::possible_duplicate);
}

TEST_F(CreateSubordinateTest, Refuses) {
  const auto john = [](const ProviderId& id) { return create(id, profile_of("John", "Doe"), {}, true); };
  const Profile twin = profile_of("John", "Doe");
  refuses_in_order(needs_an_open_provider(john));
  refuses_in_order(needs_an_administrator(john(mercy)));
  refuses_in_order({{Refusal::not_administrator, john(mercy), by(dlopez)},
                    {Refusal::no_services_assigned, john(mercy), by(mhughes)},
                    {Refusal::service_unknown, create(mercy, twin, {telepathy}), by(mhughes)},
                    {Refusal::service_retired, create(mercy, twin, {fax}), by(mhughes)},
                    {Refusal::possible_duplicate, create(mercy, twin, {claims}), by(mhughes)},
                    {Refusal::reason_required, create(mercy, twin, {claims}, true), by(mhughes)}});
}

TEST_F(CreateSubordinateTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view provider_id, std::string_view last_name, std::string_view pin, std::string_view services) {
    return form_of(R"({"type":"create_subordinate","actor":"mhughes1","first_name":"A","birth_day":"01/01","email":"a@b.example",)"
                   R"("zip":"02301","provider":")" +
                   std::string{provider_id} + R"(","last_name":")" + std::string{last_name} + R"(","pin":")" + std::string{pin} +
                   R"(","services":)" + std::string{services} + "}");
  };
  EXPECT_EQ(form("110012345A", "B", "0000", R"(["x"])"), "well-formed");
  EXPECT_EQ(form("110012345", "B", "0000", "[]"), "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form("110012345A", "", "0000", "[]"), "last_name: expected 1 to 60 characters without control characters");
  EXPECT_EQ(form("110012345A", "B", "00000", "[]"), "pin: expected four digits");
  EXPECT_EQ(form("110012345A", "B", "0000", R"(["x",""])"), "services[1]: expected a service id of 1 to 128 printable characters");
}

}  // namespace
}  // namespace muniment::test
