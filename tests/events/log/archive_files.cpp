#include "tests/events/log/archive_files.h"

#include <fstream>

#include "events/proof/tile_path.h"

namespace muniment {

std::filesystem::path bundle_in(const std::filesystem::path& folder, std::uint64_t index) {
  return folder / TilePath{std::nullopt, index, tile_width}.text();
}

void write_bundles(const EventLog& log, Position last, const std::filesystem::path& folder) {
  for (std::uint64_t index = 0; index < last / tile_width; ++index) {
    const std::filesystem::path file = bundle_in(folder, index);
    if (std::filesystem::exists(file)) continue;
    std::string bundle;
    log.read(0, index * tile_width + 1, (index + 1) * tile_width, [&](Position, RecordWords record) {
      put_bundled(bytes_of(record), bundle);
      return true;
    });
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bundle;
  }
}

}  // namespace muniment
