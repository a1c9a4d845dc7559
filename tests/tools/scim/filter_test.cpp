// Filters, with the examples of RFC 7644, 3.4.2.2.
#include "tools/scim/filter.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

json::object employee() {
  return json::parse(R"({
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id": "bjensen", "userName": "bjensen", "userType": "Employee", "title": "Tour Guide", "active": true, "logins": 7,
    "name": {"familyName": "O'Malley", "givenName": "Barbara"},
    "meta": {"lastModified": "2012-05-13T04:42:34Z"},
    "emails": [{"type": "work", "value": "bjensen@example.com"}, {"type": "home", "value": "babs@jensen.org"}],
    "ims": [{"type": "xmpp", "value": "someone@foo.com"}],
    "nicknames": ["Babs", "Barb"], "nothing": [],
    "urn:ietf:params:scim:schemas:extension:muniment:2.0:User": {"zip": "02139", "services": ["manage_referrals"]}
  })")
      .as_object();
}

bool matches(std::string_view text) {
  const auto filter = Filter::parse(text);
  EXPECT_TRUE(filter.has_value()) << text << ": " << (filter ? "" : filter.error().detail);
  return filter && filter->matches(employee());
}

std::string error_of(std::string_view text) {
  const auto filter = Filter::parse(text);
  if (filter) return "";
  EXPECT_EQ(filter.error().status, 400U);
  EXPECT_EQ(filter.error().type, "invalidFilter");
  return filter.error().detail;
}

TEST(ScimFilter, TakesTheExamplesOfTheRfc) {
  EXPECT_TRUE(matches(R"(userName eq "bjensen")"));
  EXPECT_TRUE(matches(R"(name.familyName co "O'Malley")"));
  EXPECT_FALSE(matches(R"(userName sw "J")"));
  EXPECT_FALSE(matches(R"(urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J")"));
  EXPECT_TRUE(matches("title pr"));
  EXPECT_TRUE(matches(R"(meta.lastModified gt "2011-05-13T04:42:34Z")"));
  EXPECT_TRUE(matches(R"(meta.lastModified ge "2011-05-13T04:42:34Z")"));
  EXPECT_FALSE(matches(R"(meta.lastModified lt "2011-05-13T04:42:34Z")"));
  EXPECT_FALSE(matches(R"(meta.lastModified le "2011-05-13T04:42:34Z")"));
  EXPECT_TRUE(matches(R"(title pr and userType eq "Employee")"));
  EXPECT_TRUE(matches(R"(title pr or userType eq "Intern")"));
  EXPECT_TRUE(matches(R"(schemas eq "urn:ietf:params:scim:schemas:core:2.0:User")"));
  EXPECT_TRUE(matches(R"(userType eq "Employee" and (emails co "example.com" or emails.value co "example.org"))"));
  EXPECT_FALSE(matches(R"(userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org"))"));
  EXPECT_TRUE(matches(R"(userType eq "Employee" and (emails.type eq "work"))"));
  EXPECT_TRUE(matches(R"(userType eq "Employee" and emails[type eq "work" and value co "@example.com"])"));
  EXPECT_TRUE(matches(R"(emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"])"));
}

TEST(ScimFilter, SaysWhetherItLooksAtAPartOfAnAttribute) {
  const auto looks = [](std::string_view text) { return Filter::parse(text).value().looks_at("meta", "lastModified"); };
  EXPECT_TRUE(looks(R"(meta.lastModified gt "2011")"));
  EXPECT_TRUE(looks(R"(urn:ietf:params:scim:schemas:core:2.0:User:META.LASTMODIFIED pr)"));
  EXPECT_TRUE(looks(R"(active eq true or not (title pr and meta[lastModified gt "2011" or version pr]))"));
  EXPECT_FALSE(looks(R"(meta.version pr and emails[lastModified pr])"));
  EXPECT_FALSE(looks("lastModified pr"));
}

TEST(ScimFilter, BindsNotBeforeAndBeforeOr) {
  EXPECT_TRUE(matches(R"(active eq true or active eq true and active eq false)"));
  EXPECT_FALSE(matches(R"((active eq true or active eq true) and active eq false)"));
  EXPECT_FALSE(matches(R"(not (active eq true) and active eq false or active eq false)"));
  EXPECT_TRUE(matches(R"(not(active eq false))"));
}

TEST(ScimFilter, ComparesNamesAndTextsWithoutCaseAndIdsExactly) {
  EXPECT_TRUE(matches(R"(USERNAME EQ "BJensen")"));
  EXPECT_TRUE(matches(R"(id eq "bjensen")"));
  EXPECT_FALSE(matches(R"(id eq "BJensen")"));
}

TEST(ScimFilter, LooksForAValueOfSeveralInOneOfThem) {
  EXPECT_FALSE(matches(R"(emails[type eq "home" and value co "@example.com"])"));
  EXPECT_TRUE(matches(R"(emails.type eq "home" and emails.value co "@example.com")"));
  EXPECT_TRUE(matches(R"(nicknames eq "barb")"));
  EXPECT_TRUE(matches(R"(nicknames[value eq "barb"])"));
  EXPECT_TRUE(matches(R"(emails[type eq "work"].value eq "bjensen@example.com")"));
  EXPECT_FALSE(matches(R"(emails[type eq "home"].value eq "bjensen@example.com")"));
}

TEST(ScimFilter, OfWhatIsNotThereIsUnequalAlone) {
  EXPECT_FALSE(matches(R"(nickName eq "x")"));
  EXPECT_TRUE(matches(R"(nickName ne "x")"));
  EXPECT_FALSE(matches("nickName pr"));
  EXPECT_FALSE(matches("nothing pr"));
  EXPECT_TRUE(matches("nickName eq null"));
  EXPECT_FALSE(matches("title eq null"));
  EXPECT_FALSE(matches(R"(name.middleName eq "x")"));
}

TEST(ScimFilter, ComparesNumbersAndTruth) {
  EXPECT_TRUE(matches("logins gt 6 and logins le 7 and logins ne 8"));
  EXPECT_FALSE(matches(R"(logins eq "7")"));
  EXPECT_TRUE(matches("active eq true"));
  EXPECT_TRUE(matches(R"(active eq "True")"));  // As Azure writes it.
  EXPECT_TRUE(matches("active ne false"));
}

TEST(ScimFilter, ReachesIntoTheExtension) {
  EXPECT_TRUE(matches(R"(urn:ietf:params:scim:schemas:extension:muniment:2.0:User:zip eq "02139")"));
  EXPECT_TRUE(matches(R"(urn:ietf:params:scim:schemas:extension:muniment:2.0:User:services eq "manage_referrals")"));
  EXPECT_TRUE(matches("urn:ietf:params:scim:schemas:extension:muniment:2.0:User pr"));
}

TEST(ScimFilter, SaysWhereItIsNoneAndWhatWasExpected) {
  EXPECT_EQ(error_of(""), "at character 1: expected the name of an attribute");
  EXPECT_EQ(error_of("userName"), "at character 9: expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr");
  EXPECT_EQ(error_of(R"(userName is "x")"), "at character 10: expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr");
  EXPECT_EQ(error_of("userName eq x"), "at character 13: expected a text in quotation marks, a number, true, false or null");
  EXPECT_EQ(error_of(R"(userName eq "x)"), "at character 13: expected a text in quotation marks, a number, true, false or null");
  EXPECT_EQ(error_of(R"(userName eq "x" userName)"), "at character 17: expected `and`, `or` or the end");
  EXPECT_EQ(error_of("(title pr"), "at character 10: expected `)`");
  EXPECT_EQ(error_of("not title pr"), "at character 1: expected `(` behind `not`");
  EXPECT_EQ(error_of(R"(emails[type eq "work")"), "at character 22: expected `]`");
  EXPECT_EQ(error_of(R"(emails[ims[type eq "work"]])"), "at character 11: expected no filter of values here");
  EXPECT_EQ(error_of("active gt true"), "at character 15: expected a text or a number behind this operator");
  EXPECT_EQ(error_of("logins co 7"), "at character 12: expected a text behind this operator");
  EXPECT_EQ(error_of(R"(urn:example:other:thing eq "x")"), "at character 1: expected the name of an attribute");
}

TEST(ScimFilter, IsNotDeeperOrLongerThanItMayBe) {
  EXPECT_EQ(error_of(std::string(100'000, '(')), "it is too long");
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "title pr" + std::string(depth, ')'); };
  EXPECT_EQ(error_of(nested(Filter::depth_max - 1)), "");
  EXPECT_NE(error_of(nested(Filter::depth_max)), "");
}

TEST(ScimFilter, SaysWhatItDemandsOfAnAttribute) {
  EXPECT_EQ(Filter::parse(R"(active eq true and userName eq "x")")->required("username"), "x");
  EXPECT_EQ(Filter::parse(R"(active eq true or userName eq "x")")->required("username"), std::nullopt);
  EXPECT_EQ(Filter::parse(R"(not (userName eq "x"))")->required("username"), std::nullopt);
}

}  // namespace
}  // namespace muniment::scim
