// muniment audit findings, muniment audit rules: the auditor's desk.
#include <algorithm>

#include "projections/findings/rule.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/finding_rows.h"

namespace muniment {
namespace {

FindingsQuery query_of(const FindingsFlags& flags, Store& store) {
  FindingsQuery query{.now = {}};
  query.since = time_flag("--since", flags.since);
  query.provider = provider_flag("--provider", flags.provider);
  query.moment = moment_of(flags, store.log());
  if (!flags.rule.empty()) {
    query.rule = rule_named(flags.rule);
    if (!query.rule) throw CliError(ExitCode::usage, "--rule: there is no such rule; `muniment audit rules` lists them");
  }
  query.now = query.moment.position ? recorded_time(store.log(), 0, *query.moment.position) : system_now();
  require_known(store.log(), query.provider, std::nullopt);
  return query;
}

Parameters parameters_of(const FindingsFlags& flags) {
  Parameters parameters{{"since", flags.since}, {"rule", flags.rule}, {"provider", flags.provider}};
  add_moment(parameters, flags);
  return parameters;
}

// Prints rows and remembers whether one of them counts.
class FindingRows {
 public:
  FindingRows(Format format, const Console& console)
      : rows_(format, finding_columns(), console.out, console.has_color), is_json_(format == Format::json || format == Format::ndjson) {}

  void add(const std::vector<Cell>& cells) {
    note(cells);
    rows_.add(cells);
  }
  void add_json(const std::string& row) {
    const auto cells = read_cells(row, finding_columns());
    note(cells);
    is_json_ ? rows_.add_json(row) : rows_.add(cells);
  }
  // `has_more` says whether there is one that counts beyond what was printed; asked where not all was.
  template <typename HasMore>
  ExitCode finish(const AnswerEnd& end, Format format, const Console& console, HasMore has_more) {
    end_answer(rows_, end, format, console);
    return has_open_ || (end.has_more() && has_more()) ? ExitCode::findings : ExitCode::ok;
  }

 private:
  void note(const std::vector<Cell>& cells) { has_open_ = has_open_ || is_due_finding(cells); }

  RowWriter rows_;
  const bool is_json_;
  bool has_open_ = false;
};

bool has_due(const FindingCounts& counts) {
  return std::any_of(counts.rules.begin(), counts.rules.end(), [](const FindingCount& count) { return count.open > count.disposed; });
}

ExitCode findings(const FindingsFlags& flags, Store& store, const Console& console) {
  FindingsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const Findings desk(store.views());
  FindingRows rows(flags.format, console);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return desk.search(query);
  };
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const Finding& finding) { rows.add(finding_cells(finding)); });
  return rows.finish(end, flags.format, console, [&] { return has_due(desk.count(query)); });
}

// The same, as a node counts them.
bool has_due_there(const FindingsFlags& flags, const Console& console) {
  FindingsFlags counted = flags;
  counted.since.clear();
  counted.cursor.clear();
  bool out = false;
  const auto add = [&](const std::string& row) { out = out || is_rule_due(read_cells(row, rule_columns())); };
  for_each_remote_row(counted, "/v1/audit/rules", parameters_of(counted), console, add, RemotePages::one);
  return out;
}

ExitCode remote_findings(const FindingsFlags& flags, const Console& console) {
  FindingRows rows(flags.format, console);
  const AnswerEnd end =
      for_each_remote_row(flags, "/v1/audit/findings", parameters_of(flags), console, [&](const std::string& row) { rows.add_json(row); });
  return rows.finish(end, flags.format, console, [&] { return has_due_there(flags, console); });
}

ExitCode rules(const FindingsFlags& flags, Store& store, const Console& console) {
  const FindingsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const FindingCounts counts = Findings(store.views()).count(query);
  RowWriter rows(flags.format, rule_columns(), console.out, console.has_color);
  for (const FindingCount& count : counts.rules) rows.add(rule_cells(count));
  AnswerEnd end;
  end.add(counts.truth);
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_findings(const FindingsFlags& flags, Console& console) {
  if (flags.server.is_given()) return remote_findings(flags, console);
  return ask_store(flags.store, "audit findings", console, [&](Store& store) { return findings(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_rules(const FindingsFlags& flags, Console& console) {
  if (flags.server.is_given())
    return print_remote_rows(flags, "/v1/audit/rules", parameters_of(flags), rule_columns(), console, RemotePages::one);
  return ask_store(flags.store, "audit rules", console, [&](Store& store) { return rules(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
