// muniment services: the catalogue as it is now.
#include "aggregates/world.h"
#include "tools/muniment/open_store.h"

namespace muniment {
namespace {

ExitCode print_services(const ServicesFlags& flags, Store& store, const Console& console) {
  World world;
  const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
  store.log().read_stream(0, catalogue, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    world.evolve(catalogue, record.event());
    return true;
  });
  RowWriter rows(flags.format, {{"service"}, {"name"}, {"administrator"}, {"delegate"}, {"retired"}}, console.out, console.has_color);
  for (const auto& [id, service] : world.catalogue().services()) {
    rows.add({std::string{id}, service.name, service.administrator, service.delegate, service.retired});
  }
  rows.finish({{"true_of", store.log().head(0).position}});
  return ExitCode::ok;
}

}  // namespace

ExitCode run_services(const ServicesFlags& flags, Console& console) {
  return with_store(flags.store, "services", [&](Store& store) { return print_services(flags, store, console); });
}

}  // namespace muniment
