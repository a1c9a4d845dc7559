// Checks a history against what the store holds, before a single row of it is recorded: the rules of the rows, simulated on top of the log.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "commands/command.h"
#include "commands/sight.h"
#include "tools/import/access_history.h"

namespace muniment {

// What an officer says of a history besides its files.
struct ImportTerms {
  Principal actor;  // The officer.
  // Which services meant administrator there. Empty: as was said when history of these providers was last imported.
  std::vector<std::string> administrator_services = {};
  // Usernames of accounts whose home is none of the history's providers are the same people's.
  bool same_usernames = false;
};

// An import of these providers that was interrupted and goes on.
struct OpenImport {
  EventId id;
  Position position;  // Of its ImportStarted.
};

// What an import has to record, in this order. Indexes are those of the history.
struct ImportPlan {
  struct FirstUse {
    std::string_view service;
    Timestamp at;  // Of its earliest change in the file.
  };
  struct Registration {
    std::size_t provider;
    Timestamp at;
  };

  std::optional<OpenImport> resumes;
  std::vector<std::string> administrator_services;  // In bytewise order, each once.
  // What the last imports of these providers said instead, if something else; several, if they said different things.
  std::vector<std::vector<std::string>> former_administrator_services;
  bool same_usernames = false;
  std::vector<ProviderId> providers;        // All of the history that are not closed, in their order.
  std::vector<Registration> registrations;  // Of those that are not registered.
  std::vector<FirstUse> definitions;        // Services that the catalogue does not have.
  std::vector<std::size_t> changes;         // That are not recorded yet, in the order of time, and of the file.
  std::vector<std::uint32_t> ordinals;      // Of these: how many changes before it in the file are the same in everything.
  std::vector<std::size_t> renamed;         // Providers that are registered under another name or organization, which they keep.
  std::size_t known = 0;                    // Changes that are recorded already.
  std::size_t known_of_open = 0;            // Of these, by the import that is resumed.

  bool has_rows() const { return !registrations.empty() || !definitions.empty() || !changes.empty(); }
  // Nothing has to be recorded. An import without a row says anew which services meant administrator.
  bool is_empty() const { return !resumes && !has_rows() && former_administrator_services.empty(); }
};

// What identifies a change: everything that the file says of it, and its ordinal among the same. Do not change it: rows are known by it.
Bytes content_of(const HistoryChange& change, std::uint32_t ordinal);
// Who acted, in the words of that history.
Principal outsider(std::string_view name);

// Why the history cannot be imported: who asks may not; bad lines, in the order of the files; or, where there is none, what stands against
// it as a whole.
struct ImportObstacle {
  std::optional<Refusal> refusal = std::nullopt;
  std::vector<BadLine> bad_lines = {};
  std::string conflict = {};
};

// Reads the log and changes nothing. Precondition: nobody appends to it meanwhile. `now`: what is later has not happened. `progress`:
// called with the number of changes that were checked.
std::expected<ImportPlan, ImportObstacle> check_import(const AccessHistory& history, const ImportTerms& terms, const EventLog& log,
                                                       Vault& vault, Timestamp now,
                                                       const std::function<void(std::size_t done)>& progress = {});

}  // namespace muniment
