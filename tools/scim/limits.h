// How much of it at a time, as ServiceProviderConfig says.
#pragma once

#include <cstddef>

namespace muniment::scim {

inline constexpr std::size_t bulk_operations_max = 100;
inline constexpr std::size_t bulk_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t resources_max = 1000;  // In one answer.
inline constexpr std::size_t resources_default = 100;

}  // namespace muniment::scim
