#include "tests/places/places.h"

namespace muniment {

std::filesystem::path project_folder() { return MUNIMENT_PROJECT_FOLDER; }

std::filesystem::path build_folder() { return MUNIMENT_BUILD_FOLDER; }

std::string built_program(const std::string& path) { return (build_folder() / path).string(); }

std::string muniment_program() { return built_program("tools/muniment/muniment"); }

}  // namespace muniment
