// What the findings' writing side knows of a provider, and of an actor there.
#pragma once

#include <string>
#include <vector>

#include "projections/event_ref.h"
#include "projections/findings/earliest_reports.h"
#include "projections/findings/person.h"

namespace muniment::view {

struct FindingAdministrator {
  std::string username;
  bool usable = true;  // Neither locked, disabled nor terminated.

  bool operator==(const FindingAdministrator&) const = default;
};

// A finding of a reconciliation that is open.
struct OpenDiscrepancy {
  Rule rule{};
  std::string username;
  FindingService service = no_service;
  EventRef opened;  // The report.

  bool operator==(const OpenDiscrepancy&) const = default;
};

struct FindingPlace {
  bool registered = false;
  EventRef closed;  // Position 0: it is not. Ends what was open there.
  std::string organization;
  std::string primary_user;                          // Empty: none was ever assigned.
  bool primary_user_gone = false;                    // Terminated, or reported as having left ...
  Timestamp gone_from{};                             // ... then.
  std::vector<FindingAdministrator> administrators;  // Who holds an administrator's service.
  std::vector<FindingService> meant_administrator;   // Services that did in imported history.
  EarliestReports sign_ins;                          // Of somebody linked here.
  EarliestReports uses;                              // Of services, the same.
  EventRef first_departure;                          // Reported of somebody linked here; position 0: none was.
  EventRef first_move;                               // Somebody linked here was linked to another provider besides.
  std::vector<PackedProvider> acts_for;              // Those that it is related to as an entity.
  Position no_primary_user = 0;                      // What opened the finding that is open; 0: none is.
  Timestamp no_primary_user_from{};                  // Since when that one holds.
  Position no_backup = 0;
  Position no_sign_ins = 0;
  Position no_uses = 0;
  Position attestation_awaited = 0;  // What the waiting for the next attestation is counted from; 0: it is not.
  EventRef reconciled;               // The report that ends the reconciliation of the latest moment; position 0: there was none.
  std::vector<OpenDiscrepancy> discrepancies;

  bool operator==(const FindingPlace&) const = default;
};

struct FindingPlaceFormat {
  static std::string key(PackedProvider provider);
  static void put(std::string& out, const FindingPlace& place);
  static FindingPlace take(std::string_view value);
};

// What one actor did at one provider of late.
struct FindingActor {
  ActRun changes;
  ActRun resets;

  bool operator==(const FindingActor&) const = default;
};

// What tells actors apart: which provider, and who.
std::string actor_at(PackedProvider provider, std::string_view actor);
struct FindingActorFormat {
  static std::string key(std::string_view actor_at);
  static void put(std::string& out, const FindingActor& actor);
  static FindingActor take(std::string_view value);
};

}  // namespace muniment::view
