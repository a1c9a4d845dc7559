#include "tools/scim/selection.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

json::object clerk() {
  return json::
      parse(R"({"schemas":["s"],"id":"b","userName":"b","name":{"familyName":"J","givenName":"B"},)"
            R"("emails":[{"value":"x","type":"work"}],"urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":"02139","home":"110012345A"}})")
          .as_object();
}

std::string selected(std::string_view attributes, std::string_view excluded = "") {
  const auto selection = Selection::parse(attributes, excluded);
  return selection ? json::serialize(selection->of(clerk())) : std::string{selection.error().type};
}

TEST(ScimSelection, ShowsAllWhereNothingIsAsked) { EXPECT_EQ(selected(""), json::serialize(clerk())); }

TEST(ScimSelection, ShowsWhatIsAskedForAndTheIdAlways) {
  EXPECT_EQ(selected("userName"), R"({"schemas":["s"],"id":"b","userName":"b"})");
  EXPECT_EQ(selected("USERNAME, name.givenName"), R"({"schemas":["s"],"id":"b","userName":"b","name":{"givenName":"B"}})");
  EXPECT_EQ(selected("name.givenName,name.familyName"), R"({"schemas":["s"],"id":"b","name":{"givenName":"B","familyName":"J"}})");
  EXPECT_EQ(selected("emails.value"), R"({"schemas":["s"],"id":"b","emails":[{"value":"x"}]})");
  EXPECT_EQ(selected("urn:ietf:params:scim:schemas:extension:muniment:2.0:User:zip"),
            R"({"schemas":["s"],"id":"b","urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"zip":"02139"}})");
}

TEST(ScimSelection, LeavesOutWhatIsExcludedAndTheIdNever) {
  EXPECT_EQ(selected("", "id,name,emails.type,urn:ietf:params:scim:schemas:extension:muniment:2.0:User"),
            R"({"schemas":["s"],"id":"b","userName":"b","emails":[{"value":"x"}]})");
}

TEST(ScimSelection, SaysWhatNeedNotBeLookedUp) {
  EXPECT_FALSE(Selection::parse("", "members")->shows("members"));
  EXPECT_FALSE(Selection::parse("displayName", "")->shows("members"));
  EXPECT_TRUE(Selection::parse("", "displayName")->shows("members"));
  EXPECT_TRUE(Selection::parse("members.value", "")->shows("members"));
}

TEST(ScimSelection, RefusesBothAtOnceAndWhatIsNoName) {
  EXPECT_EQ(selected("userName", "emails"), "invalidValue");
  EXPECT_EQ(selected("user name"), "invalidValue");
  EXPECT_EQ(selected("userName,,id"), "invalidValue");
}

}  // namespace
}  // namespace muniment::scim
