// What becomes a finding when enough time has passed: an account that is not signed in to, a service that is not used, terms that are not
// accepted, access that stays after somebody left.
//
// A wait stands in no row while it lasts: it follows from what is known of the account, on the writing side and when somebody asks. A row
// is written when it ends and could have been due by then.
#pragma once

#include <vector>

#include "projections/findings/interval.h"
#include "projections/findings/person.h"

namespace muniment::view {

struct Wait {
  Rule rule{};
  PackedProvider provider = 0;
  FindingService service = no_service;
  EventRef opened;         // The event that it is known since.
  Timestamp from;          // What it is counted from.
  Position evidence = 0;   // The event that says so.
  Position id = 0;         // The event that its finding is called by: as a rule the same that it is known since.
  Position past_link = 0;  // Where the link began, of one that had ended before it was known; 0: the link is there.

  bool operator==(const Wait&) const = default;
};

using Waits = std::vector<Wait>;

// Where its row stands when it has ended, and it in answers before that.
IntervalName name_of_wait(const Wait& wait, std::string_view username);

// Those of an account at one provider where it is linked, in no particular order.
void add_waits(const FindingPerson& person, const FindingLink& link, Waits& out);
// Of the accounts' whole lives; each rule's file has its own.
void add_dormancy(const FindingPerson& person, const FindingLink& link, Waits& out);
void add_unused(const FindingPerson& person, const FindingLink& link, Waits& out);
void add_terms(const FindingPerson& person, const FindingLink& link, Waits& out);
void add_leaving(const FindingPerson& person, const FindingLink& link, Waits& out);
void add_moving(const FindingPerson& person, const FindingLink& link, Waits& out);

// Since when something lasts that needs several things: the latest of them in time, known since the last of them was recorded.
class Since {
 public:
  explicit Since(const EventRef& first) : opened_(first), from_(first.at), evidence_(first.position) {}

  // Where it has happened (position 0: it has not).
  Since& and_since(const EventRef& event);
  // The same of what took effect at another time than the event that says so.
  Since& and_since(const EventRef& event, Timestamp at);

  Wait wait(Rule rule, const FindingLink& link, FindingService service = no_service) const {
    return {rule, link.provider, service, opened_, from_, evidence_, opened_.position, 0};
  }

 private:
  EventRef opened_;
  Timestamp from_;
  Position evidence_;
};

}  // namespace muniment::view
