// What the findings' writing side knows of a provider, and of an actor there.
#pragma once

#include <string>
#include <vector>

#include "projections/event_ref.h"
#include "projections/findings/person.h"

namespace muniment::view {

struct FindingAdministrator {
  std::string username;
  bool usable = true;  // Neither locked, disabled nor terminated.

  bool operator==(const FindingAdministrator&) const = default;
};

struct FindingPlace {
  bool registered = false;
  bool closed = false;
  std::string organization;
  std::string primary_user;                          // Empty: none was ever assigned.
  bool primary_user_gone = false;                    // Terminated, or reported as having left.
  std::vector<FindingAdministrator> administrators;  // Who holds an administrator's service.
  std::vector<FindingService> meant_administrator;   // Services that did in imported history.
  EventRef first_sign_in;                            // Reported of somebody linked here; position 0: none was.
  EventRef first_use;                                // The same of the use of a service.
  Position no_primary_user = 0;                      // What opened the finding that is open; 0: none is.
  Position no_backup = 0;
  Position no_sign_ins = 0;
  Position no_uses = 0;

  bool operator==(const FindingPlace&) const = default;
};

std::string finding_place_key(PackedProvider provider);
void put_finding_place(std::string& out, const FindingPlace& place);
FindingPlace take_finding_place(std::string_view value);

// What one actor did at one provider of late.
struct FindingActor {
  ActRun changes;
  ActRun resets;

  bool operator==(const FindingActor&) const = default;
};

std::string finding_actor_key(PackedProvider provider, std::string_view actor);
void put_finding_actor(std::string& out, const FindingActor& actor);
FindingActor take_finding_actor(std::string_view value);

// When the provider was closed, which ends what was open there.
std::string finding_closings_prefix(PackedProvider provider);

}  // namespace muniment::view
