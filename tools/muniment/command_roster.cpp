// muniment audit roster: a provider's subordinates, searched by name.
#include "projections/roster.h"

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

std::string_view name_of(NameState state) {
  switch (state) {
    case NameState::known:
      return "known";
    case NameState::none:
      return "none";
    case NameState::unavailable:
      return "unavailable";
  }
  return "unavailable";
}

ExitCode roster(const RosterFlags& flags, Store& store, const Console& console) {
  const auto provider = provider_flag("--provider", flags.provider);
  if (!provider) throw CliError(ExitCode::usage, "--provider: expected a PID/SL");
  RosterQuery query{.provider = *provider,
                    .last_name = flags.last_name,
                    .first_name = flags.first_name,
                    .moment = moment_of(flags, store.log()),
                    .cursor = {}};
  require_known(store.log(), query.provider, std::nullopt);
  bring_up_to_date(store, console);
  const Roster roster(store.views());
  RowWriter rows(flags.format,
                 {{"username"},
                  {"last_name"},
                  {"first_name"},
                  {"middle_initial"},
                  {"services"},
                  {"usable"},
                  {"why_not"},
                  {"linked_at", Column::Kind::time, Shown::not_in_csv},
                  {"provider", Column::Kind::provider, Shown::only_in_json},
                  {"account", Column::Kind::text, Shown::only_in_json},
                  {"name", Column::Kind::text, Shown::only_in_json},
                  {"linked_position", Column::Kind::text, Shown::only_in_json},
                  {"changed_at", Column::Kind::text, Shown::only_in_json},
                  {"changed_position", Column::Kind::text, Shown::only_in_json}},
                 console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return roster.search(query);
  };
  const AnswerEnd end = for_each_row(flags, ask, [&](const RosterRow& row) {
    rows.add({row.username, text_cell(row.last_name), text_cell(row.first_name), text_cell(row.middle_initial), row.services, row.usable(),
              row.usable() ? Cell{} : Cell{names_of(row.unusable)}, row.linked_at.text(), row.provider.text(), row.account.hex(),
              std::string{name_of(row.name)}, position_cell(row.linked_position), row.changed_at.text(),
              position_cell(row.changed_position)});
  });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_roster(const RosterFlags& flags, Console& console) {
  return with_store(flags.store, "audit roster", [&](Store& store) { return roster(flags, store, console); });
}

}  // namespace muniment
