// The catalogue of services as a question sees it, at a moment: without what an import has defined that has not completed.
#pragma once

#include "aggregates/world.h"
#include "events/log/event_log.h"
#include "projections/moment.h"
#include "tools/wire/cell.h"

namespace muniment {

// Folds the catalogue into `world`, which must be new, and returns it.
const Catalogue& known_services(World& world, const EventLog& log, const Moment& moment = {});

// The catalogue as rows.
std::vector<Column> service_columns();
std::vector<std::vector<Cell>> service_rows(const EventLog& log, const Moment& moment = {});

}  // namespace muniment
