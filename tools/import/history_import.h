// Records a checked history: start, row after row in groups, completion. Invisible to questions until the completion; an import that stops
// in between is gone on with by checking and running the same history again.
#pragma once

#include <functional>
#include <string>

#include "commands/sequencer.h"
#include "tools/import/import_check.h"

namespace muniment {

struct ImportOptions {
  Principal actor;                                      // The officer on whose word it is done.
  std::function<void(std::size_t done)> progress = {};  // Rows submitted. Called on the caller's thread.
  // For tests: stops as a crash would, after so many rows.
  std::optional<std::size_t> stop_after_rows = std::nullopt;
};

struct ImportReport {
  std::size_t added = 0;   // Changes recorded now.
  Position started = 0;    // Of the ImportStarted; 0: there was nothing to record.
  Position completed = 0;  // Of the ImportCompleted; 0: it did not come so far.
};

// The sequencer did not record it.
struct ImportStopped {
  Answer answer;
  std::size_t line = 0;  // Of the change; 0: it was none.
};

std::expected<ImportReport, ImportStopped> run_import(const AccessHistory& history, const ImportPlan& plan, const EventLog& log,
                                                      Vault& vault, Sequencer& sequencer, const ImportOptions& options);

// The import of history that the event at the position began; nothing: it began none.
std::optional<OpenImport> import_started_at(const EventLog& log, Position position);
// Changes that the log has of the import that began there. `progress`: called with each position that was looked at.
std::uint64_t rows_recorded_by(const EventLog& log, Position started, const std::function<void(Position)>& progress = {});
// Gives it up, on the word of the request's actor and for its reason (import_history.h, AbandonImport).
Answer abandon_import(const OpenImport& import, std::uint64_t rows, const Request& request, Sequencer& sequencer);

}  // namespace muniment
