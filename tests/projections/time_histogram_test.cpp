#include "projections/time_histogram.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Period = TimeHistogram::Period;
using Unit = TimeHistogram::Unit;

TimeHistogram histogram_of(const std::vector<const char*>& times) {
  TimeHistogram out;
  for (const char* time : times) out.add(time_of(time), false);
  return out;
}

TEST(TimeHistogramTest, OfNothingHasNoPeriods) { EXPECT_THAT(TimeHistogram{}.periods(), IsEmpty()); }

TEST(TimeHistogramTest, CountsWhatIsCloseTogetherByTheMinuteWithoutAGap) {
  TimeHistogram histogram = histogram_of({"2024-01-01T00:00:10Z", "2024-01-01T00:00:59.999999999Z", "2024-01-01T00:02:00Z"});
  histogram.add(time_of("2024-01-01T00:02:30Z"), true);
  EXPECT_THAT(histogram.periods(), ElementsAre(Period{time_of("2024-01-01T00:00:00Z"), time_of("2024-01-01T00:01:00Z"), 2, 0},
                                               Period{time_of("2024-01-01T00:01:00Z"), time_of("2024-01-01T00:02:00Z"), 0, 0},
                                               Period{time_of("2024-01-01T00:02:00Z"), time_of("2024-01-01T00:03:00Z"), 2, 1}));
}

TEST(TimeHistogramTest, TakesTheFinestUnitThatNeedsFewEnoughPeriods) {
  EXPECT_EQ(histogram_of({"2024-01-01T00:00:00Z", "2024-01-01T01:39:00Z"}).unit(), Unit::minute) << "a hundred minutes";
  EXPECT_EQ(histogram_of({"2024-01-01T00:00:00Z", "2024-01-01T01:40:00Z"}).unit(), Unit::hour);
  EXPECT_EQ(histogram_of({"2024-01-01T00:00:00Z", "2024-01-10T00:00:00Z"}).unit(), Unit::day);
  EXPECT_EQ(histogram_of({"2024-12-31T23:59:59Z", "2024-01-01T00:00:00Z"}).unit(), Unit::month) << "in any order";
  EXPECT_EQ(histogram_of({"1970-01-01T00:00:00Z", "2024-01-01T00:00:00Z"}).unit(), Unit::year);
}

TEST(TimeHistogramTest, KeepsTheCountsWhenTheUnitGrows) {
  TimeHistogram histogram;
  histogram.add(time_of("2024-02-29T12:00:00Z"), true);
  histogram.add(time_of("2024-02-29T13:59:00Z"), false);
  histogram.add(time_of("2023-02-01T00:00:00Z"), false);
  EXPECT_EQ(histogram.unit(), Unit::month);
  const auto periods = histogram.periods();
  ASSERT_EQ(periods.size(), 13U);
  EXPECT_EQ(periods.front(), (Period{time_of("2023-02-01T00:00:00Z"), time_of("2023-03-01T00:00:00Z"), 1, 0}));
  EXPECT_EQ(periods.back(), (Period{time_of("2024-02-01T00:00:00Z"), time_of("2024-03-01T00:00:00Z"), 2, 1}));
}

TEST(TimeHistogramTest, HoldsTheWholeOfTime) {
  TimeHistogram histogram;
  histogram.add(Timestamp{std::numeric_limits<std::int64_t>::min()}, false);
  histogram.add(Timestamp{-1}, false);
  histogram.add(Timestamp{std::numeric_limits<std::int64_t>::max()}, false);
  const auto periods = histogram.periods();
  ASSERT_EQ(periods.size(), 586U) << "1677 to 2262";
  EXPECT_EQ(periods[292], (Period{Timestamp{-31536000000000000}, Timestamp{0}, 1, 0})) << "1969";
  EXPECT_EQ(periods.back().to, Timestamp{std::numeric_limits<std::int64_t>::max()});
}

}  // namespace
}  // namespace muniment
