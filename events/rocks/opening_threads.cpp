#include "events/rocks/opening_threads.h"

#include <algorithm>
#include <system_error>

namespace muniment {
namespace {

constexpr int files_per_thread = 8;
constexpr int threads_max = 16;

}  // namespace

int opening_threads(const std::filesystem::path& database) {
  int files = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator file(database, error), end; !error && file != end; file.increment(error))
    if (file->path().extension() == ".sst") ++files;
  return std::clamp(files / files_per_thread, 1, threads_max);
}

}  // namespace muniment
