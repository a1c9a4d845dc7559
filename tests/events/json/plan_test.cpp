// Which schemas have a JSON form.
#include "events/json/plan.h"

#include <capnp/schema.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/schema/event.capnp.h"
#include "tests/events/json/sample.capnp.h"

namespace muniment {
namespace {

using testing::HasSubstr;

template <typename T>
std::string why_refused() {
  try {
    JsonReader reader(capnp::Schema::from<T>());
    return "accepted";
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

TEST(JsonPlan, AcceptsTheSampleAndTheEvents) {
  EXPECT_EQ(why_refused<sample::Everything>(), "accepted");
  EXPECT_EQ(why_refused<schema::Event>(), "accepted");
  EXPECT_EQ(why_refused<schema::Personal>(), "accepted");
}

TEST(JsonPlan, NamesTheTypeAndTheFieldThatItRefuses) {
  EXPECT_EQ(why_refused<sample::HasFloat>(),
            "schema HasFloat, field bad: floating point has no exact JSON form; use an integer in a smaller unit");
}

TEST(JsonPlan, RefusesTypesWithoutAJsonForm) {
  EXPECT_THAT(why_refused<sample::HasVoid>(), HasSubstr("field bad: Void says nothing outside a union"));
  EXPECT_THAT(why_refused<sample::HasPlainData>(), HasSubstr("field bad: Data needs $Json.hex or $Json.base64"));
  EXPECT_THAT(why_refused<sample::HasAny>(), HasSubstr("field bad: its type has no JSON form"));
  EXPECT_THAT(why_refused<sample::HasListOfLists>(), HasSubstr("field bad: lists of lists have no JSON form"));
  EXPECT_THAT(why_refused<sample::HasTextDefault>(), HasSubstr("field bad: the default of a pointer has no JSON form"));
}

TEST(JsonPlan, RefusesAnnotationsWhereTheyMeanNothing) {
  EXPECT_THAT(why_refused<sample::HasTimeOnText>(), HasSubstr("field bad: $time is for Int64"));
  EXPECT_THAT(why_refused<sample::HasHexOnText>(), HasSubstr("field bad: $Json.hex and $Json.base64 are for Data"));
  EXPECT_THAT(why_refused<sample::HasFlattenedText>(), HasSubstr("field bad: only a struct or a group can be flattened"));
}

TEST(JsonPlan, RefusesGroupsThatAreNoIdAndNoProvider) {
  EXPECT_THAT(why_refused<sample::Identified>(), HasSubstr("accepted")) << "the control";
  EXPECT_THAT(why_refused<sample::HasShortId>(), HasSubstr("field bad: $id is for a group of two UInt64"));
  EXPECT_THAT(why_refused<sample::HasIdWithDefault>(), HasSubstr("field bad: $id is for a group of two UInt64"));
  EXPECT_THAT(why_refused<sample::HasProviderOfText>(), HasSubstr("field bad: $id is for a group of two UInt64"));
  EXPECT_THAT(why_refused<sample::HasOptionalGroup>(), HasSubstr("field bad: of groups only $id and $providerId can be $optional"));
}

TEST(JsonPlan, RefusesUnionsThatDoNotSayTheirCase) {
  EXPECT_THAT(why_refused<sample::HasPlainUnion>(), HasSubstr("field bad: its union needs $Json.discriminator"));
  EXPECT_THAT(why_refused<sample::HasUnknownCase>(), HasSubstr("field unknown: the name \"unknown\""));
  EXPECT_THAT(why_refused<sample::HasFlattenedValue>(), HasSubstr("field bad: a union with a valueName cannot have flattened cases"));
}

TEST(JsonPlan, RefusesTwoFieldsOfOneName) {
  EXPECT_THAT(why_refused<sample::HasClash>(), HasSubstr("two fields have the JSON name \"x\""));
  EXPECT_THAT(why_refused<sample::HasClashWithTag>(), HasSubstr("two fields have the JSON name \"type\""));
  EXPECT_THAT(why_refused<sample::HasClashWithCase>(), HasSubstr("two fields have the JSON name \"x\""));
}

TEST(JsonPlan, RefusesAnObjectWithoutAnEnd) {
  EXPECT_THAT(why_refused<sample::HasItself>(), HasSubstr("it must contain itself"));
  EXPECT_THAT(why_refused<sample::HasItselfFlattened>(), HasSubstr("spread over more than 8 structs"));
}

TEST(JsonPlan, IsTheSameForTheWriter) { EXPECT_THROW(JsonWriter(capnp::Schema::from<sample::HasFloat>()), std::invalid_argument); }

}  // namespace
}  // namespace muniment
