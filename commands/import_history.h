// Imported history: what an organization's own records say happened, recorded now with the time it took effect. Not submitted one by one:
// an import checks its whole file first (tools), then starts, brings row after row and completes. docs/ARCHITECTURE.md, "Imports".
//
// Who acted there is kept as an outsider's name, and by what right as unknown: nothing is decided here, only the order of history is kept.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

// Refusals, in this order: agency_only, provider_closed, import_in_progress.
struct StartImport {
  std::vector<ProviderId> providers;
  std::vector<std::string> administrator_services;
  std::uint64_t rows;
  // On the officer's word: a username of an account whose home is none of the providers is the same person's.
  bool same_usernames = false;
};

// One change of that history. Rows are their own commands: the id is made of the row's content, so that a row is recorded once.
// Refusals, in this order: import_not_open, username_unavailable (the name is an account's whose home is not among the import's providers,
// and nobody said that they are the same people), account_terminated (a grant), history_out_of_order (earlier than the latest change of the
// same link), link_unknown (a revoke of what is not held).
struct ImportRow {
  enum class Kind { register_provider, define_service, grant, revoke };

  Kind kind;
  EventId import;
  Timestamp at;
  std::optional<ProviderId> provider;  // All but define_service.
  std::optional<Username> username;    // Grants and revokes.
  std::string service;                 // All but register_provider.
  std::string name;                    // Of the provider.
  std::string organization;            // Of the provider.
};

// Whether the account is one that history may speak of by its username: its home is one of the import's providers. By a name alone nobody
// gets at a stranger's account.
bool is_of_import(const Account& account, const EventId& import, Sight& sight);

// Makes the rows visible. Refusals, in this order: agency_only, import_not_open.
struct CompleteImport {
  EventId import;
  std::uint64_t rows;
};

// Gives up an import that has not completed: what it recorded counts for nothing from now on, and was never visible. Its providers are
// free, and so are its rows: they may be imported again. The services that it defined stay in the catalogue, since others may have granted
// them meanwhile; usernames that it alone claimed are nobody's, and only an import brings them again. Refusals, in this order: agency_only,
// import_not_open, reason_required.
struct AbandonImport {
  EventId import;
  std::uint64_t rows;  // Changes that it has recorded.
};

Decision decide(const StartImport& start, const Request& request, Sight& sight);
Decision decide(const ImportRow& row, const Request& request, Sight& sight);
Decision decide(const CompleteImport& complete, const Request& request, Sight& sight);
Decision decide(const AbandonImport& abandon, const Request& request, Sight& sight);

}  // namespace muniment
