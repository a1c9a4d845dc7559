// What a command is about: the one stream that an expected version is compared with. docs/refusals.md, "version_conflict".
#pragma once

#include <optional>

#include "commands/command.h"
#include "commands/sight.h"

namespace muniment {

// Of what kind that stream is; nothing for a command that no version can be expected of.
std::optional<schema::StreamKind> subject_kind(const CommandBody& body);

// The stream itself; nothing also where there is no such account.
std::optional<StreamName> subject_of(const CommandBody& body, Sight& sight);

}  // namespace muniment
