// A fact newer than this program stops a fold: it is never skipped, because the state after it would be a guess.
#pragma once

#include <stdexcept>

#include "events/record/record.h"

namespace muniment {

struct UnknownFact : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void stop_at_unknown_fact(schema::Event::Reader event);

}  // namespace muniment
