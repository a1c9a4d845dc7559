// An import of accounts on record as a whole: that it began, by whom and of how many rows, and that it is complete. Its rows are commands
// of their own, decided and visible one by one; what was interrupted has begun and is not complete, and is gone on with by running it
// again.
//
// The node says so, by no right: `import_started` and `import_completed` without a provider, with the reference `accounts:NAME`.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "commands/sequencer.h"
#include "events/log/event_log.h"

namespace muniment {

class AccountsImport {
 public:
  // Borrows both. `name`: as is_import_name() has it. Nobody else appends to the log meanwhile.
  AccountsImport(const EventLog& log, Sequencer& sequencer, const std::string& name);

  // Where one of this name has begun that is not complete.
  std::optional<Position> interrupted() const { return started_; }
  // Begins it, where none is interrupted. Error: the answer of what could not be recorded.
  std::expected<void, Answer> begin(std::uint64_t rows, const std::string& requested_by);
  // Precondition: it has begun.
  std::expected<void, Answer> complete(std::uint64_t rows);

 private:
  std::string start_id() const;
  std::string completion_id() const;

  const EventLog& log_;
  Sequencer& sequencer_;
  const std::string reference_;
  std::uint64_t number_ = 1;  // Of the imports of this name.
  std::optional<Position> started_;
};

}  // namespace muniment
