// muniment audit policies, muniment audit retention, muniment audit gaps: which policies there were, how long what is recorded is kept, and
// what happened to the record besides.
#include "projections/record_keeping.h"

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/policy_rows.h"
#include "tools/wire/record_keeping_rows.h"
#include "tools/wire/review_rows.h"

namespace muniment {
namespace {

template <typename Row, typename Cells>
ExitCode print_answer(const QuestionFlags& flags, const WholeAnswer<Row>& answer, const std::vector<Column>& columns, Cells cells_of,
                      const LogHead& head, const Console& console) {
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  for (const Row& row : answer.rows) rows.add(cells_of(row));
  AnswerEnd end;
  end.add(answer.truth);
  end.set_remarks(log_cells(head));
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

ExitCode retention(const QuestionFlags& flags, Store& store, const Console& console) {
  const Moment moment = moment_of(flags, store.log());
  bring_up_to_date(store, console);
  const Trail trail(store.views());
  const Access access(store.views());
  const Timestamp now = moment.position ? recorded_time(store.log(), 0, *moment.position) : system_now();
  return print_answer(flags, RecordKeeping(store.log(), trail).retention(moment, access, now), retention_columns(), retention_cells,
                      store.log().head(0), console);
}

ExitCode gaps(const QuestionFlags& flags, Store& store, const Console& console) {
  const Moment moment = moment_of(flags, store.log());
  bring_up_to_date(store, console);
  const Trail trail(store.views());
  const Position witnessed = read_witnessed(store.folder(), store.log_keys());
  return print_answer(flags, RecordKeeping(store.log(), trail).gaps(moment, witnessed), gap_columns(), gap_cells, store.log().head(0),
                      console);
}

ExitCode policies(const QuestionFlags& flags, Store& store, const Console& console) {
  const Moment moment = moment_of(flags, store.log());
  bring_up_to_date(store, console);
  const Trail trail(store.views());
  RowWriter rows(flags.format, policy_columns(), console.out, console.has_color);
  PolicyRows changes;
  AnswerEnd end;
  end.add(RecordKeeping(store.log(), trail).policies(moment, [&](schema::Event::Reader event) {
    for (const auto& cells : changes.add(event)) rows.add(cells);
  }));
  end.set_remarks(log_cells(store.log().head(0)));
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_policies(const QuestionFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters;
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/policies", parameters, policy_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit policies", console, [&](Store& store) { return policies(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_retention(const QuestionFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters;
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/retention", parameters, retention_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit retention", console, [&](Store& store) { return retention(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_gaps(const QuestionFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters;
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/gaps", parameters, gap_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit gaps", console, [&](Store& store) { return gaps(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
