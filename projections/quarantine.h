// Events that a projection could not handle: kept with the reason, and weighed for every answer.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "projections/as_of.h"
#include "projections/event_fields.h"
#include "projections/views.h"

namespace muniment::view {

// Puts the row of an event; `event` is nothing when not even its envelope can be read.
void put_quarantined(RowBuffer& rows, Position position, std::optional<schema::Event::Reader> event, std::string_view reason);

std::vector<Quarantined> quarantined_in(const Snapshot& snapshot, const Table& table);

// What a question is limited to.
struct Scope {
  std::optional<PackedProvider> provider;
  std::optional<std::string> username;
};
// Adds the positions of those that could change an answer of this scope at this moment.
void add_touching(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const Scope& scope, std::vector<Position>& out);

}  // namespace muniment::view
