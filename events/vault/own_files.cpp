#include "events/vault/own_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace muniment {
namespace {

namespace fs = std::filesystem;

void sync_path(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!synced) throw std::system_error(error, std::generic_category(), "cannot sync " + path.string());
}

}  // namespace

void make_files_own(const fs::path& folder) {
  std::vector<fs::path> shared;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.hard_link_count() > 1) shared.push_back(entry.path());
  }
  for (const fs::path& file : shared) {
    const fs::path copy = file.string() + ".copy";
    fs::copy_file(file, copy);
    sync_path(copy);
    fs::rename(copy, file);
  }
  sync_path(folder);
}

}  // namespace muniment
