// Who runs the program, as the operating system says.
#pragma once

#include <string>

#include "tools/muniment/subcommands.h"

namespace muniment {

// Folded to what an officer may be called; `operator` where nothing is left.
std::string login_name();

}  // namespace muniment
