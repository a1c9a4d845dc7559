// Patches, with the examples of RFC 7644, 3.5.2, and what identity providers send.
#include "tools/scim/patch.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

json::object jensen() {
  return json::parse(R"({
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id": "bjensen", "userName": "bjensen", "active": true,
    "name": {"familyName": "Jensen", "givenName": "Barbara"},
    "emails": [{"type": "work", "value": "bjensen@example.com"}, {"type": "home", "value": "babs@jensen.org"}],
    "groups": [{"value": "g1"}],
    "urn:ietf:params:scim:schemas:extension:muniment:2.0:User": {"zip": "02139", "services": ["manage_referrals"]}
  })")
      .as_object();
}

json::object group() { return json::parse(R"({"id": "g", "displayName": "G", "members": [{"value": "a"}, {"value": "b"}]})").as_object(); }

std::expected<json::object, Error> after(const json::object& resource, const std::string& operations) {
  return patched(resource,
                 json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" + operations + "]}"));
}

// Of one attribute, as JSON, after one operation on the person; or the type of the error.
std::string becomes(const std::string& operation, std::string_view attribute, const json::object& resource = jensen()) {
  const auto out = after(resource, operation);
  if (!out) return std::string{out.error().type};
  const json::value* value = find_member(*out, attribute);
  return value == nullptr ? "absent" : json::serialize(*value);
}

TEST(ScimPatch, AddsMembersAsTheRfcHasIt) {
  EXPECT_EQ(becomes(R"({"op":"add","path":"members","value":[{"display":"Babs","$ref":"u","value":"c"}]})", "members", group()),
            R"([{"value":"a"},{"value":"b"},{"display":"Babs","$ref":"u","value":"c"}])");
  EXPECT_EQ(becomes(R"({"op":"add","path":"members","value":[{"value":"b"}]})", "members", group()), R"([{"value":"a"},{"value":"b"}])");
}

TEST(ScimPatch, AddsSeveralAttributesWithoutAPathAsTheRfcHasIt) {
  const auto out = after(jensen(), R"({"op":"add","value":{"emails":[{"value":"new@jensen.org","type":"other"}],"nickname":"Babs"}})");
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->at("nickname").as_string(), "Babs");
  EXPECT_EQ(out->at("emails").as_array().size(), 3U);
}

TEST(ScimPatch, RemovesAsTheRfcHasIt) {
  EXPECT_EQ(becomes(R"({"op":"remove","path":"members"})", "members", group()), "absent");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"members[value eq \"a\"]"})", "members", group()), R"([{"value":"b"}])");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"emails[type eq \"work\" and value ew \"example.com\"]"})", "emails"),
            R"([{"type":"home","value":"babs@jensen.org"}])");
}

TEST(ScimPatch, ReplacesMembersByRemovingAndAddingAsTheRfcHasIt) {
  const auto out =
      after(group(), R"({"op":"remove","path":"members"},{"op":"add","path":"members","value":[{"value":"d"},{"value":"e"}]})");
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(json::serialize(out->at("members")), R"([{"value":"d"},{"value":"e"}])");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"members","value":[{"value":"d"}]})", "members", group()), R"([{"value":"d"}])");
}

TEST(ScimPatch, ReplacesOneValueAndOnePartOfItAsTheRfcHasIt) {
  EXPECT_EQ(
      becomes(R"({"op":"replace","path":"emails[type eq \"work\"]","value":{"type":"work","value":"b@x.org","primary":true}})", "emails"),
      R"([{"type":"work","value":"b@x.org","primary":true},{"type":"home","value":"babs@jensen.org"}])");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"b@x.org"})", "emails"),
            R"([{"type":"work","value":"b@x.org"},{"type":"home","value":"babs@jensen.org"}])");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"emails[type eq \"other\"].value","value":"b@x.org"})", "emails"), "noTarget");
}

TEST(ScimPatch, KeepsThePartsOfAnAttributeThatAreNotNamed) {
  EXPECT_EQ(becomes(R"({"op":"replace","path":"name","value":{"familyName":"Kim"}})", "name"),
            R"({"familyName":"Kim","givenName":"Barbara"})");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"name.familyName","value":"Kim"})", "name"), R"({"familyName":"Kim","givenName":"Barbara"})");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"name.givenName"})", "name"), R"({"familyName":"Jensen"})");
}

TEST(ScimPatch, TakesWhatAzureSends) {
  EXPECT_EQ(becomes(R"({"op":"Replace","path":"active","value":"False"})", "active"), R"("False")");
  EXPECT_EQ(
      becomes(R"({"op":"Add","path":"emails[type eq \"other\"].value","value":"b@x.org"})", "emails"),
      R"([{"type":"work","value":"bjensen@example.com"},{"type":"home","value":"babs@jensen.org"},{"type":"other","value":"b@x.org"}])");
  EXPECT_EQ(becomes(R"({"op":"Replace","value":{"name.givenName":"Kim","active":true}})", "name"),
            R"({"familyName":"Jensen","givenName":"Kim"})");
  EXPECT_EQ(becomes(R"({"op":"Remove","path":"members","value":[{"value":"a"}]})", "members", group()), R"([{"value":"b"}])");
}

TEST(ScimPatch, TakesWhatOktaSends) {
  EXPECT_EQ(becomes(R"({"op":"replace","value":{"active":false}})", "active"), "false");
  EXPECT_EQ(becomes(R"({"op":"replace","value":{"id":"g","displayName":"G"}})", "displayName", group()), R"("G")");
}

TEST(ScimPatch, ReachesIntoTheExtension) {
  constexpr auto person_urn = "urn:ietf:params:scim:schemas:extension:muniment:2.0:User";
  EXPECT_EQ(
      becomes(R"({"op":"replace","path":"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:zip","value":"02140"})", person_urn),
      R"({"zip":"02140","services":["manage_referrals"]})");
  EXPECT_EQ(becomes(R"({"op":"add","path":"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:services","value":["x"]})", person_urn),
            R"({"zip":"02139","services":["manage_referrals","x"]})");
  EXPECT_EQ(becomes(R"({"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":"02140"}}})", person_urn),
            R"({"zip":"02140","services":["manage_referrals"]})");
  EXPECT_EQ(
      becomes(R"({"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"division":"x"}}})", "active"),
      "true")
      << "what there is no place for is not looked at";
}

TEST(ScimPatch, TakesWhatIsNotThereForRemoved) {
  EXPECT_EQ(becomes(R"({"op":"remove","path":"members[value eq \"z\"]"})", "members", group()), R"([{"value":"a"},{"value":"b"}])");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"nickName"})", "active"), "true");
}

TEST(ScimPatch, RefusesWhatIsNone) {
  EXPECT_EQ(becomes(R"({"op":"move","path":"active","value":true})", "active"), "invalidSyntax");
  EXPECT_EQ(becomes(R"({"path":"active","value":true})", "active"), "invalidSyntax");
  EXPECT_EQ(becomes(R"({"op":"remove"})", "active"), "noTarget");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"active"})", "active"), "invalidValue");
  EXPECT_EQ(becomes(R"({"op":"replace","value":5})", "active"), "invalidValue");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"a b","value":1})", "active"), "invalidPath");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"emails[type is 1].value","value":1})", "active"), "invalidPath");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"emails[type eq \"work\"]value","value":1})", "active"), "invalidPath");
  EXPECT_FALSE(patched(jensen(), json::parse("[]")).has_value());
  EXPECT_FALSE(patched(jensen(), json::parse(R"({"Operations":[]})")).has_value());
}

TEST(ScimPatch, ChangesNothingThatIsReadOnly) {
  EXPECT_EQ(becomes(R"({"op":"replace","path":"id","value":"x"})", "id"), "mutability");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"groups"})", "groups"), "mutability");
  EXPECT_EQ(becomes(R"({"op":"replace","value":{"id":"x"}})", "id"), "mutability");
}

TEST(ScimPatch, ChangesNothingThatTheSchemasCallReadOnly) {
  EXPECT_EQ(becomes(R"({"op":"replace","path":"displayName","value":"H"})", "displayName", group()), "mutability");
  EXPECT_EQ(becomes(R"({"op":"remove","path":"displayName"})", "displayName", group()), "mutability");
  for (const std::string operation :
       {R"({"op":"replace","path":"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:home","value":"110067890B"})",
        R"({"op":"add","value":{"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":"02140","home":"110067890B"}}})",
        R"({"op":"replace","path":"displayName","value":"Somebody Else"})", R"({"op":"replace","path":"meta.version","value":"9"})"})
    EXPECT_EQ(becomes(operation, "active"), "mutability") << operation;
}

TEST(ScimPatch, TakesWhatIsReadOnlyWhereItSaysWhatIsSo) {
  EXPECT_EQ(becomes(R"({"op":"replace","path":"id","value":"bjensen"})", "id"), R"("bjensen")");
  EXPECT_EQ(becomes(R"({"op":"replace","value":{"groups":[{"value":"g1"}]}})", "groups"), R"([{"value":"g1"}])");
  EXPECT_EQ(becomes(R"({"op":"replace","path":"displayName","value":"Kim Jensen"},{"op":"replace","path":"name.givenName","value":"Kim"})",
                    "name"),
            R"({"familyName":"Jensen","givenName":"Kim"})")
      << "an identity provider changes both, in any order";
}

TEST(ScimPatch, IsDoneWholeOrNotAtAll) {
  const json::object before = jensen();
  EXPECT_FALSE(after(before, R"({"op":"replace","path":"active","value":false},{"op":"replace","path":"id","value":"x"})").has_value());
  EXPECT_EQ(before, jensen());
}

TEST(ScimJson, RefusesATextThatACommandWouldEndIn) {
  for (const std::string_view text : {R"({"name":"Ann\u0000Smith"})", R"({"a":[{"b":"\u0000"}]})", R"({"a\u0000":1})"}) {
    const auto out = parse_json(text);
    ASSERT_FALSE(out.has_value()) << text;
    EXPECT_EQ(out.error().type, "invalidValue");
    EXPECT_EQ(out.error().detail.find("Ann"), std::string::npos);
  }
  EXPECT_TRUE(parse_json(R"({"name":"Ann\\u0000Smith"})").has_value()) << "a backslash and letters";
  EXPECT_EQ(becomes(R"({"op":"add","path":"members[value eq \"a\\u0000\"]","value":{}})", "members", group()), "invalidPath");
}

TEST(ScimJson, RefusesAMemberThatStandsThereTwice) {
  EXPECT_TRUE(parse_json(R"({"a":{"b":1},"b":{"b":2}})").has_value());
  for (const std::string_view text :
       {R"({"active":true,"active":false})", R"({"active":true,"Active":false})", R"([{"a":{"b":1,"B":1}}])"}) {
    const auto out = parse_json(text);
    ASSERT_FALSE(out.has_value()) << text;
    EXPECT_EQ(out.error().type, "invalidSyntax");
  }
  EXPECT_FALSE(parse_json("{").has_value());
  EXPECT_FALSE(parse_json(std::string(10'000, '[')).has_value());
}

}  // namespace
}  // namespace muniment::scim
