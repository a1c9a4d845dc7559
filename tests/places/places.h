// Where tests find the project's files and what was built. Only the source behind this knows the folders' names: every other test is the
// same bytes wherever it is built.
#pragma once

#include <filesystem>
#include <string>

namespace muniment {

std::filesystem::path project_folder();
std::filesystem::path build_folder();

// A program of the build, by its path there: "tools/muniment/muniment".
std::string built_program(const std::string& path);
std::string muniment_program();

}  // namespace muniment
