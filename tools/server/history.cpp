#include "tools/server/history.h"

#include <fmt/format.h>

namespace muniment {

std::optional<Problem> why_of_another_history(const Generations& generations, std::string_view generation, Position seen,
                                              std::string_view field) {
  const auto shared = generations.shared_with(generation);
  if (!shared || seen <= *shared) return std::nullopt;
  const std::string detail =
      generation.empty() ? fmt::format(
                               "which history it is of is not said, and they differ after position {}; ask again from position {}, or with "
                               "GENERATION-POSITION",
                               *shared, *shared + 1)
                         : fmt::format("the histories are one up to position {}; ask again from position {}", *shared, *shared + 1);
  return Problem{.name = problem::history_changed, .detail = detail, .field = std::string{field}, .restart_from = *shared + 1};
}

}  // namespace muniment
