#include "events/json/text_member.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

TEST(TextMember, IsFoundWhateverElseIsWrong) {
  EXPECT_EQ(text_member(R"({"nonsense":null,"id":"a\u00f1","list":[{"id":"inner"}]})", "id"), "a\xc3\xb1");
  EXPECT_EQ(text_member(R"( {"id":""} )", "id"), "");
}

TEST(TextMember, IsNotThereOrNotOne) {
  for (const char* json : {"", "nonsense", "[]", "7", R"({"id":"a")", R"({"id":7})", R"({"id":null})", R"({"other":"a"})",
                           R"({"id":"a","id":"b"})", R"({"id":"a\u0000"})", R"({"inner":{"id":"a"}})", "{\"id\":\"\xff\"}"}) {
    EXPECT_EQ(text_member(json, "id"), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace muniment
