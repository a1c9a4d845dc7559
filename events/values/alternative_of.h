// Whether a type is one of a variant's alternatives.
#pragma once

#include <type_traits>
#include <variant>

namespace muniment {

template <typename T, typename Variant>
constexpr bool is_alternative_of = false;
template <typename T, typename... Alternatives>
constexpr bool is_alternative_of<T, std::variant<Alternatives...>> = (std::is_same_v<T, Alternatives> || ...);

template <typename T, typename Variant>
concept AlternativeOf = is_alternative_of<T, Variant>;

}  // namespace muniment
