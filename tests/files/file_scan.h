// Searches files for bytes that must not be there: every file of a folder byte by byte, and RocksDB's tables, which are compressed, also as
// they read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace muniment::test {

// The files under `folder` that hold the bytes, by their paths from there, in order. Throws when a table cannot be read, or holds entries
// that reading it does not show: then what is not found could still be there.
std::vector<std::string> files_with(const std::filesystem::path& folder, std::string_view bytes);

}  // namespace muniment::test
