// Files that a folder shares with another one, made its own.
#pragma once

#include <filesystem>

namespace muniment {

// Replaces each file in the folder that has another name as well by a copy, durably. RocksDB makes a checkpoint of links where the file
// system lets it, and a backup of links has nothing of its own: what rots in the one rots in the other. Throws std::system_error.
void make_files_own(const std::filesystem::path& folder);

}  // namespace muniment
