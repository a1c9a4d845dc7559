// Which of the erasures that a log records are carried out in a vault: so many of the first ones, and the event of the last of these. A log
// that was put back and went on has others behind the same numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/values/id.h"

namespace muniment {

struct ErasuresDone {
  std::uint64_t count = 0;
  EventId last = {};

  // As the vault's entry has it (format.h). Nothing where it is damaged.
  static std::optional<ErasuresDone> decode(std::string_view entry);
  std::string encoded() const;

  bool operator==(const ErasuresDone&) const = default;
};

}  // namespace muniment
