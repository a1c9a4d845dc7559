// Checks a history against what the store holds, before a single row of it is recorded: the rules of the rows, simulated on top of the log.
#pragma once

#include <optional>
#include <vector>

#include "commands/command.h"
#include "commands/sight.h"
#include "tools/import/access_history.h"

namespace muniment {

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
  std::vector<ProviderId> providers;        // All of the history, in their order.
  std::vector<Registration> registrations;  // Of those that are not registered.
  std::vector<FirstUse> definitions;        // Services that the catalogue does not have.
  std::vector<std::size_t> changes;         // That are not recorded yet, in the order of the file.
  std::vector<std::uint32_t> ordinals;      // Of these: how many changes before it in the file are the same in everything.
  std::size_t known = 0;                    // Changes that are recorded already.
  std::size_t known_of_open = 0;            // Of these, by the import that is resumed.

  bool is_empty() const { return !resumes && registrations.empty() && definitions.empty() && changes.empty(); }
};

// What identifies a change: everything that the file says of it, and its ordinal among the same. Do not change it: rows are known by it.
Bytes content_of(const HistoryChange& change, std::uint32_t ordinal);
// The command id of the row whose content has this fingerprint.
std::string row_id(const Fingerprint& content);
// Who acted, in the words of that history.
Principal outsider(std::string_view name);

// Why the history cannot be imported: bad lines, in the order of the files; or, where there is none, what stands against it as a whole.
struct ImportObstacle {
  std::vector<BadLine> bad_lines = {};
  std::string conflict = {};
};

// Reads the log and changes nothing. Precondition: nobody appends to it meanwhile. `now`: what is later has not happened.
std::expected<ImportPlan, ImportObstacle> check_import(const AccessHistory& history, const std::vector<std::string>& administrator_services,
                                                       const EventLog& log, Vault& vault, Timestamp now);

}  // namespace muniment
