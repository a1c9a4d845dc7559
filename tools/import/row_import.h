// Rows as commands, all or nothing: first all are decided and nothing is recorded; only where none is refused are they submitted. One that
// was interrupted is gone on with by running it again.
#pragma once

#include <functional>
#include <span>

#include "commands/sequencer.h"
#include "tools/import/command_rows.h"

namespace muniment {

// What would happen, or has happened, to a row.
struct RowOutcome {
  std::size_t line;
  Answer answer;
  bool is_known_before = false;  // It is recorded already.

  bool went_well() const;
};

struct Rehearsal {
  std::vector<RowOutcome> outcomes;  // One a row, in order.
  Position head = 0;                 // That the decisions rest on: what is recorded behind it may change them.
};

// Changes nothing. Precondition: the vault keeps nothing (VaultOptions::keeps_nothing), and nobody appends to the log meanwhile.
Rehearsal rehearse_rows(std::span<const CommandRow> rows, const EventLog& log, Vault& vault);

// Whether nothing was refused; else each refusal under its line.
std::vector<RowProblem> refusals_in(std::span<const RowOutcome> outcomes);

// How many of them the log has now.
std::size_t recorded_in(std::span<const RowOutcome> outcomes);

// Those that a rehearsal did not find recorded. Precondition: the outcomes are of these rows.
std::vector<CommandRow> without_known(std::span<const CommandRow> rows, std::span<const RowOutcome> rehearsed);

// Submits them in order and waits for the answers. Stops submitting at the first that is refused or failed; what was under way by then is
// answered too. `progress` is called with how many are answered, on the caller's thread.
std::vector<RowOutcome> record_rows(std::span<const CommandRow> rows, Sequencer& sequencer,
                                    const std::function<void(std::size_t)>& progress = {});

}  // namespace muniment
