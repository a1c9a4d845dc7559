// A log as `export log` wrote it, asked without its store. docs/formats.md, "Tree".
#pragma once

#include <functional>

#include "events/proof/note.h"
#include "events/record/record.h"
#include "tools/muniment/subcommands.h"

namespace muniment {

class LogArchive {
 public:
  // Verifies the whole of it first, as muniment-verify does: nothing of an archive that is not what the key signed is shown. Throws
  // CliError with ExitCode::integrity, or not_found where there is none.
  LogArchive(Folder folder, const VerifierKey& key);

  Position size() const { return size_; }
  // In order; false from `visit` ends it. Precondition: 0 < from. Throws CliError with ExitCode::integrity where a file was changed since.
  void read(Position from, Position to, const std::function<bool(Position, RecordWords)>& visit) const;

 private:
  const Folder folder_;
  Position size_ = 0;
};

}  // namespace muniment
