// Moves the older part of a log out of its database, into the files of an export that stay verifiable and that the log goes on reading.
// docs/formats.md, "Archive".
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/store/store.h"

namespace muniment {

// What an archive would hold, and what of it the database would have no more.
struct ArchivePlan {
  Checkpoint checkpoint;  // The archive is the whole log as this one covers it.
  std::string note;
  Position before = 0;  // Archived already.
  Position last = 0;    // Archived then: the records of full bundles.
};

// By the largest checkpoint that the log keeps of a size of at most `to`, and that enough witnesses cosigned where the store has any such.
// Nothing where that is no more than is archived already. Throws LogDamaged where the checkpoint is none of the log's.
std::optional<ArchivePlan> plan_archive(Store& store, Position to);

struct ArchiveSteps {
  // Told how many of the plan's records were written, or read back.
  std::function<void(Position)> on_written = [](Position) {};
  std::function<void(Position)> on_read = [](Position) {};
  // Called once the archive is whole and durable, and before anything is taken out of the database. What it throws ends the archiving.
  std::function<void()> on_whole = [] {};
  // For tests of what a crash leaves: called before each step.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
};

// Writes the archive into a folder that is empty, new or has an archive of this log and of its history; reads it back against the log's
// tree; names it in the store; and takes the records out of the database. Cut off at any point, nothing is lost, and the same call
// completes it. Throws FolderTaken, with nothing written; LogDamaged where what was written does not read as it should (nothing is taken
// out then); LogFailed, std::system_error.
void archive_log(Store& store, const ArchivePlan& plan, const std::filesystem::path& folder, const ArchiveSteps& steps);

// The archive was moved to that folder. Precondition: the store was opened with it (StoreOptions::archive). Throws LogDamaged where it does
// not have what was archived, FolderTaken where it is the store's own.
void name_archive(Store& store, const std::filesystem::path& folder, const ArchiveSteps& steps);

// What shows without the log that an archive's records are those of the log: a checkpoint that one of the keys signed, and the tiles.
struct ArchiveProof {
  std::optional<Checkpoint> checkpoint;
  std::vector<std::filesystem::path> missing;  // That each file is there, not what is in it: muniment-verify says that.
};

ArchiveProof proof_in_archive(const std::filesystem::path& folder, Position archived, std::span<const VerifierKey> keys);

// To write anew what the store's archive in that folder lacks of its proof. Nothing where nothing is missing, or it is in another folder.
// Throws LogDamaged.
std::optional<ArchivePlan> plan_completion(Store& store, const std::filesystem::path& folder);

}  // namespace muniment
