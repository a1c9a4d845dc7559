// The command line: arguments in, exit code out. The only place that catches.
#pragma once

#include <string>
#include <vector>

#include "tools/muniment/console.h"
#include "tools/muniment/exit_code.h"

namespace muniment {

// `arguments` without the program's name.
ExitCode run_cli(const std::vector<std::string>& arguments, Console& console);

}  // namespace muniment
