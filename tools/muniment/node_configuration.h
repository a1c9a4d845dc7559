// The configuration of a node, as the command line, the environment of this process and a file have it.
#pragma once

#include "tools/muniment/subcommands.h"
#include "tools/server/configuration.h"

namespace muniment {

// Throws ConfigurationError.
Configuration configuration_of(const ServeFlags& flags);

}  // namespace muniment
