// muniment services: the catalogue at a moment.
#include <algorithm>

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

void finish(RowWriter& rows, Position true_of, const QuestionFlags& flags, const Console& console) {
  AnswerEnd end;
  end.add({.true_of = true_of, .incomplete = {}});
  end_answer(rows, end, flags.format, console);
}

ExitCode print_services(const QuestionFlags& flags, Store& store, const Console& console) {
  const Position head = store.log().head(0).position;
  Moment moment = moment_of(flags, store.log());
  moment.position = std::min(moment.position.value_or(head), head);
  RowWriter rows(flags.format, service_columns(), console.out, console.has_color);
  for (const auto& row : service_rows(store.log(), moment)) rows.add(row);
  finish(rows, *moment.position, flags, console);
  return ExitCode::ok;
}

ExitCode print_remote_services(const QuestionFlags& flags, const Console& console) {
  Parameters parameters;
  add_moment(parameters, flags);
  const AnswerPage page = read_page(RemoteNode(flags.server).get("/v1/services", parameters));
  RowWriter rows(flags.format, service_columns(), console.out, console.has_color);
  for (const std::string& row : page.rows) rows.add(read_cells(row, service_columns()));
  finish(rows, page.truth.true_of, flags, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_services(const QuestionFlags& flags, Console& console) {
  if (flags.server.is_given()) return print_remote_services(flags, console);
  return ask_store(flags.store, "services", console, [&](Store& store) { return print_services(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
