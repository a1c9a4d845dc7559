// What the findings' writing side knows of an account: its state, its links, what it holds there, and which findings are open about that.
#pragma once

#include <string>
#include <vector>

#include "projections/event_ref.h"
#include "projections/findings/rule.h"
#include "projections/store/database.h"

namespace muniment::view {

// A service's number in this view.
using FindingService = std::uint32_t;
constexpr FindingService no_service = ~FindingService{0};

struct HeldFinding {
  FindingService service = no_service;
  EventRef granted;
  EventRef used;  // The last time; position 0: never.

  bool operator==(const HeldFinding&) const = default;
};

// A finding about a link that is open. It ends with the link, or with this service there.
struct OpenMark {
  Rule rule{};
  std::uint64_t id = 0;
  std::uint64_t extra = 0;
  FindingService service = no_service;

  bool is_same_finding(const OpenMark& other) const { return rule == other.rule && id == other.id && extra == other.extra; }
  bool operator==(const OpenMark&) const = default;
};

// The last acts of a kind, as many as make a finding when they come within its window.
struct ActRun {
  struct Done {
    Timestamp at;
    Position position = 0;
    std::uint64_t about = 0;  // Of several about the same only the last is one of them; 0: each is.

    bool operator==(const Done&) const = default;
  };
  std::vector<Done> done;  // In the order of the events.
  Position opened = 0;     // By what the finding was opened that the last one belongs to; 0: it belongs to none.

  bool operator==(const ActRun&) const = default;
};

void put_run(std::string& out, const ActRun& run);
ActRun take_run(ByteReader& from);

struct FindingLink {
  PackedProvider provider = 0;
  EventRef started;
  Timestamp changed{};  // The latest time at which it began, or something was granted or revoked.
  std::vector<HeldFinding> held;
  std::vector<OpenMark> marks;
  ActRun resets;        // Of the password, on the provider's word.
  EventRef reported;    // First, that the person left; position 0: nobody did.
  EventRef said_left;   // The report that gives the time which counts.
  Timestamp left_at{};  // That time.

  HeldFinding* find(FindingService service);
  bool operator==(const FindingLink&) const = default;
};

// What was taken away not long ago.
struct EndedGrant {
  PackedProvider provider = 0;
  FindingService service = no_service;
  EventRef ended;

  bool operator==(const EndedGrant&) const = default;
};

// A link that ended not long ago: a report that the person had left by then may still come, or say that it was earlier.
struct EndedLink {
  PackedProvider provider = 0;
  EventRef started;
  EventRef ended;         // Or before that the account could not be used any more.
  bool was_late = false;  // By a report that is known.

  bool operator==(const EndedLink&) const = default;
};

// Who once granted something to this account.
struct Granter {
  PackedProvider provider = 0;
  std::string username;
  Position position = 0;

  bool operator==(const Granter&) const = default;
};

// A place that the account was signed in from, by a keyed number, and when.
struct SeenPlace {
  std::uint64_t place = 0;
  Timestamp at;
  Position position = 0;

  bool operator==(const SeenPlace&) const = default;
};

// A finding that a person's name made: where its row stands.
struct NamedFinding {
  PackedProvider provider = 0;
  Position opened = 0;

  bool operator==(const NamedFinding&) const = default;
};

struct FindingPerson {
  PackedProvider home = 0;
  bool has_home = false;
  bool locked = false;
  bool disabled = false;
  bool terminated = false;
  // The last time of each; position 0: never.
  EventRef signed_in;
  EventRef enabled;   // Became so again.
  EventRef stopped;   // Disabled or terminated.
  EventRef active;    // Neither locked, disabled nor terminated again.
  EventRef accepted;  // Terms.
  std::vector<FindingLink> links;
  std::vector<EndedLink> ended_links;  // In the order in which they ended.
  std::vector<EndedGrant> ended;
  std::vector<Granter> granters;
  std::string terms;  // The version that was accepted last.
  // What tells whether others have the same: keyed numbers, 0 where it is not known.
  std::uint64_t email = 0;
  std::uint64_t birth_day = 0;
  std::uint64_t pin = 0;
  bool has_generic_name = false;    // The person is called after a function.
  std::vector<NamedFinding> named;  // What was found by that: it is forgotten with the name.
  EventRef reset;                   // Of the password, the last one; position 0: never.
  std::vector<SeenPlace> places;    // The last few, with a few times of each.

  FindingLink* link(PackedProvider provider);
  bool is_enabled() const { return !disabled && !terminated; }
  bool is_active() const { return !locked && is_enabled(); }
  bool operator==(const FindingPerson&) const = default;
};

struct FindingPersonFormat {
  static std::string key(std::string_view username);
  static void put(std::string& out, const FindingPerson& person);
  static FindingPerson take(std::string_view value);
};

// Those of whom something is the same, by a keyed number of it: their usernames.
struct FindingNamesakes {
  std::vector<std::string> usernames;

  bool operator==(const FindingNamesakes&) const = default;
};

// Which rule looks for it, and the number.
std::string namesakes_of(Rule rule, std::uint64_t number);
struct FindingNamesakesFormat {
  static std::string key(std::string_view namesakes_of);
  static void put(std::string& out, const FindingNamesakes& namesakes);
  static FindingNamesakes take(std::string_view value);
};

// One for each link that there is, and for no other: who is linked at a provider.
std::string finding_member_key(PackedProvider provider, std::string_view username);

}  // namespace muniment::view
