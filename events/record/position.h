// Where an event stands in a partition's log.
#pragma once

#include <cstdint>

namespace muniment {

// Gapless from 1 in a partition, assigned in commit order. 0: before the first event.
using Position = std::uint64_t;
// A number in every key and call; one partition, 0, is what ships.
using Partition = std::uint16_t;
inline constexpr Partition only_partition = 0;
// Counts a stream's events: 1 for its first one, 0 for a stream that has none.
using Version = std::uint64_t;

}  // namespace muniment
