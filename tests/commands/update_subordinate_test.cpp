#include "commands/tags.h"
#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

using schema::ProfileField;

class UpdateSubordinateTest : public Ledger {
 protected:
  static UpdateSubordinate unchanged(const ProviderId& id = mercy) { return {id, jdoe, profile_of("John", "Doe"), "", {claims, fax}}; }
  static UpdateSubordinate with_email(std::string email) {
    UpdateSubordinate out = unchanged();
    out.profile.email = std::move(email);
    return out;
  }
  std::vector<AccountId> tagged(TagKind kind, std::string_view scope, const std::string& content) {
    std::vector<AccountId> out;
    for (const AccountId& id : vault().accounts_with_tag(kind, scope, bytes_of(content))) {
      if (id == account(jdoe).id()) out.push_back(id);
    }
    return out;
  }
};

TEST_F(UpdateSubordinateTest, RecordsTheWholeSubmitInOrder) {
  when(R"({"type":"update_subordinate","actor":"mhughes1","provider":"110012345A","username":"jdoe1","note":"married",
           "last_name":"Dorn","first_name":"John","middle_initial":"Q","birth_day":"07/04","email":"jdorn@clinic.example","zip":"02302-7519",
           "pin":"4711","services":["view_provider_reports","fax_remittances"]})");
  const Profile after{"Dorn", "John", "Q", "07/04", "jdorn@clinic.example", "02302-7519"};
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ProfileChanged{{ProfileField::LAST_NAME, ProfileField::EMAIL}},
                                          .streams = {of(jdoe), of(mercy)},
                                          .personal = Personal{after, "married", {}}},
                                         {.fact = fact::PinChanged{}, .streams = {of(jdoe), of(mercy)}},
                                         {.fact = fact::ServicesAssigned{{reports}, {claims}}, .streams = {of(jdoe), of(mercy)}}});
  EXPECT_EQ(sight().profile(account(jdoe)), after);
  EXPECT_EQ(pin(jdoe), "4711");
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{fax, reports}));
}

TEST_F(UpdateSubordinateTest, RecordsNothingForTheSameAgain) {
  when(unchanged(), by(mhughes, {.note = "nothing to seal it with"}));
  then_nothing_is_recorded();
  UpdateSubordinate same_pin = unchanged();
  same_pin.pin = pin_of_everybody;
  when(same_pin, by(mhughes));
  then_nothing_is_recorded();
}

TEST_F(UpdateSubordinateTest, NamesEachFieldThatChanged) {
  UpdateSubordinate all = unchanged();
  all.profile = {"Dorn", "Jon", "", "07/05", "j@clinic.example", "02301"};
  when(all, by(bking));
  then(schema::Authority::BACKUP,
       {{.fact = fact::ProfileChanged{{ProfileField::LAST_NAME, ProfileField::FIRST_NAME, ProfileField::MIDDLE_INITIAL,
                                       ProfileField::BIRTH_DAY, ProfileField::EMAIL, ProfileField::ZIP}},
         .streams = {of(jdoe), of(mercy)},
         .personal = Personal{all.profile, {}, {}}}});
}

TEST_F(UpdateSubordinateTest, KeepsThePinThatIsNotTyped) {
  when(with_email("j@clinic.example"), by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(pin(jdoe), pin_of_everybody);
}

TEST_F(UpdateSubordinateTest, SealsTheNoteWithTheFirstEventWhateverItIs) {
  UpdateSubordinate pin_alone = unchanged();
  pin_alone.pin = "4711";
  when(pin_alone, by(mhughes, {.note = "forgot it"}));
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::PinChanged{}, .streams = {of(jdoe), of(mercy)}, .personal = Personal{{}, "forgot it", {}}}});
  EXPECT_EQ(sight().profile(account(jdoe)), profile_of("John", "Doe")) << "the profile stays where it is sealed";

  UpdateSubordinate services_alone = unchanged();
  services_alone.services = {};
  when(services_alone, by(mhughes, {.note = "moved"}));
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::ServicesAssigned{{}, {claims, fax}}, .streams = {of(jdoe), of(mercy)}, .personal = Personal{{}, "moved", {}}}});
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{}) << "on the roster, holding nothing";
}

TEST_F(UpdateSubordinateTest, MovesTheTagsWithWhatIsCompared) {
  UpdateSubordinate update = unchanged();
  update.profile.birth_day = "12/24";
  update.profile.email = "new@clinic.example";
  const AccountId id = account(jdoe).id();
  EXPECT_EQ(tagged(tag_same_birth_pin, {}, "07/04 8642"), std::vector<AccountId>{id});
  when(update, by(mhughes));
  EXPECT_EQ(tagged(tag_same_birth_pin, {}, "07/04 8642"), std::vector<AccountId>{});
  EXPECT_EQ(tagged(tag_same_birth_pin, {}, "12/24 8642"), std::vector<AccountId>{id}) << "the PIN was not typed, and still counts";
  EXPECT_EQ(tagged(tag_same_email, {}, "new@clinic.example"), std::vector<AccountId>{id});
  when(was_created(mercy, mhughes, "John", "Doe", {claims}));
  EXPECT_EQ(answer().username, "jdoe2") << "the former birth day no longer makes a duplicate";
}

TEST_F(UpdateSubordinateTest, KeepsWhatIsHeldAndRetired) {
  UpdateSubordinate update = unchanged();
  update.services = {fax};
  when(update, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ServicesAssigned{{}, {claims}}, .streams = {of(jdoe), of(mercy)}}});
}

TEST_F(UpdateSubordinateTest, LetsAPersonWhoIsPrimaryUserAtHomeChangeTheirOwnProfileAlone) {
  UpdateSubordinate own{mercy, mhughes, profile_of("Mary", "Hughes"), "", {portal_user}};
  own.profile.zip = "02301";
  when(own, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ProfileChanged{{ProfileField::ZIP}},
                                          .streams = {of(mhughes), of(mercy)},
                                          .personal = Personal{own.profile, {}, {}}}});
  own.services = {portal_user, claims};
  when(own, by(mhughes));
  then(Refusal::own_services);
}

TEST_F(UpdateSubordinateTest, LeavesAPrimaryUsersProfileToTheAgency) {
  UpdateSubordinate update{mercy, mhughes, profile_of("Mary", "Hughes"), "", {portal_user}};
  update.profile.email = "m@clinic.example";
  when(update, by(bking));
  then(Refusal::primary_user_protected);
  when(update, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::ProfileChanged{{ProfileField::EMAIL}},
                                     .streams = {of(mhughes), of(mercy)},
                                     .personal = Personal{update.profile, {}, {}}}});
}

// Who works where the account is merely linked does not know its profile, and could else find it out by trying.
TEST_F(UpdateSubordinateTest, SaysTheSameOfARightAndAWrongProfileToALinkingProvider) {
  given(was_linked(general, preed, jdoe, {claims}));
  UpdateSubordinate guess = unchanged(general);
  for (const auto& services : {Texts{claims}, Texts{reports}}) {
    guess.services = {services.begin(), services.end()};
    when(guess, by(preed));
    then(Refusal::home_only);
  }
  guess.profile.email = "mine@elsewhere.example";
  when(guess, by(preed));
  then(Refusal::home_only);
}

// Else whoever may not change a PIN could find it out by trying.
TEST_F(UpdateSubordinateTest, SaysTheSameOfARightAndAWrongPinToWhoMayNotSetIt) {
  given(was_linked(general, preed, jdoe, {claims}));
  UpdateSubordinate guess = unchanged(general);
  guess.services = {claims};
  for (const auto* pin : {"0000", "8642"}) {
    guess.pin = pin;
    when(guess, by(preed));
    then(Refusal::home_only);
  }
}

TEST_F(UpdateSubordinateTest, GivesAnImportedAccountItsFirstProfile) {
  const ProviderId old = provider("110077701F");
  given(was_registered(old), became_primary_user(old, "Ada", "Quinn"), Asked{StartImport{{old}, {}, 1}, by(officer)});
  const EventId import = sight().provider(old).latest_import().value();
  const Username imported = username("octo-cat");
  Request by_an_outsider;
  by_an_outsider.actor = {schema::PrincipalKind::OUTSIDER, "someone"};
  given(Asked{ImportRow{.kind = ImportRow::Kind::grant,
                        .import = import,
                        .at = Timestamp::parse("2016-05-04").value(),
                        .provider = old,
                        .username = imported,
                        .service = std::string{claims},
                        .name = {},
                        .organization = {}},
              by_an_outsider});
  given(Asked{CompleteImport{import, 1}, by(officer)});
  UpdateSubordinate update{old, imported, profile_of("Otto", "Katz"), "4711", {claims}};
  update.profile.middle_initial = "";
  when(update, by("aquinn1"));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ProfileChanged{{ProfileField::LAST_NAME, ProfileField::FIRST_NAME,
                                                                        ProfileField::BIRTH_DAY, ProfileField::EMAIL, ProfileField::ZIP}},
                                          .streams = {of(imported), of(old)},
                                          .personal = Personal{update.profile, {}, {}}},
                                         {.fact = fact::PinChanged{}, .streams = {of(imported), of(old)}}});
}

TEST_F(UpdateSubordinateTest, Refuses) {
  const auto of_nobody = [](const ProviderId& id) { return UpdateSubordinate{id, nobody, profile_of("No", "Body"), "0000", {telepathy}}; };
  const auto of_whom = [](const Username& name, ServiceList services) {
    return UpdateSubordinate{mercy, name, profile_of("No", "Body"), "0000", std::move(services)};
  };
  given(was_linked(mercy, mhughes, sstone, {claims}));
  refuses_in_order(needs_an_open_provider(of_nobody));
  refuses_in_order(needs_an_administrator(of_nobody(mercy)));
  refuses_in_order({{Refusal::own_services, of_whom(bking, {telepathy}), by(bking)},
                    {Refusal::administrator_protected, of_whom(bking, {telepathy}), by(dlopez)},
                    {Refusal::administrator_protected, of_whom(jdoe, {telepathy, portal_user}), by(dlopez)},
                    {Refusal::primary_user_protected, of_whom(mhughes, {telepathy}), by(bking)},
                    {Refusal::not_on_roster, of_nobody(mercy), by(mhughes)},
                    {Refusal::not_on_roster, of_whom(ufree, {telepathy}), by(mhughes)},
                    {Refusal::not_on_roster, of_whom(preed, {telepathy}), by(mhughes)},
                    {Refusal::account_terminated, of_whom(tgone, {telepathy}), by(mhughes)},
                    {Refusal::home_only, of_whom(sstone, {telepathy}), by(mhughes)},
                    {Refusal::not_administrator, of_whom(jdoe, {telepathy}), by(dlopez)},
                    {Refusal::service_unknown, of_whom(jdoe, {telepathy}), by(mhughes)},
                    {Refusal::service_retired, of_whom(dlopez, {fax}), by(mhughes)}});
}

TEST_F(UpdateSubordinateTest, RefusesOnceThePersonsDataIsErased) {
  vault().erase(account(jdoe).id());
  when(UpdateSubordinate{mercy, jdoe, profile_of("John", "Doe"), "0000", {telepathy}}, by(mhughes));
  then(Refusal::personal_data_unavailable);
}

TEST_F(UpdateSubordinateTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view zip, std::string_view rest) {
    return form_of(R"({"type":"update_subordinate","actor":"mhughes1","last_name":"B","first_name":"A","birth_day":"01/01",)"
                   R"("email":"a@b.example","zip":")" +
                   std::string{zip} + "\"," + std::string{rest} + "}");
  };
  const std::string at = R"("provider":"110012345A","username":"jdoe1")";
  EXPECT_EQ(form("02301", at + R"(,"services":[])"), "well-formed");
  EXPECT_EQ(form("02301", at + R"(,"services":[],"pin":"")"), "well-formed") << "an empty box keeps the PIN";
  EXPECT_EQ(form("02301", at + R"(,"services":[],"pin":"12a4")"), "pin: expected four digits");
  EXPECT_EQ(form("2301", at + R"(,"services":[])"), "zip: expected 5 or 9 digits; a leading zero seems to be lost");
  EXPECT_EQ(form("02301", R"("provider":"1","username":"jdoe1","services":[])"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form("02301", R"("provider":"110012345A","username":"","services":[])"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form("02301", at + R"(,"services":["a","b","a"])"), "services: expected each service once");
}

}  // namespace
}  // namespace muniment::test
