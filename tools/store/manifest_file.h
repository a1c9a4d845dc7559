// A few lines of text that say what a backup is, with their own checksum. docs/formats.md, "Backups".
//
//   TITLE 1
//   KEY VALUE            one or more
//   sha256 HEX           of all before it
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace muniment {

using ManifestLines = std::map<std::string, std::string, std::less<>>;

// Durable when it returns; there whole or not at all. Throws std::system_error.
void write_manifest(const std::filesystem::path& file, std::string_view title, const ManifestLines& lines);
// Throws BackupDamaged when it is missing or not what was written.
ManifestLines read_manifest(const std::filesystem::path& file, std::string_view title);
// Throws BackupDamaged when there is none, or it is no number.
std::uint64_t number_in(const ManifestLines& lines, std::string_view key);
const std::string& text_in(const ManifestLines& lines, std::string_view key);

}  // namespace muniment
