// muniment services: the catalogue as it is now.
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

ExitCode print_services(const ServicesFlags& flags, Store& store, const Console& console) {
  RowWriter rows(flags.format, service_columns(), console.out, console.has_color);
  for (const auto& row : service_rows(store.log())) rows.add(row);
  rows.finish({{"true_of", store.log().head(0).position}});
  return ExitCode::ok;
}

ExitCode print_remote_services(const ServicesFlags& flags, const Console& console) {
  const AnswerPage page = read_page(RemoteNode(flags.server).get("/v1/services", {}));
  RowWriter rows(flags.format, service_columns(), console.out, console.has_color);
  for (const std::string& row : page.rows) rows.add(read_cells(row, service_columns()));
  rows.finish({{"true_of", page.truth.true_of}});
  return ExitCode::ok;
}

}  // namespace

ExitCode run_services(const ServicesFlags& flags, Console& console) {
  if (flags.server.is_given()) return print_remote_services(flags, console);
  return with_store(flags.store, "services", [&](Store& store) { return print_services(flags, store, console); },
                    {.without_vault = flags.without_vault});
}

}  // namespace muniment
