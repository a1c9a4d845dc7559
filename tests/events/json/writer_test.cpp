#include "events/json/writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "sample_json.h"

namespace muniment {
namespace {

TEST(JsonWriter, WritesWideIntegersAsText) {
  Message<sample::Numbers> message;
  message.root.setI8(std::numeric_limits<std::int8_t>::min());
  message.root.setI16(std::numeric_limits<std::int16_t>::min());
  message.root.setI32(std::numeric_limits<std::int32_t>::min());
  message.root.setI64(std::numeric_limits<std::int64_t>::min());
  message.root.setU8(std::numeric_limits<std::uint8_t>::max());
  message.root.setU16(std::numeric_limits<std::uint16_t>::max());
  message.root.setU32(std::numeric_limits<std::uint32_t>::max());
  message.root.setU64(std::numeric_limits<std::uint64_t>::max());
  message.root.setYes(true);
  EXPECT_EQ(written(message.root.asReader()),
            R"({"i8":-128,"i16":-32768,"i32":-2147483648,"i64":"-9223372036854775808",)"
            R"("u8":255,"u16":65535,"u32":4294967295,"u64":"18446744073709551615","yes":true,"no":false})");
}

TEST(JsonWriter, WritesEveryFormOfAValue) {
  Message<sample::Values> message;
  message.root.setText("Nuñez \"x\"\n");
  message.root.setColour(sample::Colour::DARK_BLUE);
  message.root.setMoment(1'585'823'543'250'000'000);
  message.root.setId(capnp::Data::Reader(reinterpret_cast<const capnp::byte*>("\x00\xAB"), 2));
  message.root.setBlob(capnp::Data::Reader(reinterpret_cast<const capnp::byte*>("\xfb\xff"), 2));
  message.root.setLongName("l");
  EXPECT_EQ(
      written(message.root.asReader()),
      R"({"text":"Nuñez \"x\"\n","colour":"dark_blue","moment":"2020-04-02T10:32:23.25Z","id":"00ab","blob":"+/8=","long_name":"l"})");
}

TEST(JsonWriter, WritesGroupsThatAreOneValue) {
  Message<sample::Identified> message;
  message.root.getId().setFirst(0x0706050403020100);
  message.root.getId().setLast(0x0f0e0d0c0b0a0908);
  message.root.getProvider().setNumber(12'345);
  message.root.getProvider().setLetter('B');
  EXPECT_EQ(written(message.root.asReader()), R"({"before":0,"id":"000102030405060708090a0b0c0d0e0f","provider":"000012345B"})");
  message.root.getMaybe().setLast(1);
  message.root.getEntity().setLetter('Z');
  EXPECT_EQ(written(message.root.asReader()),
            R"({"before":0,"id":"000102030405060708090a0b0c0d0e0f","maybe":"00000000000000000100000000000000",)"
            R"("provider":"000012345B","the_entity":"000000000Z"})");
}

TEST(JsonWriter, WritesAProviderThatIsNoneAsNothing) {
  Message<sample::Identified> message;
  message.root.getProvider().setNumber(1);
  message.root.getEntity().setLetter('a');
  EXPECT_EQ(written(message.root.asReader()), R"({"before":0,"id":"00000000000000000000000000000000","provider":"","the_entity":""})");
}

TEST(JsonWriter, WritesRequiredFieldsThatWereNeverSet) {
  Message<sample::Values> values;
  EXPECT_EQ(written(values.root.asReader()),
            R"({"text":"","colour":"red","moment":"1970-01-01T00:00:00Z","id":"","blob":"","long_name":""})");
  Message<sample::Defaults> defaults;
  EXPECT_EQ(written(defaults.root.asReader()), R"({"count":7,"on":true})");
}

TEST(JsonWriter, LeavesOutOptionalFieldsThatSayNothing) {
  Message<sample::Optionals> message;
  EXPECT_EQ(written(message.root.asReader()), "{}");
  message.root.setText("");
  message.root.initBlob(0);
  message.root.initWords(0);
  message.root.initInner();
  message.root.setCount(0);
  message.root.setWhole(0);
  message.root.setNegative(0);
  message.root.setOn(false);
  message.root.setColour(sample::Colour::RED);
  message.root.setMoment(1);
  EXPECT_EQ(written(message.root.asReader()),
            R"({"text":"","blob":"","words":[],"inner":{"x":0,"y":0},"count":0,"whole":"0","negative":0,"on":false,"colour":"red",)"
            R"("moment":"1970-01-01T00:00:00.000000001Z"})");
}

TEST(JsonWriter, WritesListsOfEveryElement) {
  Message<sample::Lists> message;
  auto lists = message.root;
  lists.setWords({"a", "", "b\\"});
  lists.initPoints(2)[1].setX(-1);
  lists.setBytes({0, 255});
  lists.setShorts({-1, 32767});
  lists.setLongs({-1, 1});
  lists.setWords32({4294967295u});
  lists.setColours({sample::Colour::NONE, sample::Colour::DARK_BLUE});
  lists.setFlags({true, false, true});
  lists.initIds(2).set(0, capnp::Data::Reader(reinterpret_cast<const capnp::byte*>("\x01"), 1));
  lists.setMoments({0, 1'000'000'000});
  EXPECT_EQ(written(lists.asReader()),
            R"({"words":["a","","b\\"],"points":[{"x":0,"y":0},{"x":-1,"y":0}],"bytes":[0,255],"shorts":[-1,32767],"longs":["-1","1"],)"
            R"("words32":[4294967295],"colours":["none","dark_blue"],"flags":[true,false,true],"ids":["01",""],)"
            R"("moments":["1970-01-01T00:00:00Z","1970-01-01T00:00:01Z"]})");
}

TEST(JsonWriter, PutsFlattenedFieldsBesideTheOthersInTheOrderOfTheSchema) {
  Message<sample::Flattened> message;
  message.root.setBefore("1");
  message.root.initHome().setStreet("Main");
  message.root.initExtras().setWeight(9);
  message.root.initWork().setFloor(3);
  message.root.getSize().setHeight(2);
  message.root.getFrame().setLeft(4);
  message.root.initDetail().initAddress().setZip("02302");
  message.root.setAfter("9");
  EXPECT_EQ(written(message.root.asReader()),
            R"({"before":"1","street":"Main","zip":"","weight":9,"work_street":"","work_zip":"","work_floor":3,"width":0,"height":2,)"
            R"("frame":{"left":4,"top":0},"detail_colour":"red","detail_street":"","detail_zip":"02302","after":"9"})");
}

TEST(JsonWriter, LeavesOutAFlattenedOptionalStructThatIsNull) {
  Message<sample::Flattened> message;
  EXPECT_EQ(written(message.root.asReader()),
            R"({"before":"","street":"","zip":"","width":0,"height":0,"frame":{"left":0,"top":0},"after":""})");
}

TEST(JsonWriter, WritesTheCaseOfAUnionWithItsFields) {
  Message<sample::Shape> message;
  message.root.setName("n");
  message.root.setNothing();
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"nothing","last":false})");
  message.root.initCircle().setRadius(3);
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"circle","radius":3,"last":false})");
  message.root.initBox().setRadius("wide");
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"square_box","radius":"wide","sides":[],"last":false})");
  message.root.initCorner().setY(-4);
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"corner","x":0,"y":-4,"last":false})");
  message.root.setLabel("text");
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"label","label":"text","last":false})");
  message.root.setHint("text");
  EXPECT_EQ(written(message.root.asReader()), R"({"name":"n","type":"hint","hint":"text","last":false})");
}

TEST(JsonWriter, WritesAUnionsValueUnderItsOneName) {
  Message<sample::Setting> message;
  EXPECT_EQ(written(message.root.asReader()), R"({"value":{"kind":"unset"}})");
  message.root.getValue().setNumber(-5);
  EXPECT_EQ(written(message.root.asReader()), R"({"value":{"kind":"number","is":-5}})");
  message.root.getValue().setText("five");
  EXPECT_EQ(written(message.root.asReader()), R"({"value":{"kind":"text","is":"five"}})");
  message.root.getValue().initPoint().setX(1);
  EXPECT_EQ(written(message.root.asReader()), R"({"value":{"kind":"point","is":{"x":1,"y":0}}})");
  message.root.getValue().initSpan().setTo(2);
  EXPECT_EQ(written(message.root.asReader()), R"({"value":{"kind":"span","is":{"from":0,"to":2}}})");
}

TEST(JsonWriter, WritesAUnionInAFlattenedCaseOfAnother) {
  Message<sample::Nested> message;
  auto deep = message.root.getOuter().initDeep();
  deep.setName("d");
  deep.initCircle().setRadius(1);
  message.root.initSecond().setLabel("s");
  EXPECT_EQ(written(message.root.asReader()), R"({"outer":"deep","deep_name":"d","deep_type":"circle","deep_radius":1,"deep_last":false,)"
                                              R"("second_name":"","second_type":"label","second_label":"s","second_last":false})");
}

TEST(JsonWriter, SaysThatACaseIsUnknownWhenTheMessageIsNewer) {
  Message<sample::NewerShape> message;
  message.root.setName("n");
  message.root.setStar("*");
  const auto older = capnp::AnyStruct::Reader(message.root.asReader()).as<sample::Shape>();
  std::string out;
  EXPECT_FALSE(JsonWriter(capnp::Schema::from<sample::Shape>()).write(older, out));
  EXPECT_EQ(out, R"({"name":"n","type":"unknown","last":false})");

  message.root.setLabel("known");
  out.clear();
  EXPECT_TRUE(JsonWriter(capnp::Schema::from<sample::Shape>()).write(older, out));
  EXPECT_EQ(out, R"({"name":"n","type":"label","label":"known","last":false})");
}

TEST(JsonWriter, WritesTheNumberOfAnEnumerantThatIsNewer) {
  Message<sample::NewerColours> message;
  message.root.setOne(sample::NewerColour::VIOLET);
  message.root.setMany({sample::NewerColour::RED, sample::NewerColour::VIOLET});
  std::string out;
  EXPECT_FALSE(JsonWriter(capnp::Schema::from<sample::Colours>())
                   .write(capnp::AnyStruct::Reader(message.root.asReader()).as<sample::Colours>(), out));
  EXPECT_EQ(out, R"({"one":3,"many":["red",3]})");
}

TEST(JsonWriter, WritesTheDefaultsOfFieldsThatTheMessageIsTooOldFor) {
  Message<sample::OlderPair> message;
  message.root.setA("a");
  EXPECT_EQ(written(capnp::AnyStruct::Reader(message.root.asReader()).as<sample::Pair>()), R"({"a":"a","b":"","c":5})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  Message<sample::Point> message;
  std::string out = "x{";
  JsonWriter(capnp::Schema::from<sample::Point>()).write(message.root.asReader(), out);
  EXPECT_EQ(out, R"(x{{"x":0,"y":0})");
}

TEST(JsonWriter, ThrowsAtAPointerOfAnotherKind) {
  Message<sample::Pair> message;
  auto pointers = capnp::toAny(message.root).getPointerSection();
  pointers[0].initAs<capnp::List<std::uint64_t>>(2);
  std::string out;
  EXPECT_THROW(JsonWriter(capnp::Schema::from<sample::Pair>()).write(message.root.asReader(), out), kj::Exception);
}

}  // namespace
}  // namespace muniment
