// Which command each request about a User becomes.
#include "tools/scim/user_commands.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

const ProviderId mercy = ProviderId::parse("110012345A").value();
const ProviderId harbor = ProviderId::parse("110067890B").value();
const Envelope envelope{.command_id = "c1", .actor = "mhughes1", .expected_version = 7};

User john() {
  return {.username = "jdoe1",
          .version = 7,
          .shows_particulars = true,
          .profile = {"Doe", "John", "", "07/04", "john.doe@mass.net", "02302"},
          .home = mercy,
          .provider = mercy,
          .links = {{mercy, {"manage_referrals"}}, {harbor, {"view_provider_reports"}}}};
}

UserWanted wanted(const std::string& text) {
  auto out = read_user(json::parse(text).as_object());
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().detail);
  return out.value_or(UserWanted{});
}

// The command's type, or the error's.
std::string command_for(const User& user, const std::string& text) {
  const auto out = change_user(user, wanted(text), envelope);
  if (!out) return std::string{out.error().type.empty() ? "forbidden" : out.error().type};
  return *out ? std::string{(*out)->type} : "nothing";
}

constexpr std::string_view whole =
    R"({"userName":"x@mercy.example","name":{"familyName":"Roe","givenName":"Ann","middleName":"Émilie"},"emails":[{"value":"x@mercy.example","primary":true}],
       "urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"birthDay":"02/03","zip":"02139","pin":"0042","services":["manage_referrals"]}})";

TEST(ScimUser, ThatIsNewBecomesCreateSubordinate) {
  const auto command = create_user(wanted(std::string{whole}), mercy, envelope);
  ASSERT_TRUE(command.has_value()) << command.error().detail;
  const auto& create = std::get<CreateSubordinate>(command->body);
  EXPECT_EQ(create.provider, mercy);
  EXPECT_EQ(create.profile.last_name, "Roe");
  EXPECT_EQ(create.profile.middle_initial, "É");
  EXPECT_EQ(create.pin, "0042");
  EXPECT_EQ(command->request.actor.text(), "mhughes1");
}

TEST(ScimUser, ThatIsNewNeedsEveryAttributeWhichTheErrorNames) {
  for (const std::string_view attribute : {"userName", "name", "emails", "birthDay", "zip", "pin", "services"}) {
    json::object user = json::parse(whole).as_object();
    user.erase(attribute);
    user["urn:ietf:params:scim:schemas:extension:muniment:2.0:User"].as_object().erase(attribute);
    const auto command = create_user(read_user(user).value(), mercy, envelope);
    ASSERT_FALSE(command.has_value()) << attribute;
    EXPECT_EQ(command.error().type, "invalidValue");
    EXPECT_NE(command.error().detail.find(attribute), std::string::npos) << command.error().detail;
  }
  EXPECT_FALSE(create_user(wanted(std::string{whole}), std::nullopt, envelope).has_value()) << "at which provider?";
}

TEST(ScimUser, WithAWrongValueIsRefusedByTheNameOfTheAttributeAndWithoutTheValue) {
  json::object user = json::parse(whole).as_object();
  user["urn:ietf:params:scim:schemas:extension:muniment:2.0:User"].as_object()["zip"] = "2302";
  const auto command = create_user(read_user(user).value(), mercy, envelope);
  ASSERT_FALSE(command.has_value());
  EXPECT_TRUE(command.error().detail.starts_with("zip: ")) << command.error().detail;
  EXPECT_EQ(command.error().detail.find("2302"), std::string::npos);
}

TEST(ScimUser, BecomesOneCommandForWhatHasChanged) {
  EXPECT_EQ(command_for(john(), R"({"userName":"jdoe1","active":true,"name":{"familyName":"Doe"}})"), "nothing");
  EXPECT_EQ(command_for(john(), R"({"name":{"familyName":"Dow"}})"), "update_subordinate");
  EXPECT_EQ(command_for(john(), R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"pin":"1111"}})"), "update_subordinate");
  EXPECT_EQ(command_for(john(), R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"services":["a","b"]}})"),
            "assign_services");
  EXPECT_EQ(command_for(john(), R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"services":["manage_referrals"]}})"),
            "nothing");
  EXPECT_EQ(command_for(john(), R"({"active":false})"), "disable_account");
  EXPECT_EQ(command_for(john(), R"({"active":"False"})"), "disable_account");
  User disabled = john();
  disabled.is_active = false;
  EXPECT_EQ(command_for(disabled, R"({"active":true})"), "enable_account");
}

TEST(ScimUser, KeepsTheParticularsThatARequestLeavesOut) {
  const auto command = change_user(john(), wanted(R"({"name":{"familyName":"Dow"}})"), envelope);
  const auto& update = std::get<UpdateSubordinate>((*command)->body);
  EXPECT_EQ(update.profile, (Profile{"Dow", "John", "", "07/04", "john.doe@mass.net", "02302"}));
  EXPECT_EQ(update.provider, mercy);
  EXPECT_EQ(update.services, ServiceList{"manage_referrals"});
  EXPECT_EQ(update.pin, "");
  EXPECT_EQ((*command)->request.expected_version, 7U);
}

TEST(ScimUser, ThatWouldTakeTwoCommandsIsRefusedWhole) {
  EXPECT_EQ(command_for(john(), R"({"active":false,"name":{"familyName":"Dow"}})"), "invalidValue");
  EXPECT_EQ(command_for(john(), R"({"active":false,"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"services":[]}})"),
            "invalidValue");
}

TEST(ScimUser, KeepsItsUsernameAndItsProvider) {
  EXPECT_EQ(command_for(john(), R"({"userName":"other"})"), "mutability");
  EXPECT_EQ(command_for(john(), R"({"userName":"john.doe@MASS.net"})"), "nothing") << "identity providers know people by their address";
  EXPECT_EQ(command_for(john(), R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"provider":"110067890B"}})"), "mutability");
}

TEST(ScimUser, OfAnotherHomeCannotBeProbedForItsParticulars) {
  User elsewhere = john();
  elsewhere.shows_particulars = false;
  elsewhere.provider = harbor;
  for (const std::string zip : {"02302", "99999"})  // Right or wrong, it is told the same.
    EXPECT_EQ(command_for(elsewhere, R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":")" + zip + "\"}}"),
              "forbidden");
  EXPECT_EQ(command_for(elsewhere, R"({"userName":"john.doe@mass.net"})"), "mutability");
  EXPECT_EQ(command_for(elsewhere, R"({"userName":"guess@mass.net"})"), "mutability");
  EXPECT_EQ(command_for(elsewhere, R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"services":["x"]}})"),
            "assign_services");
}

TEST(ScimUser, ShowsTheParticularsToWhoMaySeeThemAndNeverAPin) {
  const std::string text = json::serialize(user_resource(john()));
  EXPECT_NE(text.find("john.doe@mass.net"), std::string::npos);
  EXPECT_EQ(text.find("pin"), std::string::npos);
  User elsewhere = john();
  elsewhere.shows_particulars = false;
  const std::string less = json::serialize(user_resource(elsewhere));
  for (const std::string_view hidden : {"john.doe@mass.net", "07/04", "02302"}) EXPECT_EQ(less.find(hidden), std::string::npos);
  EXPECT_NE(less.find("Doe"), std::string::npos);
}

TEST(ScimUser, ThatIsSentBackAsItWasShownChangesNothing) {
  EXPECT_EQ(command_for(john(), json::serialize(user_resource(john()))), "nothing");
}

TEST(ScimUser, OfSeveralAddressesHasThePrimaryOneOrThatOfWork) {
  EXPECT_EQ(wanted(R"({"emails":[{"value":"a","type":"home"},{"value":"b","primary":true}]})").email, "b");
  EXPECT_EQ(wanted(R"({"emails":[{"value":"a","type":"Work"},{"value":"b","type":"home"}]})").email, "a");
  EXPECT_FALSE(read_user(json::parse(R"({"emails":[{"value":"a"},{"value":"b"}]})").as_object()).has_value());
  EXPECT_FALSE(read_user(json::parse(R"({"emails":["a"]})").as_object()).has_value());
}

TEST(ScimUser, OfAWrongTypeIsRefused) {
  for (const std::string_view text : {R"({"active":"perhaps"})", R"({"active":1})", R"({"userName":7})", R"({"name":{"familyName":[]}})",
                                      R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"services":[1]}})",
                                      R"({"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"provider":"x"}})"})
    EXPECT_FALSE(read_user(json::parse(text).as_object()).has_value()) << text;
  EXPECT_TRUE(read_user(json::parse(R"({"name":"Doe","password":"secret","title":5})").as_object()).has_value())
      << "what there is no place for is not looked at";
}

TEST(ScimUser, LosesByAPatchOnlyWhatItCanBeWithout) {
  User user = john();
  user.profile.middle_initial = "Q";
  const json::object before = user_resource(user);
  const auto without = [&](std::string_view attribute) {
    json::object after = before;
    after.erase(attribute);
    after["urn:ietf:params:scim:schemas:extension:muniment:2.0:User"].as_object().erase(attribute);
    return read_patched_user(before, after);
  };
  EXPECT_FALSE(without("emails").has_value());
  EXPECT_FALSE(without("zip").has_value());
  EXPECT_FALSE(without("name").has_value());
  EXPECT_EQ(without("services")->services, std::vector<std::string>{});
  json::object after = before;
  after["name"].as_object().erase("middleName");
  EXPECT_EQ(read_patched_user(before, after)->middle_name, "");
}

}  // namespace
}  // namespace muniment::scim
