// muniment services: the catalogue as it is now.
#include "tools/muniment/open_store.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

ExitCode print_services(const ServicesFlags& flags, Store& store, const Console& console) {
  World world;
  const Catalogue& catalogue = known_services(world, store.log());
  RowWriter rows(flags.format, {{"service"}, {"name"}, {"administrator"}, {"delegate"}, {"retired"}}, console.out, console.has_color);
  for (const auto& [id, service] : catalogue.services()) {
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
