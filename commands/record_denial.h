// Note that somebody was not let in, once or several times alike. Said by the node; the actor is who tried, or the node where nobody knows
// who it was. It cannot be sent.
//
// Refusals: none.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordDenial {
  std::string problem;  // As the caller was told it.
  std::string route;    // As the node's routes name it; empty: there is no such route.
  Timestamp first_at;
  Timestamp last_at;
  std::uint32_t times = 1;
  std::string token = {};  // Its id; empty: there was none.
};

Decision decide(const RecordDenial& denial, const Request& request, Sight& sight);

}  // namespace muniment
