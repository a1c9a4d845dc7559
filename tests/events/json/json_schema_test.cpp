#include "events/json/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/events/json/sample.capnp.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JsonSchema, NamesMembersAndTheirFormsAsJsonHasThem) {
  const std::string schema = json_schema(capnp::Schema::from<sample::Values>());
  EXPECT_THAT(schema, testing::StartsWith(
                          R"({"type":"object","properties":{"text":{"type":"string"},"colour":{"enum":["red","dark_blue","none"]},)"));
  EXPECT_THAT(schema, HasSubstr(R"("moment":{"type":"string","format":"date-time"})"));
  EXPECT_THAT(schema, HasSubstr(R"("long_name":{"type":"string"})"));
  EXPECT_THAT(schema, HasSubstr(R"("required":["text","colour","moment","id","blob","long_name"])"));
}

TEST(JsonSchema, RequiresNothingThatMayBeLeftOut) {
  EXPECT_THAT(json_schema(capnp::Schema::from<sample::Optionals>()), Not(HasSubstr(R"("text","blob")")));
}

TEST(JsonSchema, TakesLargeNumbersAsTextToo) {
  const std::string schema = json_schema(capnp::Schema::from<sample::Numbers>());
  EXPECT_THAT(schema, HasSubstr(R"("u64":{"type":["string","integer"],"pattern":"^-?[0-9]+$"})"));
  EXPECT_THAT(schema, HasSubstr(R"("yes":{"type":"boolean"})"));
}

}  // namespace
}  // namespace muniment
