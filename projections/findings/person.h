// What the findings' writing side knows of an account: its state, its links, what it holds there, and which findings are open about that.
#pragma once

#include <string>
#include <vector>

#include "projections/event_ref.h"
#include "projections/findings/rule.h"
#include "projections/store/database.h"
#include "projections/text_hash.h"

namespace muniment::view {

// A service's number in this view.
using FindingService = std::uint32_t;
constexpr FindingService no_service = ~FindingService{0};

struct HeldFinding {
  FindingService service = no_service;
  EventRef granted;

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
  std::vector<HeldFinding> held;
  std::vector<OpenMark> marks;
  ActRun resets;  // Of the password, on the provider's word.

  const HeldFinding* find(FindingService service) const;
  bool operator==(const FindingLink&) const = default;
};

// What was taken away not long ago.
struct EndedGrant {
  PackedProvider provider = 0;
  FindingService service = no_service;
  EventRef ended;

  bool operator==(const EndedGrant&) const = default;
};

// Who once granted something to this account.
struct Granter {
  PackedProvider provider = 0;
  std::string username;
  Position position = 0;

  bool operator==(const Granter&) const = default;
};

struct FindingPerson {
  PackedProvider home = 0;
  bool has_home = false;
  bool locked = false;
  bool disabled = false;
  bool terminated = false;
  EventRef signed_in;  // The last time; position 0: never.
  std::vector<FindingLink> links;
  std::vector<EndedGrant> ended;
  std::vector<Granter> granters;
  std::string terms;  // The version that was accepted last.

  FindingLink* link(PackedProvider provider);
  bool is_active() const { return !locked && !disabled && !terminated; }
  bool operator==(const FindingPerson&) const = default;
};

std::string finding_person_key(std::string_view username);
void put_finding_person(std::string& out, const FindingPerson& person);
FindingPerson take_finding_person(std::string_view value);

}  // namespace muniment::view
