// Report what a portal really grants at a provider, beside what the record says, as of one moment: what is held there and not recorded, and
// what is recorded and not held. A report without any says that both agree. Nobody's access changes by it; it is what findings are drawn
// from, and what was reported before and is not any more ends with it there.
//
// More than one report has room for come in parts, a command each: a part speaks of the usernames behind `after` up to `through` alone, so
// that it is true by itself whatever becomes of the others.
//
// It is evidence, also of what should not be: the provider may be closed, and what is held and not recorded may be the username or the
// service of nothing that there is here.
//
// Refusals, in this order: provider_unknown, import_in_progress, who may (authority.h: not_authorized), in_the_future; of each that is
// recorded and not held username_unavailable, import_in_progress of the account, service_unknown, position_unknown.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"
#include "events/values/bytes.h"

namespace muniment {

// Of one report, whatever their texts. A record has room for so many of the usual size.
constexpr std::size_t reported_discrepancies_max = 400;

struct ReportReconciliation {
  struct Discrepancy {
    Username username;
    std::string_view service;  // Borrowed from the command's message.
    schema::Difference difference{};
    Position grant_position = 0;  // Of what is recorded; else 0.
  };

  ProviderId provider;
  Timestamp as_of;
  Bytes roster_digest;
  std::vector<Discrepancy> discrepancies = {};
  std::optional<Username> after = {};
  std::optional<Username> through = {};

  static Field<ReportReconciliation> read(request::ReportReconciliation::Reader in);
};

Decision decide(const ReportReconciliation& report, const Request& request, Sight& sight);

}  // namespace muniment
