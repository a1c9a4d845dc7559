// The public names of the facts, as events/schema/event.capnp gives them in $Json: `services_assigned`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace muniment {

// The number of a fact in the event's union, as it stands in records.
using FactNumber = std::uint16_t;

// A fact that a newer program has written and this one does not know.
constexpr FactNumber fact_unknown = 0xffff;
constexpr std::string_view fact_unknown_name = "unknown";

// In the order of their numbers, from 0 on.
const std::vector<std::string_view>& fact_names();
// `unknown` for a number beyond the ones this program knows.
std::string_view fact_name(FactNumber number);
// fact_unknown for "unknown"; nothing for a text that names no fact.
std::optional<FactNumber> fact_number(std::string_view name);
// Of several, with commas between their names; nothing where one of them names no fact.
std::optional<std::vector<FactNumber>> fact_numbers(std::string_view names);
// Whether it says who read, or who was not let in, rather than what happened.
bool is_about_reads(FactNumber number);

}  // namespace muniment
