#include "tools/wire/known_services.h"

#include <limits>

#include "tools/wire/csv_order.h"
#include "tools/wire/open_imports.h"

namespace muniment {

const Catalogue& known_services(World& world, const EventLog& log, const Moment& moment) {
  const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
  const Position last = moment.position.value_or(std::numeric_limits<Position>::max());
  OpenImports open(log, last);
  log.read_stream(0, catalogue, 1, [&](Position position, RecordWords words) {
    if (position > last) return false;
    RecordReader record(words);
    const bool is_later = moment.at && occurred_at(record.event()) > *moment.at;
    if (!is_later && !open.contain(record.event())) world.evolve(catalogue, record.event());
    return true;
  });
  return world.catalogue();
}

std::vector<Column> service_columns() {
  return {{"service"}, {"name"}, {"administrator", Column::Kind::flag}, {"delegate", Column::Kind::flag}, {"retired", Column::Kind::flag}};
}

std::vector<std::vector<Cell>> service_rows(const EventLog& log, const Moment& moment) {
  World world;
  std::vector<std::vector<Cell>> out;
  for (const auto& [id, service] : known_services(world, log, moment).services()) {
    out.push_back({std::string{id}, service.name, service.administrator, service.delegate, service.retired});
  }
  sort_as_csv(out, service_columns());
  return out;
}

}  // namespace muniment
