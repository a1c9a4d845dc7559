#include "commands/retention.h"

#include <limits>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RetentionTest : public Ledger {
 protected:
  // When the retention time of jdoe ends if it is so many years.
  std::string until(std::uint8_t years, std::string_view left_at) {
    given(Asked{policy({}, [&](schema::Policy::Builder out) { out.setRetentionYears(years); }), by(officer)});
    let_pass(std::chrono::nanoseconds(Timestamp::parse(left_at).value().ns - now().ns) - std::chrono::seconds(1));
    given(was_removed(mercy, mhughes, jdoe));  // A second later.
    return retained_until(account(jdoe), sight()).value().text();
  }
};

TEST_F(RetentionTest, HasNotBegunWhileThereIsALink) { EXPECT_FALSE(retained_until(account(jdoe), sight())); }

TEST_F(RetentionTest, IsTenYearsWhereThePolicySaysNothing) {
  given(was_removed(mercy, mhughes, jdoe));
  const auto end = retained_until(account(jdoe), sight()).value();
  EXPECT_EQ(end.text(), "2034" + now().text().substr(4));
}

TEST_F(RetentionTest, BeginsWhenTheLastLinkEndsWithItsProvider) {
  given(was_closed(mercy));
  const auto end = retained_until(account(jdoe), sight()).value();
  EXPECT_EQ(end.text(), "2034" + now().text().substr(4));
  EXPECT_FALSE(retained_until(account(sstone), sight())) << "has a link at a provider that is open";
}

TEST_F(RetentionTest, EndsOnTheSameDayOfTheYearAtTheSameTime) { EXPECT_EQ(until(7, "2025-06-30T23:59:59.5Z"), "2032-06-30T23:59:59.5Z"); }

TEST_F(RetentionTest, EndsOnTheLastOfFebruaryWhereItBeganOnALeapDay) {
  EXPECT_EQ(until(1, "2028-02-29T12:00:00Z"), "2029-02-28T12:00:00Z");
}

TEST_F(RetentionTest, DoesNotEndBeyondWhatATimeCanSay) {
  EXPECT_EQ(until(100, "2200-01-01T00:00:00Z"), Timestamp{std::numeric_limits<std::int64_t>::max()}.text());
}

}  // namespace
}  // namespace muniment::test
