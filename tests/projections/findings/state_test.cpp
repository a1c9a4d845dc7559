// The rows in which the findings' writing side keeps what it knows.
#include <gtest/gtest.h>

#include "projections/findings/newest.h"
#include "projections/findings/person.h"
#include "projections/findings/place.h"
#include "projections/findings/policy.h"

namespace muniment::view {
namespace {

// Reads back what was written, and refuses it cut off anywhere.
template <typename Value, typename Put, typename Take>
void survives(const Value& value, Put put, Take take) {
  std::string bytes;
  put(bytes, value);
  EXPECT_EQ(take(bytes), value);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_THROW(take(std::string_view{bytes}.substr(0, size)), Failed) << size;
}

TEST(FindingRows, OfAPersonReadAsTheyWereWritten) {
  FindingLink link;
  link.provider = 12;
  link.started = {3, Timestamp{4}, 0};
  link.changed = Timestamp{6};
  link.held = {{1, {5, Timestamp{6}, 2}, {}}, {2, {5, Timestamp{6}, 2}, {7, Timestamp{8}, 0}}};
  link.marks = {{Rule::self_granted, 3, 0, no_service}};
  link.resets = {{{Timestamp{7}, 8}}, 8};
  FindingLink left = link;
  left.reported = {9, Timestamp{10}, 0};
  left.said_left = {11, Timestamp{12}, 0};
  left.left_at = Timestamp{13};
  FindingPerson person;
  person.home = 12;
  person.has_home = person.locked = person.terminated = true;
  person.signed_in = {9, Timestamp{10}, 0};
  person.enabled = {14, Timestamp{15}, 0};
  person.accepted = {16, Timestamp{17}, 0};
  person.links = {link, left};
  person.ended_links = {{12, {3, Timestamp{4}, 0}, {5, Timestamp{6}, 0}, true}};
  person.ended = {{12, 1, {11, Timestamp{12}, 0}}};
  person.granters = {{12, "ann1", 13}};
  person.terms = "2024";
  person.email = 18;
  person.birth_day = 19;
  person.pin = 20;
  person.has_generic_name = true;
  person.named = {{12, 14}};
  person.reset = {21, Timestamp{22}, 0};
  person.places = {{23, Timestamp{24}, 25}};
  survives(person, FindingPersonFormat::put, FindingPersonFormat::take);
  survives(FindingPerson{}, FindingPersonFormat::put, FindingPersonFormat::take);
}

TEST(FindingRows, OfNamesakesReadAsTheyWereWritten) {
  survives(FindingNamesakes{{"ann1", "bo1"}}, FindingNamesakesFormat::put, FindingNamesakesFormat::take);
  EXPECT_NE(namesakes_of(Rule::same_email, 1), namesakes_of(Rule::same_birth_day_and_pin, 1));
}

TEST(FindingRows, OfAProviderAndAnActorReadAsTheyWereWritten) {
  FindingPlace place;
  place.registered = true;
  place.closed = {7, Timestamp{8}, 0};
  place.acts_for = {12, 13};
  place.organization = "Mercy";
  place.primary_user = "pu1";
  place.administrators = {{"b1", false}, {"b2", true}};
  place.meant_administrator = {1, 2};
  for (Position at = 1; at <= 40; ++at) place.sign_ins.add({at, Timestamp{100 - static_cast<std::int64_t>(at)}, 5});
  place.uses.add({3, Timestamp{4}, 5});
  place.no_backup = 6;
  place.first_move = {9, Timestamp{10}, 0};
  place.reconciled = {11, Timestamp{12}, 0};
  place.discrepancies = {{Rule::held_not_recorded, "ghost1", 3, {11, Timestamp{12}, 0}}};
  survives(place, FindingPlaceFormat::put, FindingPlaceFormat::take);
  FindingActor actor;
  actor.changes = {{{Timestamp{1}, 2}, {Timestamp{3}, 4}}, 4};
  survives(actor, FindingActorFormat::put, FindingActorFormat::take);
}

TEST(FindingRows, OfReportsKeepTheFirstOnesAndTheEarliest) {
  EarliestReports reports;
  EXPECT_TRUE(reports.is_empty());
  EXPECT_EQ(reports.earliest().position, 0U);
  for (Position at = 1; at <= 40; ++at) {
    const EventRef report{at, Timestamp{100 - static_cast<std::int64_t>(at)}, 0};
    ASSERT_TRUE(reports.would_be_earliest(report));
    reports.add(report);
    EXPECT_FALSE(reports.would_be_earliest(report)) << "the control";
    EXPECT_EQ(reports.earliest(), report);
  }
  std::string more;
  put_varint(more, 17);
  ByteReader from(more);
  EXPECT_THROW(take_reports(from), Failed) << "more than are kept";
}

TEST(FindingRows, OfWhatIsNewestReadAsTheyWereWritten) {
  survives(NewestFindings{Timestamp{7}, {8, 900}, true, {0, 1, 2, 300}}, put_newest_findings, take_newest_findings);
}

TEST(FindingRows, OfAPolicyReadAsTheyWereWritten) {
  PolicyVersion policy;
  policy.event = {8, Timestamp{9}, 0};
  policy.time_zone = "Europe/Berlin";
  policy.work_days = 31;
  policy.work_from = 0;
  policy.work_to = 1439;
  policy.incompatible = {{"claims", "referrals"}};
  policy.thresholds = {{Threshold::dormant_days, 7}};
  survives(policy, put_policy, [](std::string_view bytes) { return take_policy(8, bytes); });
}

}  // namespace
}  // namespace muniment::view
