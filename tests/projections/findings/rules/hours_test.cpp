#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Hours : public FindingsTest {
 protected:
  void change_at(const char* time) {
    story.at(time_of(time));
    by("ann1");
    story.assigned(mercy, "bob1", {"service" + std::to_string(++services_)});
  }
  void set_policy(const char* zone, const char* from, const char* to) {
    story.policy().setTimeZone(zone);
    if (*from != 0) story.policy().setWorkFrom(from);
    if (*to != 0) story.policy().setWorkTo(to);
    story.policy_set(mercy);
  }

 private:
  int services_ = 0;
};

TEST_F(Hours, AtAWeekendAreFoundByDayWhereNoPolicySaysOthers) {
  change_at("2023-12-29T23:59:59Z");  // Friday.
  change_at("2023-12-30T00:00:00Z");  // 5, Saturday.
  change_at("2023-12-30T11:00:00Z");  // 6
  change_at("2023-12-31T23:59:59Z");  // 7, Sunday.
  change_at("2024-01-01T00:00:00Z");  // Monday.
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-30 act x2 5 6", "ann1 2023-12-31 act x1 7"));
}

TEST_F(Hours, AreThoseOfTheProvidersOwnClock) {
  set_policy("America/New_York", "08:00", "17:00");
  change_at("2023-07-05T11:59:59Z");  // 5: 07:59 in summer.
  change_at("2023-07-05T12:00:00Z");
  change_at("2023-12-06T12:59:59Z");  // 7: 07:59 in winter.
  change_at("2023-12-06T13:00:00Z");
  change_at("2023-12-06T21:59:59Z");
  change_at("2023-12-06T22:00:00Z");  // 10: 17:00.
  change_at("2023-12-30T02:00:00Z");  // 11: Friday evening there, Saturday elsewhere.
  EXPECT_THAT(found(Rule::out_of_hours),
              ElementsAre("ann1 2023-07-05 act x1 5", "ann1 2023-12-06 act x2 7 10", "ann1 2023-12-29 act x1 11"));
}

TEST_F(Hours, OfAShiftOverMidnightAreThoseOutsideOfIt) {
  set_policy("UTC", "22:00", "06:00");
  change_at("2023-12-06T05:59:59Z");
  change_at("2023-12-06T06:00:00Z");  // 6
  change_at("2023-12-06T22:00:00Z");
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-06 act x1 6"));
}

TEST_F(Hours, OfAShiftOverMidnightAreThoseOfTheDayOnWhichItBegan) {
  set_policy("UTC", "22:00", "06:00");
  change_at("2023-12-09T02:00:00Z");  // Saturday: Friday's shift.
  change_at("2023-12-10T23:00:00Z");  // 6, Sunday.
  change_at("2023-12-11T02:00:00Z");  // 7, Monday: nobody's.
  change_at("2023-12-11T22:00:00Z");
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-10 act x1 6", "ann1 2023-12-11 act x1 7"));
}

TEST_F(Hours, ThatEndWhenTheyBeginAreAllDay) {
  set_policy("UTC", "08:00", "08:00");
  change_at("2023-12-06T03:00:00Z");
  change_at("2023-12-09T12:00:00Z");  // 6, Saturday.
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-09 act x1 6"));
}

TEST_F(Hours, AreCountedAsOfTheMomentAskedAbout) {
  for (const char* time : {"2023-12-30T01:00:00Z", "2023-12-30T02:00:00Z", "2023-12-30T03:00:00Z"}) change_at(time);  // 4 to 6
  EXPECT_THAT(found(Rule::out_of_hours, time_of("2023-12-30T02:00:00Z")), ElementsAre("ann1 2023-12-30 act x2 4 5"));
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-30 act x3 4 5 6"));
}

TEST_F(Hours, OfAZoneThatIsNoneAreThoseOfUtc) {
  set_policy("Atlantis/Nowhere", "", "");
  change_at("2023-12-30T00:00:00Z");
  change_at("2023-12-29T23:59:59Z");
  EXPECT_THAT(found(Rule::out_of_hours), ElementsAre("ann1 2023-12-30 act x1 5"));
}

TEST_F(Hours, AreNotThoseOfAWeekOfWork) {
  set_policy("Europe/Berlin", "07:00", "19:00");
  for (const char* time : {"2024-01-01T06:00:00Z", "2024-01-02T12:00:00Z", "2024-01-05T17:59:59Z"}) change_at(time);
  EXPECT_THAT(found(Rule::out_of_hours, {}, true), IsEmpty());
}

}  // namespace
}  // namespace muniment
