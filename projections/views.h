// The projections' database: roster, access, trail and findings, each a cache of the log.
//
// The folder is safe to delete: a projector builds everything again from the log. IT HOLDS NAMES IN THE CLEAR, opened from the sealed
// events: keep it on a disk that may hold them, and never back it up. Cursors,
// positions and errors carry no name.
//
// A folder of another layout or with damage is dropped when it is opened, and starts empty: position 0 everywhere.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/record/position.h"
#include "events/values/provider_id.h"
#include "projections/store/coding.h"

namespace muniment {

namespace view {
class Database;
}

// The views cannot be read or written: the disk fails, another process has them, or they hold bytes that are not ours.
using ViewsFailed = view::Failed;

enum class ProjectionKind { roster, access, trail, findings };
inline constexpr std::array all_projections{ProjectionKind::roster, ProjectionKind::access, ProjectionKind::trail,
                                            ProjectionKind::findings};
// The public names: roster, access, trail, findings.
std::string_view name_of(ProjectionKind kind);
std::optional<ProjectionKind> projection_kind(std::string_view name);

// An event that a projection could not handle. The others and the log have it; a rebuild tries again.
struct Quarantined {
  Position position = 0;
  std::string_view type;  // Public name of the fact; "unknown" if it is newer than this program or cannot be read.
  std::string reason;
  // What it concerns; an answer about something else stays complete. Nothing known: it could touch every answer.
  std::vector<ProviderId> providers;
  std::vector<std::string> usernames;
};

class Views {
 public:
  struct Options {
    std::filesystem::path folder;
    std::size_t cache_bytes = std::size_t{128} << 20;  // Of decompressed blocks, in memory.
  };

  // Creates the folder if it is not there. Throws ViewsFailed.
  explicit Views(Options options);
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;
  // Queries and projectors must be gone.
  ~Views();

  // The last position that the projection has taken in.
  Position position(ProjectionKind kind) const;
  // In the order of the positions.
  std::vector<Quarantined> quarantine(ProjectionKind kind) const;
  std::uint64_t disk_bytes(ProjectionKind kind) const;
  // Why what was in the folder had to be dropped; empty if it was not.
  const std::string& dropped_because() const;

  // Rewrites all files, so that none holds a byte of a name that was erased before. Throws ViewsFailed.
  void scrub();

  // For the projector and the queries.
  view::Database& database() const { return *database_; }

 private:
  std::unique_ptr<view::Database> database_;
};

}  // namespace muniment
