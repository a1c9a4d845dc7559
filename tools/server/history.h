// Whether what a caller has seen is of the history that the log has now. docs/server.md, "After a restore".
#pragma once

#include <optional>
#include <string>

#include "tools/server/problem.h"
#include "tools/store/generations.h"

namespace muniment {

// history_changed, where what stands up to `seen` was not all the same in that generation: it says from which position on to ask again.
// `field`: where it was said.
std::optional<Problem> why_of_another_history(const Generations& generations, std::string_view generation, Position seen,
                                              std::string_view field);

}  // namespace muniment
