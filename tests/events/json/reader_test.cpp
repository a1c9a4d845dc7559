#include "events/json/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "events/values/bytes.h"
#include "sample_json.h"

namespace muniment {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view numbers_low =
    R"({"i8":-128,"i16":-32768,"i32":-2147483648,"i64":"-9223372036854775808","u8":0,"u16":0,"u32":0,"u64":"0","yes":true,"no":false})";
constexpr std::string_view numbers_high =
    R"({"i8":127,"i16":32767,"i32":2147483647,"i64":"9223372036854775807","u8":255,"u16":65535,"u32":4294967295,)"
    R"("u64":"18446744073709551615","yes":true,"no":false})";
constexpr std::string_view shape_head = R"({"name":"n","last":true,)";

std::string replaced(std::string_view text, std::string_view old, std::string_view with) {
  std::string out(text);
  const auto at = out.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? out : out.replace(at, old.size(), with);
}

// With white space wherever JSON allows some. The text has no escapes.
std::string spaced(std::string_view compact) {
  std::string out = " \n";
  bool in_string = false;
  for (const char c : compact) {
    if (c == '"') in_string = !in_string;
    out.push_back(c);
    if (!in_string) out.append(" \t\r\n");
  }
  return out;
}

// ---- values

TEST(JsonReader, ReadsTheLimitsOfEveryInteger) {
  EXPECT_EQ(rewritten<sample::Numbers>(numbers_low), numbers_low);
  EXPECT_EQ(rewritten<sample::Numbers>(numbers_high), numbers_high);
}

TEST(JsonReader, ReadsEveryIntegerFromANumberAndFromItsText) {
  const std::string all_numbers = R"({"i8":-8,"i16":-16,"i32":-32,"i64":-64,"u8":8,"u16":16,"u32":32,"u64":64,"yes":true,"no":false})";
  const std::string all_texts =
      R"({"i8":"-8","i16":"-16","i32":"-32","i64":"-64","u8":"8","u16":"16","u32":"32","u64":"64","yes":true,"no":false})";
  const std::string form = replaced(replaced(all_numbers, "-64", R"("-64")"), ":64", R"(:"64")");
  EXPECT_EQ(rewritten<sample::Numbers>(all_numbers), form);
  EXPECT_EQ(rewritten<sample::Numbers>(all_texts), form);
  EXPECT_EQ(rewritten<sample::Numbers>(replaced(numbers_high, R"("18446744073709551615")", "18446744073709551615")), numbers_high);
  EXPECT_EQ(rewritten<sample::Numbers>(replaced(numbers_low, R"("-9223372036854775808")", "-9223372036854775808")), numbers_low);
}

TEST(JsonReader, RefusesIntegersThatTheFieldCannotHold) {
  const auto with = [](std::string_view old, std::string_view now) { return refusal<sample::Numbers>(replaced(numbers_low, old, now)); };
  EXPECT_EQ(with("-128", "-129"), "i8: expected a whole number from -128 to 127");
  EXPECT_EQ(with("-128", "128"), "i8: expected a whole number from -128 to 127");
  EXPECT_EQ(with("-32768", "-32769"), "i16: expected a whole number from -32768 to 32767");
  EXPECT_EQ(with("-2147483648", "2147483648"), "i32: expected a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(with(R"("u8":0)", R"("u8":256)"), "u8: expected a whole number from 0 to 255");
  EXPECT_EQ(with(R"("u8":0)", R"("u8":-1)"), "u8: expected a whole number from 0 to 255");
  EXPECT_EQ(with(R"("u16":0)", R"("u16":"65536")"), "u16: expected a whole number from 0 to 65535");
  EXPECT_EQ(with(R"("u32":0)", R"("u32":4294967296)"), "u32: expected a whole number from 0 to 4294967295");
  EXPECT_EQ(with(R"("u64":"0")", R"("u64":"-1")"), "u64: expected a whole number from 0 to 18446744073709551615");
  EXPECT_EQ(with(R"("u64":"0")", R"("u64":"18446744073709551616")"), "u64: expected a whole number from 0 to 18446744073709551615");
  EXPECT_EQ(with(R"("-9223372036854775808")", R"("-9223372036854775809")"),
            "i64: expected a whole number from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(with(R"("-9223372036854775808")", "9223372036854775808"),
            "i64: expected a whole number from -9223372036854775808 to 9223372036854775807");
}

TEST(JsonReader, NamesThePathOfANumberThatNoFieldCouldHold) {
  for (const std::string_view number :
       {"18446744073709551616", "-9223372036854775809", "1e400", "100000000000000000000000000000", "01", "1.", "-", "-01"}) {
    EXPECT_EQ(refusal<sample::Numbers>(replaced(numbers_low, R"("u64":"0")", fmt::format(R"("u64":{})", number))),
              "u64: expected a whole number from 0 to 18446744073709551615")
        << number;
  }
  EXPECT_EQ(refusal<sample::Lists>(R"({"words":["\"18446744073709551616"],"points":[{"x":1,"y":2},{"x":1,"y":18446744073709551616}]})"),
            "points[1].y: expected a whole number from -2147483648 to 2147483647");
  EXPECT_EQ(refusal<sample::Point>(R"({"x":1x,"y":2})"), "the document is not valid JSON");
  EXPECT_EQ(refusal<sample::Point>(R"({"x":18446744073709551616,"y":2)"), "the document is not valid JSON");
}

TEST(JsonReader, RefusesFractionsAndExponentsEvenWhenTheyAreWhole) {
  for (const std::string_view number : {"1.0", "1e3", "0.5", "1E0", "-0.0", R"("1.0")", R"("1e3")"})
    EXPECT_EQ(refusal<sample::Point>(fmt::format(R"({{"x":{},"y":2}})", number)),
              "x: expected a whole number from -2147483648 to 2147483647")
        << number;
}

TEST(JsonReader, RefusesOtherSpellingsOfAnIntegerInText) {
  EXPECT_EQ(refusal<sample::Point>(R"({"x":"0","y":"-1"})"), "accepted");
  for (const std::string_view text : {"", " 1", "1 ", "+1", "01", "00", "-0", "-01", "-", "--1", "0x1", "1_000", "\\u0000", "1\\u0000"})
    EXPECT_EQ(refusal<sample::Point>(fmt::format(R"({{"x":"{}","y":2}})", text)),
              "x: expected a whole number from -2147483648 to 2147483647")
        << text;
}

TEST(JsonReader, ReadsEveryFormOfAValue) {
  auto message = read<sample::Values>(
      R"({"text":"Nu\u00f1ez \ud83d\ude00 \"\\\/\b\f\n\r\t","colour":"dark_blue","moment":"2020-04-02T12:32:23.25+02:00","id":"00aB","blob":"+/8=",)"
      R"("long_name":""})");
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_EQ(std::string(message->root.getText().cStr()), "Nuñez 😀 \"\\/\b\f\n\r\t");
  EXPECT_EQ(message->root.getColour(), sample::Colour::DARK_BLUE);
  EXPECT_EQ(message->root.getMoment(), 1'585'823'543'250'000'000);
  EXPECT_EQ(to_hex({message->root.getId().begin(), message->root.getId().size()}), "00ab");
  EXPECT_EQ(to_hex({message->root.getBlob().begin(), message->root.getBlob().size()}), "fbff");
  EXPECT_TRUE(message->root.hasLongName());
}

TEST(JsonReader, SaysWhatItExpectedAndNeverWhatItFound) {
  constexpr std::string_view good = R"({"text":"t","colour":"red","moment":"2020-04-02T10:32:23Z","id":"00","blob":"","long_name":"l"})";
  ASSERT_EQ(refusal<sample::Values>(good), "accepted");
  const auto with = [&](std::string_view old, std::string_view now) { return refusal<sample::Values>(replaced(good, old, now)); };
  for (const std::string_view wrong : {"7", "null", "true", "[]", "{}", R"(["SECRET"])"})
    EXPECT_EQ(with(R"("t")", wrong), "text: expected text") << wrong;
  for (const std::string_view wrong : {R"("SECRET")", R"("darkBlue")", R"("Red")", R"("")", "0", "null"})
    EXPECT_EQ(with(R"("red")", wrong), "colour: expected one of red, dark_blue, none") << wrong;
  for (const std::string_view wrong : {R"("SECRET")", R"("2020-04-31T10:32:23Z")", R"("2020-04-02T10:32:23")", "1585823543", "null"})
    EXPECT_EQ(with(R"("2020-04-02T10:32:23Z")", wrong), "moment: expected a time such as 2020-04-02T10:32:23Z") << wrong;
  for (const std::string_view wrong : {R"("0")", R"("SECRET")", R"("0 ")", "0", "null"})
    EXPECT_EQ(with(R"("00")", wrong), "id: expected hexadecimal digits") << wrong;
  for (const std::string_view wrong : {R"("SECRET")", R"("AA=")", R"("AB==")", "[1]", "null"})
    EXPECT_EQ(with(R"("blob":"")", fmt::format(R"("blob":{})", wrong)), "blob: expected Base64") << wrong;
}

TEST(JsonReader, ReadsGroupsThatAreOneValue) {
  EXPECT_EQ(rewritten<sample::Identified>(
                R"({"provider":"000012345 b","before":9,"id":"000102030405060708090A0B0C0D0E0F","the_entity":"999999999Z"})"),
            R"({"before":9,"id":"000102030405060708090a0b0c0d0e0f","provider":"000012345B","the_entity":"999999999Z"})");
}

TEST(JsonReader, RefusesWhatIsNoIdAndNoProvider) {
  const auto with_id = [](const std::string& id) {
    return refusal<sample::Identified>(R"({"before":1,"provider":"000012345B","id":)" + id + "}");
  };
  EXPECT_EQ(with_id(R"("00000000000000000000000000000001")"), "accepted") << "the control";
  for (const char* id : {R"("00000000000000000000000000000000")", R"("0001")", R"("0000000000000000000000000000000100")", R"("zz")", "7"}) {
    EXPECT_EQ(with_id(id), "id: expected 32 hexadecimal digits, not all of them 0");
  }
  EXPECT_EQ(refusal<sample::Identified>(R"({"before":1,"id":"00000000000000000000000000000001"})"), "provider: is missing");
  for (const char* provider : {R"("12345B")", R"("0000123456")", R"("")", "12345"}) {
    const std::string text = R"({"before":1,"id":"00000000000000000000000000000001","provider":)" + std::string{provider} + "}";
    EXPECT_EQ(refusal<sample::Identified>(text), "provider: expected nine digits and a letter");
  }
}

TEST(JsonReader, ReadsABooleanFromNothingElse) {
  for (const std::string_view wrong : {"1", "0", R"("true")", "null", "[]"})
    EXPECT_EQ(refusal<sample::Numbers>(replaced(numbers_low, R"("yes":true)", fmt::format(R"("yes":{})", wrong))),
              "yes: expected true or false")
        << wrong;
}

TEST(JsonReader, KeepsDefaultsApartFromValues) {
  EXPECT_EQ(rewritten<sample::Defaults>(R"({"count":0,"on":false})"), R"({"count":0,"on":false})");
  EXPECT_EQ(rewritten<sample::Defaults>(R"({"count":7,"on":true})"), R"({"count":7,"on":true})");
  EXPECT_EQ(refusal<sample::Defaults>(R"({"on":true})"), "count: is missing");
}

TEST(JsonReader, ReadsListsOfEveryElement) {
  constexpr std::string_view lists =
      R"({"words":["a","","b\\"],"points":[{"x":0,"y":0},{"x":-1,"y":0}],"bytes":[0,255],"shorts":[-1,32767],"longs":["-1","1"],)"
      R"("words32":[4294967295],"colours":["none","dark_blue"],"flags":[true,false,true],"ids":["01",""],)"
      R"("moments":["1970-01-01T00:00:00Z","1970-01-01T00:00:01Z"]})";
  EXPECT_EQ(rewritten<sample::Lists>(lists), lists);
  constexpr std::string_view empty =
      R"({"words":[],"points":[],"bytes":[],"shorts":[],"longs":[],"words32":[],"colours":[],"flags":[],"ids":[],"moments":[]})";
  EXPECT_EQ(rewritten<sample::Lists>(empty), empty);
  const auto with = [&](std::string_view name, std::string_view now) {
    return refusal<sample::Lists>(replaced(empty, fmt::format(R"("{}":[])", name), fmt::format(R"("{}":{})", name, now)));
  };
  EXPECT_EQ(with("words", R"(["a",1])"), "words[1]: expected text");
  EXPECT_EQ(with("words", R"(["a",["b"]])"), "words[1]: expected text");
  EXPECT_EQ(with("words", R"({"a":"b"})"), "words: expected a list");
  EXPECT_EQ(with("words", R"("a")"), "words: expected a list");
  EXPECT_EQ(with("words", "null"), "words: expected a list");
  EXPECT_EQ(with("points", R"([{"x":1,"y":1},7])"), "points[1]: expected an object");
  EXPECT_EQ(with("points", R"([{"x":1,"y":1},{"x":1}])"), "points[1].y: is missing");
  EXPECT_EQ(with("points", R"([{"x":1,"y":1,"z":1}])"), "points[0].z: is unknown");
  EXPECT_EQ(with("bytes", "[0,1,256]"), "bytes[2]: expected a whole number from 0 to 255");
  EXPECT_EQ(with("colours", R"(["green"])"), "colours[0]: expected one of red, dark_blue, none");
  EXPECT_EQ(with("flags", "[true,0]"), "flags[1]: expected true or false");
  EXPECT_EQ(with("ids", R"(["00","0"])"), "ids[1]: expected hexadecimal digits");
  EXPECT_EQ(with("moments", "[0]"), "moments[0]: expected a time such as 2020-04-02T10:32:23Z");
}

TEST(JsonReader, ReadsAListAsLongAsTheDocumentAllows) {
  std::string text = R"({"one":"red","many":[)";
  constexpr unsigned count = 100'000;
  for (unsigned i = 0; i < count; ++i) text += i == 0 ? R"("none")" : R"(,"none")";
  text += "]}";
  auto message = read<sample::Colours>(text);
  ASSERT_TRUE(message) << message.error().message();
  ASSERT_EQ(message->root.getMany().size(), count);
  EXPECT_EQ(message->root.getMany()[count - 1], sample::Colour::NONE);
}

// ---- which fields

TEST(JsonReader, ReadsFieldsInAnyOrderAndWithWhiteSpace) {
  const std::string form = R"({"text":"t","colour":"red","moment":"2020-04-02T10:32:23Z","id":"00","blob":"","long_name":"l"})";
  EXPECT_EQ(rewritten<sample::Values>(R"({"long_name":"l","blob":"","id":"00","moment":"2020-04-02T10:32:23Z","colour":"red","text":"t"})"),
            form);
  EXPECT_EQ(rewritten<sample::Values>(spaced(form)), form);
}

TEST(JsonReader, ReadsANameThatIsWrittenWithEscapes) {
  EXPECT_EQ(rewritten<sample::Point>(R"({"\u0078":1,"y":2})"), R"({"x":1,"y":2})");
  EXPECT_EQ(refusal<sample::Point>(R"({"\u0078":1,"x":1,"y":2})"), "x: appears twice");
  EXPECT_EQ(rewritten<sample::Request>(R"({"id":"i","t\u0079pe":"st\u006fp"})"), R"({"id":"i","type":"stop"})");
}

TEST(JsonReader, RefusesAMissingField) {
  EXPECT_EQ(refusal<sample::Point>("{}"), "x: is missing");
  EXPECT_EQ(refusal<sample::Point>(R"({"x":1})"), "y: is missing");
  EXPECT_EQ(refusal<sample::Flattened>(R"({"before":"","street":"","zip":"","width":0,"height":0,"frame":{"left":0},"after":""})"),
            "frame.top: is missing");
}

TEST(JsonReader, RefusesADuplicateField) {
  EXPECT_EQ(refusal<sample::Point>(R"({"x":1,"y":2,"x":1})"), "x: appears twice");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"text":"a","text":"a"})"), "text: appears twice");
  EXPECT_EQ(refusal<sample::Request>(R"({"id":"i","type":"stop","type":"stop"})"), "type: appears twice");
  EXPECT_EQ(refusal<sample::Request>(R"({"id":"i","type":"move","target":"t","street":"s","zip":"z","street":"s"})"),
            "street: appears twice");
}

TEST(JsonReader, RefusesAnUnknownFieldAndShowsItsNameOnlyIfItLooksLikeOne) {
  EXPECT_EQ(refusal<sample::Point>(R"({"x":1,"y":2,"zipCode_2":{"a":[1]}})"), "zipCode_2: is unknown");
  for (const std::string& name : {"Doe, Jane"s, "0123"s, ""s, "a b"s, "é"s, "x\\u0000"s, "\\n"s, std::string(41, 'a')})
    EXPECT_EQ(refusal<sample::Point>(fmt::format(R"({{"x":1,"y":2,"{}":3}})", name)), "the document has an unknown field") << name;
  EXPECT_EQ(refusal<sample::Optionals>(R"({"inner":{"x":1,"y":2,"Z":3}})"), "inner: has an unknown field");
}

TEST(JsonReader, TellsNamesApartThatDifferInOneCharacter) {
  for (const std::string_view name : {"tex", "texts", "Text", "tezt", "long-name", "longName", "long_nam", "long_namee"})
    EXPECT_THAT(refusal<sample::Values>(fmt::format(
                    R"({{"text":"t","colour":"red","moment":"2020-04-02T10:32:23Z","id":"00","blob":"","long_name":"l","{}":""}})", name)),
                HasSubstr("unknown"))
        << name;
}

TEST(JsonReader, LeavesAnAbsentOptionalFieldAtItsDefault) {
  auto message = read<sample::Optionals>("{}");
  ASSERT_TRUE(message) << message.error().message();
  const auto root = message->root.asReader();
  EXPECT_FALSE(root.hasText() || root.hasBlob() || root.hasWords() || root.hasInner());
  EXPECT_EQ(root.getCount(), 7u);
  EXPECT_EQ(root.getWhole(), 0xffffffffffffffffu);
  EXPECT_EQ(root.getNegative(), -3);
  EXPECT_TRUE(root.getOn());
  EXPECT_EQ(root.getColour(), sample::Colour::DARK_BLUE);
}

TEST(JsonReader, ReadsOptionalFieldsThatAreThere) {
  constexpr std::string_view all =
      R"({"text":"","blob":"","words":[],"inner":{"x":0,"y":0},"count":0,"whole":"0","negative":0,"on":false,"colour":"red",)"
      R"("moment":"1970-01-01T00:00:00.000000001Z"})";
  EXPECT_EQ(rewritten<sample::Optionals>(all), all);
  EXPECT_EQ(rewritten<sample::Optionals>(R"({"count":7,"on":true,"negative":-3})"), "{}");
}

TEST(JsonReader, RefusesTheNumberThatStandsForNone) {
  EXPECT_EQ(refusal<sample::Optionals>(R"({"whole":"18446744073709551615"})"),
            "whole: expected a whole number from 0 to 18446744073709551614");
  EXPECT_EQ(rewritten<sample::Optionals>(R"({"whole":"18446744073709551614"})"), R"({"whole":"18446744073709551614"})");
}

TEST(JsonReader, TakesNullForNoValue) {
  EXPECT_EQ(refusal<sample::Optionals>(R"({"text":null})"), "text: expected text");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"words":null})"), "words: expected a list");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"inner":null})"), "inner: expected an object");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"count":null})"), "count: expected a whole number from 0 to 4294967295");
}

// ---- flattened structs and groups

constexpr std::string_view flattened = R"({"before":"","street":"s","zip":"z","width":0,"height":1,"frame":{"left":4,"top":0},"after":""})";

TEST(JsonReader, LeavesAFlattenedOptionalStructNullWhenNoneOfItsFieldsIsThere) {
  auto message = read<sample::Flattened>(flattened);
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_FALSE(message->root.hasExtras());
  EXPECT_FALSE(message->root.hasWork());
  EXPECT_FALSE(message->root.hasDetail());
  EXPECT_TRUE(message->root.hasHome());
  EXPECT_EQ(message->root.getSize().getHeight(), 1);
  EXPECT_EQ(message->root.getFrame().getLeft(), 4);
}

TEST(JsonReader, AsksForAllOfAFlattenedOptionalStructWhenOneOfItsFieldsIsThere) {
  const auto with = [](std::string_view more) {
    return rewritten<sample::Flattened>(replaced(flattened, R"("width")", fmt::format(R"({},"width")", more)));
  };
  EXPECT_EQ(with(R"("work_street":"w")"), "work_zip: is missing");
  EXPECT_EQ(with(R"("work_floor":1)"), "work_street: is missing");
  EXPECT_THAT(with(R"("work_street":"w","work_zip":"z")"), HasSubstr(R"("zip":"z","work_street":"w","work_zip":"z","width")"));
  EXPECT_THAT(with(R"("weight":1)"), HasSubstr(R"("zip":"z","weight":1,"width")"));
  EXPECT_EQ(with(R"("detail_street":"d","detail_zip":"z")"), "detail_colour: is missing");
  EXPECT_EQ(with(R"("detail_colour":"red")"), "detail_street: is missing");
  EXPECT_THAT(with(R"("detail_colour":"red","detail_zip":"z","detail_street":"d")"),
              HasSubstr(R"("detail_colour":"red","detail_street":"d","detail_zip":"z","after")"));
}

TEST(JsonReader, AsksForTheFieldsOfAFlattenedRequiredStruct) {
  EXPECT_EQ(refusal<sample::Flattened>(replaced(flattened, R"("street":"s",)", "")), "street: is missing");
  EXPECT_EQ(refusal<sample::Flattened>(replaced(flattened, R"("street":"s","zip":"z",)", "")), "street: is missing");
  EXPECT_EQ(refusal<sample::Flattened>(replaced(flattened, R"("width":0,)", "")), "width: is missing");
}

// ---- unions

TEST(JsonReader, ReadsEveryCaseOfAUnion) {
  for (const std::string_view form :
       {R"({"name":"n","type":"nothing","last":true})", R"({"name":"n","type":"circle","radius":3,"last":true})",
        R"({"name":"n","type":"circle","radius":3,"label":"l","last":true})",
        R"({"name":"n","type":"square_box","radius":"wide","sides":[{"x":1,"y":2}],"last":true})",
        R"({"name":"n","type":"corner","x":0,"y":-4,"last":true})", R"({"name":"n","type":"label","label":"text","last":true})",
        R"({"name":"n","type":"hint","hint":"text","last":true})", R"({"name":"n","type":"hint","last":true})"})
    EXPECT_EQ(rewritten<sample::Shape>(form), form);
}

TEST(JsonReader, RemembersTheCaseOfAnAbsentOptionalValue) {
  auto message = read<sample::Shape>(R"({"name":"n","type":"hint","last":true})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->root.which(), sample::Shape::HINT);
  EXPECT_FALSE(message->root.hasHint());
}

TEST(JsonReader, FindsTheDiscriminatorWhereverItStands) {
  const std::string form = R"({"name":"n","type":"square_box","radius":"wide","sides":[],"last":true})";
  EXPECT_EQ(rewritten<sample::Shape>(R"({"radius":"wide","sides":[],"last":true,"name":"n","type":"square_box"})"), form);
  EXPECT_EQ(rewritten<sample::Shape>(R"({"type":"square_box","radius":"wide","sides":[],"last":true,"name":"n"})"), form);
}

TEST(JsonReader, GivesANameTheMeaningThatItHasInTheCase) {
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"circle","radius":"wide"}})", shape_head)),
            "radius: expected a whole number from 0 to 4294967295");
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"square_box","radius":3,"sides":[]}})", shape_head)), "radius: expected text");
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"nothing","radius":3}})", shape_head)), "radius: is unknown");
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"circle"}})", shape_head)), "radius: is missing");
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"label"}})", shape_head)), "label: is missing");
}

TEST(JsonReader, RefusesACaseThatItDoesNotKnow) {
  for (const std::string_view type : {"SECRET", "unknown", "box", "Circle", "circle ", "", "circle\\u0000"})
    EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":"{}","radius":3}})", shape_head, type)), "type: unknown kind of shape")
        << type;
  for (const std::string_view type : {"1", "null", R"(["circle"])"})
    EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"type":{},"radius":3}})", shape_head, type)), "type: expected text") << type;
  EXPECT_EQ(refusal<sample::Shape>(fmt::format(R"({}"radius":3}})", shape_head)), "type: is missing");
}

TEST(JsonReader, ReadsANamedUnionBesideOtherFields) {
  constexpr std::string_view move = R"({"id":"i","version":"3","type":"move","target":"t","street":"s","zip":"z","floor":2})";
  EXPECT_EQ(rewritten<sample::Request>(move), move);
  EXPECT_EQ(refusal<sample::Request>(replaced(move, R"(,"zip":"z")", "")), "zip: is missing");
  EXPECT_EQ(refusal<sample::Request>(replaced(move, R"("t")", "1")), "target: expected text");
  EXPECT_EQ(rewritten<sample::Request>(R"({"names":["a"],"target":"t","type":"re_name","id":"i"})"),
            R"({"id":"i","type":"re_name","target":"t","names":["a"]})");
}

TEST(JsonReader, ReadsAUnionsValueUnderItsOneName) {
  for (const std::string_view form :
       {R"({"value":{"kind":"unset"}})", R"({"value":{"kind":"number","is":-5}})", R"({"value":{"kind":"text","is":"five"}})",
        R"({"value":{"kind":"point","is":{"x":1,"y":0}}})", R"({"value":{"kind":"span","is":{"from":0,"to":2}}})"})
    EXPECT_EQ(rewritten<sample::Setting>(form), form);
  EXPECT_EQ(rewritten<sample::Setting>(R"({"value":{"is":"five","kind":"text"}})"), R"({"value":{"kind":"text","is":"five"}})");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":{"kind":"text","is":5}})"), "value.is: expected text");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":{"kind":"unset","is":5}})"), "value.is: is unknown");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":{"kind":"text","text":"five"}})"), "value.text: is unknown");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":{"is":5}})"), "value.kind: is missing");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":{"kind":"SECRET","is":5}})"), "value.kind: unknown kind of value");
  EXPECT_EQ(refusal<sample::Setting>(R"({"value":7})"), "value: expected an object");
}

TEST(JsonReader, ReadsAUnionInAFlattenedCaseOfAnother) {
  constexpr std::string_view deep = R"({"outer":"deep","deep_name":"d","deep_type":"circle","deep_radius":1,"deep_last":false,)"
                                    R"("second_name":"","second_type":"label","second_label":"s","second_last":false})";
  EXPECT_EQ(rewritten<sample::Nested>(deep), deep);
  EXPECT_EQ(rewritten<sample::Nested>(R"({"plain":"p","outer":"plain"})"), R"({"outer":"plain","plain":"p"})");
  EXPECT_EQ(refusal<sample::Nested>(replaced(deep, R"("deep_type":"circle",)", "")), "deep_type: is missing");
  EXPECT_EQ(refusal<sample::Nested>(replaced(deep, R"("deep_radius":1,)", "")), "deep_radius: is missing");
  EXPECT_EQ(refusal<sample::Nested>(replaced(deep, R"("second_name":"",)", "")), "second_name: is missing");
  EXPECT_EQ(refusal<sample::Nested>(replaced(deep, R"("second_type":"label","second_label":"s",)", "")), "second_type: is missing");
}

TEST(JsonReader, ReadsATreeAsDeepAsTheLimit) {
  const auto tree = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 1; i < depth; ++i) text += R"({"name":"n","next":)";
    text += R"({"name":"n"})";
    return text + std::string(depth - 1, '}');
  };
  EXPECT_EQ(rewritten<sample::Tree>(tree(16)), tree(16));
  EXPECT_EQ(refusal<sample::Tree>(tree(17)), "the document is nested deeper than 16 levels");
  EXPECT_EQ(refusal<sample::Tree>(tree(3), {.depth = 2}), "the document is nested deeper than 2 levels");
  EXPECT_EQ(refusal<sample::Tree>(tree(3), {.depth = 3}), "accepted");
}

TEST(JsonReader, NamesAPathThroughListsAndObjects) {
  EXPECT_EQ(refusal<sample::Tree>(R"({"name":"a","children":[{"name":"b"},{"name":"c","next":{"name":"d","children":[{"name":5}]}}]})"),
            "children[1].next.children[0].name: expected text");
}

// ---- documents that are no JSON, or hostile

TEST(JsonReader, RefusesADocumentThatIsNoObject) {
  for (const std::string_view text : {"[]", "7", R"("x")", "true", "null"})
    EXPECT_EQ(refusal<sample::Optionals>(text), "the document is no JSON object") << text;
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  EXPECT_EQ(refusal<sample::Optionals>("{}"), "accepted");
  for (const std::string_view text : {"{} x",
                                      "{}{}",
                                      "{},",
                                      "{\"text\":\"a\",}",
                                      "{'text':'a'}",
                                      "{text:\"a\"}",
                                      "{\"text\" \"a\"}",
                                      "{\"text\":}",
                                      "{\"text\":nul}",
                                      "{\"on\":True}",
                                      "{\"words\":[\"a\",]}",
                                      "{\"words\":[\"a\" \"b\"]}",
                                      "{\"words\":[\"a\"}",
                                      "{\"text\":\"a\tb\"}",
                                      "{\"text\":\"\\x\"}",
                                      "{\"text\":\"\\u12\"}",
                                      "/* */{}",
                                      "{\"count\":+1}",
                                      "{\"count\":NaN}",
                                      "\xef\xbb\xbf{}",
                                      "}",
                                      "{]"})
    EXPECT_EQ(refusal<sample::Optionals>(text), "the document is not valid JSON") << text;
  EXPECT_EQ(refusal<sample::Optionals>(""), "the document is empty");
  EXPECT_EQ(refusal<sample::Optionals>(" \n"), "the document is empty");
}

TEST(JsonReader, RefusesTextThatIsNoUtf8) {
  EXPECT_EQ(refusal<sample::Optionals>("{\"text\":\"\xc3\xb1\xf0\x9f\x98\x80\"}"), "accepted");
  for (const std::string& bytes : {"\xff"s, "\xc3"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xf5\x80\x80\x80"s, "\xe2\x28\xa1"s, "\x80"s}) {
    EXPECT_EQ(refusal<sample::Optionals>("{\"text\":\"" + bytes + "\"}"), "the document is not valid UTF-8");
    EXPECT_EQ(refusal<sample::Optionals>("{\"te" + bytes + "\":\"\"}"), "the document is not valid UTF-8");
  }
}

TEST(JsonReader, RefusesHalvesOfSurrogatePairs) {
  for (const std::string_view text : {R"(\ud83d)", R"(\ude00)", R"(\ud83dx)", R"(\ud83d\u0041)", R"(\ud83d\ud83d)", R"(\ude00\ud83d)"})
    EXPECT_EQ(refusal<sample::Optionals>(fmt::format(R"({{"text":"{}"}})", text)), "the document is not valid JSON") << text;
}

TEST(JsonReader, RefusesTheCharacterZero) {
  EXPECT_EQ(refusal<sample::Optionals>(R"({"text":"\u0001"})"), "accepted");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"text":"a\u0000"})"), "text: expected text without U+0000");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"words":["","\u0000"]})"), "words[1]: expected text without U+0000");
  EXPECT_EQ(refusal<sample::Optionals>(R"({"text\u0000":"a"})"), "the document has an unknown field");
  EXPECT_EQ(refusal<sample::Optionals>("{\"text\":\"a\0b\"}"s), "the document is not valid JSON");
  EXPECT_EQ(refusal<sample::Optionals>("{}\0"s), "the document is not valid JSON");
}

TEST(JsonReader, RefusesADocumentBeyondItsLimit) {
  const std::string text = R"({"x":1,"y":2})";
  EXPECT_EQ(refusal<sample::Point>(text, {.bytes = text.size()}), "accepted");
  EXPECT_EQ(refusal<sample::Point>(text, {.bytes = text.size() - 1}), "the document is larger than 12 bytes");
  EXPECT_THROW(JsonReader(capnp::Schema::from<sample::Point>(), {.bytes = (std::size_t{16} << 20) + 1}), std::invalid_argument);
}

TEST(JsonReader, RefusesEndlessNesting) {
  for (const std::string_view opening : {"[", R"({"next":)", R"({"children":[)"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += opening;
    EXPECT_THAT(refusal<sample::Tree>(text, {.bytes = 16 << 20}), testing::StartsWith("the document is n"));
  }
}

constexpr std::string_view long_document =
    R"({"name":"S\u0045CRET-1","children":[{"name":"SECRET-2 ñ"},{"name":"SECRET-3","next":{"name":"SECRET-4","children":[]}}]})";

TEST(JsonReader, RefusesADocumentCutAtAnyByte) {
  ASSERT_EQ(refusal<sample::Tree>(long_document), "accepted");
  for (std::size_t size = 0; size < long_document.size(); ++size)
    EXPECT_THAT(refusal<sample::Tree>(long_document.substr(0, size)), testing::StartsWith("the document is ")) << size;
}

TEST(JsonReader, NeverShowsAValueHoweverADocumentIsDamaged) {
  std::mt19937 random(20200402);
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(long_document);
    for (auto left = 1 + random() % 3; left > 0; --left) {
      constexpr std::string_view marks = R"("{}[],:0\-)";
      char& damaged = text[random() % text.size()];
      if (random() % 4 == 0) {
        damaged = static_cast<char>(random() % 256);
      } else {
        damaged = marks[random() % marks.size()];
      }
    }
    const std::string message = refusal<sample::Tree>(text);
    if (message != "accepted") ++refused;
    ASSERT_THAT(message, Not(HasSubstr("SECRET"))) << text;
  }
  EXPECT_GT(refused, 10'000u);
}

TEST(JsonReader, ReadsOnAfterARefusal) {
  JsonReader reader(capnp::Schema::from<sample::Point>());
  Message<sample::Point> bad;
  EXPECT_FALSE(reader.read(R"({"x":1})", bad.root));
  EXPECT_FALSE(reader.read(R"({"x":)", bad.root));
  Message<sample::Point> good;
  EXPECT_TRUE(reader.read(R"({"x":1,"y":2})", good.root));
  EXPECT_EQ(good.root.getY(), 2);
}

TEST(JsonReader, StopsAtABuilderOfAnotherSchema) {
  JsonReader reader(capnp::Schema::from<sample::Point>());
  Message<sample::Pair> other;
  EXPECT_DEATH((void)reader.read("{}", other.root), "broken invariant");
}

}  // namespace
}  // namespace muniment
