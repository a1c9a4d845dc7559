// muniment audit privileged: who holds privileged access to muniment itself.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/server/privileged.h"

namespace muniment {
namespace {

ExitCode print_privileged(const PrivilegedFlags& flags, Store& store, const Console& console) {
  bring_up_to_date(store, console);
  const Access access(store.views());
  PrivilegedRows privileged(store.log(), access, TokenFile(flags.store).read(), system_now());
  RowWriter rows(flags.format, privileged_columns(), console.out, console.has_color);
  for (auto some = privileged.next(); !some.empty(); some = privileged.next()) {
    for (const PrivilegedRow& row : some) rows.add(privileged_cells(row));
  }
  AnswerEnd end;
  end.add(privileged.truth());
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_privileged(const PrivilegedFlags& flags, Console& console) {
  return ask_store(flags.store, "audit privileged", console, [&](Store& store) { return print_privileged(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
