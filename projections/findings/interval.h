// A finding as the view keeps it: an interval with its evidence, and where its row stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/event_ref.h"
#include "projections/findings/rule.h"

namespace muniment::view {

enum class IntervalKind : std::uint8_t {
  condition = 0,  // It holds from `from` on, until it ends.
  due = 1,        // A wait (wait.h): it begins when the rule's first threshold has passed since `from`, unless it has ended before.
  act = 2,        // Something that was done, once or in a run; it does not end.
};

// Which row: of one rule, at one provider, of one account or actor, the one that began with this event (or of this day), about this.
struct IntervalName {
  PackedProvider provider = 0;
  Rule rule{};
  std::string subject;
  std::uint64_t id = 0;
  std::uint64_t extra = 0;  // Tells those apart that one event began, or what was known of one at several positions.

  bool operator==(const IntervalName&) const = default;
};

struct Interval {
  IntervalKind kind = IntervalKind::condition;
  EventRef opened;                 // The event that it is known since.
  Timestamp from;                  // When it began; of one that is due, what it is counted from.
  Timestamp last;                  // Of an act: its last event.
  std::optional<EventRef> ended;   // The event that ended it.
  bool corrected = false;          // That event says that it never was so: where it is known, there is no finding.
  std::uint64_t count = 1;         // Events that support it.
  std::vector<Position> evidence;  // Of those the first and the last ones.
  std::vector<EventRef> acts;      // Of an act all of them, up to acts_kept.
  std::string service;
  std::string other;    // Whom or what it is about besides.
  Position policy = 0;  // The policy that it was judged by; 0: the defaults.

  bool operator==(const Interval&) const = default;
};

// A condition that this event began.
Interval interval_of(const EventRef& event);

// Of the evidence so many positions are kept from each end.
constexpr std::size_t evidence_kept = 8;
void add_evidence(Interval& interval, Position position);
// Of an act so many events are kept with their times, so that it can be told how many there were at a moment. Of one that has more only
// the whole is known.
constexpr std::size_t acts_kept = 256;
// The first one that is added makes its count 1.
void add_act(Interval& interval, const EventRef& event);

// Keys: tag, then the name. `place` is what follows the tag, and orders answers.
std::string interval_place(const IntervalName& name);
std::string interval_key(TableTag tag, std::string_view place);
IntervalName take_interval_place(std::string_view place);

void put_interval(std::string& out, const Interval& interval);
Interval take_interval(std::string_view value);

}  // namespace muniment::view
