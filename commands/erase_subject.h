// Erase a person: the account's key is destroyed, and with it everything personal about them. The username and who did what when stay, and
// no record changes. docs/SECURITY.md, "Forgetting".
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account), reason_required,
// reference_required, account_in_use, legal_hold, legal_ground_required. Nothing to record: the person was erased.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

// What the caller is told, of a repeat too.
std::string_view erasure_receipt(bool has_vault);

struct EraseSubject {
  Username username;
  std::string_view legal_ground;  // A code; empty: none was given.

  static Field<EraseSubject> read(request::EraseSubject::Reader in);
};

Decision decide(const EraseSubject& erase, const Request& request, Sight& sight);

}  // namespace muniment
