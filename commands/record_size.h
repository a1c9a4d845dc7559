// A record has at most 65,528 bytes, because bundles of records write sizes in two (C2SP tlog-tiles): what of a command made its event
// larger.
#pragma once

#include <string_view>
#include <vector>

#include "commands/command.h"

namespace muniment {

// The field with the most to say, of those that have no bound of their own that keeps an event small. None: it is what is held that is too
// much, and the command only ends it.
std::vector<std::string_view> field_without_room(const CommandBody& body);

}  // namespace muniment
