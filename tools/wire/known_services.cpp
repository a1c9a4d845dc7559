#include "tools/wire/known_services.h"

#include "tools/wire/open_imports.h"

namespace muniment {

const Catalogue& known_services(World& world, const EventLog& log) {
  const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
  OpenImports open(log);
  log.read_stream(0, catalogue, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (!open.contain(record.event())) world.evolve(catalogue, record.event());
    return true;
  });
  return world.catalogue();
}

std::vector<Column> service_columns() {
  return {{"service"}, {"name"}, {"administrator", Column::Kind::flag}, {"delegate", Column::Kind::flag}, {"retired", Column::Kind::flag}};
}

std::vector<std::vector<Cell>> service_rows(const EventLog& log) {
  World world;
  std::vector<std::vector<Cell>> out;
  for (const auto& [id, service] : known_services(world, log).services()) {
    out.push_back({std::string{id}, service.name, service.administrator, service.delegate, service.retired});
  }
  return out;
}

}  // namespace muniment
