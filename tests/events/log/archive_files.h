// What a log's records look like in the bundles of an archive, for tests of the log alone; tools/store/archive.h writes true ones.
#pragma once

#include <filesystem>

#include "events/log/event_log.h"

namespace muniment {

// All full bundles of the records up to `last`. Nothing else that an archive has.
void write_bundles(const EventLog& log, Position last, const std::filesystem::path& folder);
std::filesystem::path bundle_in(const std::filesystem::path& folder, std::uint64_t index);

}  // namespace muniment
