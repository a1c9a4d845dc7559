// What the thread that appends remembers of a stream.
#pragma once

#include <cstdint>

#include "events/record/position.h"

namespace muniment {

struct KnownStream {
  Version version = 0;
  // Where the part of the index that takes the new records has it, so that adding to it needs no search: number of the part and of the
  // stream in it. Of an older part, or 0: it must be searched for.
  std::uint32_t tail = 0;
  std::uint32_t stream = 0;
};

}  // namespace muniment
