// Completion scripts for shells, made from the command line's own description, so that they know what it knows.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace muniment {

enum class Shell { bash, zsh, fish };

std::string completion_script(const CLI::App& app, Shell shell);

}  // namespace muniment
