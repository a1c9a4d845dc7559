#include "aggregates/unknown_fact.h"

#include <fmt/format.h>

namespace muniment {

void stop_at_unknown_fact(schema::Event::Reader event) {
  throw UnknownFact(
      fmt::format("event {} records a fact (number {}) that this program does not know: it was written by a newer one; use that one",
                  event.getPosition(), static_cast<unsigned>(event.getFact().which())));
}

}  // namespace muniment
