// A small file of text in a store's folder, replaced whole: a reader sees the old one or the new one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace muniment {

// Durable when it returns; nobody but its owner may read it. Throws std::system_error.
void replace_file(const std::filesystem::path& path, const std::string& text);
// Nothing where there is none. Throws std::system_error.
std::optional<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace muniment
