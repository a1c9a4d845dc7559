// The question that the flags of a trail ask, of a store whose views have taken in everything.
#pragma once

#include <string>
#include <vector>

#include "projections/trail.h"
#include "tools/muniment/moments.h"
#include "tools/muniment/remote_node.h"

namespace muniment {

// Brings the views up to date. Throws CliError for flags that mean nothing and for names that nobody ever had.
TrailQuery trail_query(const TrailFlags& flags, Store& store, const Console& console);

// The same as a node's parameters, without the moment.
Parameters trail_parameters(const TrailFlags& flags);

// Names of what narrows it, as the node's parameters are called.
std::vector<std::string> narrowed_by(const TrailFlags& flags);

}  // namespace muniment
