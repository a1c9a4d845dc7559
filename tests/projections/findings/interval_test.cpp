#include "projections/findings/interval.h"

#include <gmock/gmock.h>

namespace muniment::view {
namespace {

using testing::ElementsAre;

Interval sample() {
  Interval out;
  out.kind = IntervalKind::act;
  out.opened = {7, Timestamp{100}, 3};
  out.from = Timestamp{90};
  out.last = Timestamp{120};
  out.ended = EventRef{9, Timestamp{130}, 0};
  out.corrected = true;
  out.count = 4;
  out.evidence = {7, 8, 9};
  out.service = "claims";
  out.other = "ann1";
  out.policy = 5;
  out.acts = {{7, Timestamp{90}, 3}, {8, Timestamp{120}, 0}};
  return out;
}

TEST(Interval, ReadsWhatWasWritten) {
  Interval open = sample();
  open.ended.reset();
  for (const Interval& interval : {sample(), open}) {
    std::string bytes;
    put_interval(bytes, interval);
    EXPECT_EQ(take_interval(bytes), interval);
  }
  const IntervalName name{123, Rule::mass_changes, "outsider:Müller, K.", 77, 1};
  EXPECT_EQ(take_interval_place(interval_place(name)), name);
}

TEST(Interval, StandsInTheOrderOfProviderRuleAndSubject) {
  const IntervalName first{1, Rule::no_backup, "b", 500, 0};
  for (const IntervalName& later : {IntervalName{2, Rule::no_primary_user, "a", 1, 0}, IntervalName{1, Rule::dormant, "a", 1, 0},
                                    IntervalName{1, Rule::no_backup, "ba", 1, 0}, IntervalName{1, Rule::no_backup, "b", 501, 0},
                                    IntervalName{1, Rule::no_backup, "b", 500, 1}})
    EXPECT_LT(interval_place(first), interval_place(later));
}

TEST(Interval, CutOffAnywhereIsNoIntervalNorIsOneOfNoRule) {
  std::string bytes;
  put_interval(bytes, sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_THROW(take_interval(bytes.substr(0, size)), Failed) << size;
  std::string place = interval_place({1, Rule::dormant, "a", 1, 0});
  for (std::size_t size = 0; size < place.size(); ++size) EXPECT_THROW(take_interval_place(place.substr(0, size)), Failed) << size;
  for (const char none : {'\0', '\xff'}) {
    place[5] = none;
    EXPECT_THROW(take_interval_place(place), Failed);
  }
}

TEST(Interval, KeepsTheFirstAndTheLastEvidence) {
  Interval interval;
  for (Position position = 1; position <= 20; ++position) add_evidence(interval, position);
  EXPECT_THAT(interval.evidence, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16, 17, 18, 19, 20));
}

}  // namespace
}  // namespace muniment::view
