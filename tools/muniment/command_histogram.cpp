// muniment audit histogram: how much happened, by period of time, over the whole of what `audit trail` would print.
#include <stdexcept>

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/trail_query.h"
#include "tools/wire/histogram_rows.h"

namespace muniment {
namespace {

AnswerEnd count(TrailQuery query, const Trail& trail, TrailCounter& counter) {
  AnswerEnd end;
  query.limit = page_size_max;
  for (;;) {
    const auto page = trail.search(query);
    if (!page) throw std::logic_error(page.error().message);  // There is no cursor but its own.
    end.add(page->truth);
    for (const TrailRow& row : page->rows) {
      if (!counter.add(row)) return end;
    }
    if (!page->next) return end;
    query.cursor = *page->next;
  }
}

ExitCode histogram(const TrailFlags& flags, Store& store, const Console& console) {
  TrailQuery query = trail_query(flags, store, console);
  TrailCounter counter;
  AnswerEnd end = count(std::move(query), Trail(store.views()), counter);
  end.set_remarks(counter.remarks());
  RowWriter rows(flags.format, histogram_columns(), console.out, console.has_color);
  for (const auto& cells : counter.rows()) rows.add(cells);
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_histogram(const TrailFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters = trail_parameters(flags);
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/trail/histogram", parameters, histogram_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit histogram", console, [&](Store& store) { return histogram(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
