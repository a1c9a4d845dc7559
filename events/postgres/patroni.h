// What Patroni says of the servers that it looks after. It only says where to begin: whoever is connected to is looked at all the same, so
// a wrong answer costs a try and nothing else.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "events/postgres/postgres_url.h"

namespace muniment {

// Asks all of them at once over plain HTTP, such as for /primary, and gives the first that answers 200. Nothing: none did in time, or none
// can be reached. An answer that is none counts as a no. Looking a name up has no deadline.
std::optional<std::size_t> first_to_say_yes(std::span<const PostgresHost> patroni, std::string_view path,
                                            std::chrono::milliseconds deadline);

}  // namespace muniment
