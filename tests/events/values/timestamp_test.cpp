#include "events/values/timestamp.h"

#include <gtest/gtest.h>

#include <ctime>
#include <limits>

#include "events/values/put_text.h"

namespace muniment {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::optional<std::int64_t> ns_of(std::string_view text) {
  const auto moment = Timestamp::parse(text);
  if (!moment) return std::nullopt;
  return moment->ns;
}

TEST(Timestamp, IsCountedFrom1970) {
  EXPECT_EQ(ns_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ns_of("1970-01-01T00:00:01Z"), second);
  EXPECT_EQ(ns_of("2020-04-02T10:32:23Z"), 1'585'823'543 * second);
  EXPECT_EQ(ns_of("2038-01-19T03:14:08Z"), 2'147'483'648 * second);
}

TEST(Timestamp, IsWrittenWithTheFractionsDigitsThatAreNeeded) {
  EXPECT_EQ(Timestamp{0}.text(), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Timestamp{1}.text(), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(Timestamp{500'000'000}.text(), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(Timestamp{120'000'000}.text(), "1970-01-01T00:00:00.12Z");
  EXPECT_EQ(Timestamp{999'999'999}.text(), "1970-01-01T00:00:00.999999999Z");
  EXPECT_EQ(Timestamp{1'585'823'543 * second + 1'000}.text(), "2020-04-02T10:32:23.000001Z");
}

TEST(Timestamp, IsWrittenBehindWhatIsThere) {
  std::string out = "at ";
  put_time(out, Timestamp{10'203'004});
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.010203004Z");
}

// Those of other formats' tools, as the C library has them.
TEST(Timestamp, IsWrittenAsTheCLibraryWritesIt) {
  for (std::int64_t s = -5'000'000'000; s < 9'000'000'000; s += 86'399 * 17) {
    const std::time_t time = s;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    ASSERT_EQ(Timestamp{s * second}.text(), text);
  }
}

TEST(Timestamp, IsReadWithOneToNineFractionDigits) {
  EXPECT_EQ(ns_of("1970-01-01T00:00:00.5Z"), 500'000'000);
  EXPECT_EQ(ns_of("1970-01-01T00:00:00.50Z"), 500'000'000);
  EXPECT_EQ(ns_of("1970-01-01T00:00:00.000000001Z"), 1);
  EXPECT_EQ(ns_of("1970-01-01T00:00:00.999999999Z"), 999'999'999);
  EXPECT_EQ(ns_of("1970-01-01T00:00:00.0Z"), 0);
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00.Z"));
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00.0000000001Z"));
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00,5Z"));
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00.5.5Z"));
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00.-5Z"));
}

TEST(Timestamp, IsReadWithAnOffset) {
  const auto noon = ns_of("2020-04-02T12:00:00Z");
  EXPECT_EQ(ns_of("2020-04-02T12:00:00+00:00"), noon);
  EXPECT_EQ(ns_of("2020-04-02T12:00:00-00:00"), noon);
  EXPECT_EQ(ns_of("2020-04-02T14:00:00+02:00"), noon);
  EXPECT_EQ(ns_of("2020-04-02T08:00:00-04:00"), noon);
  EXPECT_EQ(ns_of("2020-04-02T17:30:00.000+05:30"), noon);
  EXPECT_EQ(ns_of("2020-04-03T11:59:00+23:59"), noon);
  EXPECT_EQ(ns_of("2020-04-01T12:01:00-23:59"), noon);
}

TEST(Timestamp, CrossesAYearAndALeapDayByItsOffset) {
  EXPECT_EQ(Timestamp::parse("2021-01-01T00:30:00+01:00")->text(), "2020-12-31T23:30:00Z");
  EXPECT_EQ(Timestamp::parse("2020-02-29T23:30:00-01:00")->text(), "2020-03-01T00:30:00Z");
  EXPECT_EQ(Timestamp::parse("2020-03-01T00:30:00+01:00")->text(), "2020-02-29T23:30:00Z");
  EXPECT_EQ(Timestamp::parse("2021-03-01T00:30:00+01:00")->text(), "2021-02-28T23:30:00Z");
}

TEST(Timestamp, RefusesAnOffsetThatIsNone) {
  for (const std::string_view offset : {"",
                                        "+",
                                        "-",
                                        "+1",
                                        "+01",
                                        "+0100",
                                        "+01:",
                                        "+01:0",
                                        "+01:60",
                                        "+24:00",
                                        "+1:00",
                                        "+01:000",
                                        "+01:00Z",
                                        "Z+01:00",
                                        "ZZ",
                                        "Z ",
                                        " Z",
                                        "UTC",
                                        "+-1:00",
                                        "\xe2\x88\x92"
                                        "01:00",
                                        "++01:00"}) {
    EXPECT_FALSE(ns_of("2020-04-02T12:00:00" + std::string(offset))) << offset;
  }
}

TEST(Timestamp, AcceptsTheOtherSpellingsOfRfc3339) {
  const auto noon = ns_of("2020-04-02T12:00:00Z");
  EXPECT_EQ(ns_of("2020-04-02t12:00:00z"), noon);
  EXPECT_EQ(ns_of("2020-04-02 12:00:00Z"), noon);
}

TEST(Timestamp, IsTheFirstMomentOfADateAlone) {
  EXPECT_EQ(ns_of("2020-04-02"), ns_of("2020-04-02T00:00:00Z"));
  EXPECT_EQ(ns_of("1970-01-01"), 0);
}

TEST(Timestamp, KnowsLeapDays) {
  EXPECT_TRUE(ns_of("2020-02-29"));
  EXPECT_TRUE(ns_of("2000-02-29"));
  EXPECT_EQ(Timestamp::parse("2024-02-29T23:59:59Z")->text(), "2024-02-29T23:59:59Z");
  EXPECT_FALSE(ns_of("2021-02-29"));
  EXPECT_FALSE(ns_of("2100-02-29"));
  EXPECT_FALSE(ns_of("2200-02-29"));
  EXPECT_FALSE(ns_of("2020-02-30"));
}

TEST(Timestamp, RefusesADayThatDoesNotExist) {
  for (const std::string_view date :
       {"2020-00-01", "2020-13-01", "2020-01-00", "2020-01-32", "2020-04-31", "2020-06-31", "2020-09-31", "2020-11-31", "2020-99-99"}) {
    EXPECT_FALSE(ns_of(date)) << date;
    EXPECT_FALSE(ns_of(std::string(date) + "T00:00:00Z")) << date;
  }
}

TEST(Timestamp, RefusesATimeOfDayThatDoesNotExist) {
  EXPECT_TRUE(ns_of("2020-04-02T23:59:59Z"));
  for (const std::string_view clock : {"24:00:00", "23:60:00", "23:59:60", "12:00", "12", "", "1:00:00", "12:0:00", "12:00:0", "12:00:000",
                                       "120000", "-1:00:00", "12:00:0a", "12-00-00"}) {
    EXPECT_FALSE(ns_of("2020-04-02T" + std::string(clock) + "Z")) << clock;
  }
  EXPECT_FALSE(ns_of("2016-12-31T23:59:60Z")) << "a leap second";
}

TEST(Timestamp, RefusesWhatIsNoDate) {
  for (const std::string_view text : {"",
                                      "2",
                                      "2020",
                                      "2020-04",
                                      "2020-04-",
                                      "2020-4-2",
                                      "20-04-02",
                                      "20200402",
                                      "02020-04-02",
                                      "2020/04/02",
                                      "2020-04-02T",
                                      "2020-04-02Z",
                                      "2020-04-02 ",
                                      " 2020-04-02",
                                      "2020-04-02x12:00:00Z",
                                      "2020-04-02T12:00:00",
                                      "2020-W14-4",
                                      "2020-093",
                                      "+2020-04-02",
                                      "-020-04-02",
                                      "today",
                                      "2020-04-02T12:00:00Z\n",
                                      "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa0-04-02"}) {
    EXPECT_FALSE(ns_of(text)) << text;
  }
  EXPECT_FALSE(ns_of(std::string_view("2020-04-02\0", 11)));
}

TEST(Timestamp, LiesFrom1970To2261) {
  EXPECT_EQ(ns_of("1970-01-01"), 0);
  EXPECT_EQ(ns_of("2261-12-31T23:59:59.999999999Z"), 9'214'646'399'999'999'999);
  for (const std::string_view text :
       {"1969-12-31", "1969-12-31T23:59:59Z", "0000-01-01", "0001-01-01", "2262-01-01", "2262-04-11T23:47:16Z", "9999-12-31"}) {
    EXPECT_FALSE(ns_of(text)) << text;
  }
}

// What is read can be written and read again, so the limits hold for the moment too and not for the written year alone.
TEST(Timestamp, DoesNotLeaveItsYearsByItsOffset) {
  EXPECT_EQ(ns_of("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_FALSE(ns_of("1970-01-01T00:59:59.999999999+01:00"));
  EXPECT_FALSE(ns_of("1970-01-01T00:00:00+23:59"));
  EXPECT_TRUE(ns_of("2261-12-31T22:59:59.999999999-01:00"));
  EXPECT_FALSE(ns_of("2261-12-31T23:00:00-01:00"));
  EXPECT_FALSE(ns_of("2261-12-31T23:59:59-23:59"));
}

TEST(Timestamp, IsReadAsItWasWritten) {
  for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999'999}, second, 86'400 * second - 1,
                                951'782'400 * second, 1'585'823'543 * second + 7, std::int64_t{9'214'646'399'999'999'999}}) {
    EXPECT_EQ(ns_of(Timestamp{ns}.text()), ns) << Timestamp{ns}.text();
  }
  for (std::int64_t day = 0; day < 106'000; day += 13) {
    const std::int64_t ns = day * 86'400 * second + day * 7'919;
    ASSERT_EQ(ns_of(Timestamp{ns}.text()), ns) << Timestamp{ns}.text();
  }
}

// Foreign bytes can hold any number: writing it out must not fail.
TEST(Timestamp, IsWrittenForEveryNumber) {
  EXPECT_EQ(Timestamp{-1}.text(), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(Timestamp{-second}.text(), "1969-12-31T23:59:59Z");
  EXPECT_EQ(Timestamp{std::numeric_limits<std::int64_t>::max()}.text(), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(Timestamp{std::numeric_limits<std::int64_t>::min()}.text(), "1677-09-21T00:12:43.145224192Z");
}

TEST(Timestamp, IsOrderedByTime) {
  EXPECT_LT(*Timestamp::parse("2020-04-02T12:00:00+02:00"), *Timestamp::parse("2020-04-02T10:00:00.000000001Z"));
  EXPECT_EQ(*Timestamp::parse("2020-04-02T12:00:00+02:00"), *Timestamp::parse("2020-04-02T10:00:00Z"));
}

TEST(SystemNow, IsInTheTimesThatCanBeWritten) {
  const Timestamp now = system_now();
  EXPECT_GT(now, *Timestamp::parse("2024-01-01"));
  EXPECT_EQ(Timestamp::parse(now.text()), now);
}

}  // namespace
}  // namespace muniment
