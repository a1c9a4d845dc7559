#include "tools/muniment/audit_rows.h"

#include <fmt/format.h>

#include "events/record/stream_name.h"
#include "tools/muniment/event_rows.h"
#include "tools/muniment/known_services.h"

namespace muniment {

void require_known(const EventLog& log, const std::optional<ProviderId>& provider, const std::optional<Username>& username) {
  if (provider && log.stream_version(0, StreamName::provider(*provider)) == 0) {
    throw CliError(ExitCode::not_found, fmt::format("no provider {} was ever registered; check the PID/SL", provider->display()));
  }
  if (username && log.stream_version(0, StreamName::username(*username)) == 0) {
    throw CliError(ExitCode::not_found, "--user: nobody ever had this username; check the spelling");
  }
}

void require_known_service(const EventLog& log, const std::string& service) {
  World world;
  if (known_services(world, log).find(service) == nullptr) {
    throw CliError(ExitCode::not_found, "--service: there never was such a service; `muniment services` lists them");
  }
}

Cell text_cell(std::string_view text) { return text.empty() ? Cell{} : Cell{std::string{text}}; }
Cell position_cell(Position position) { return position == 0 ? Cell{} : Cell{position}; }

std::vector<std::string> names_of(const std::vector<Unusable>& reasons) {
  std::vector<std::string> out;
  for (const Unusable reason : reasons) out.emplace_back(name_of(reason));
  return out;
}

void add_change_columns(std::vector<Column>& out, const ChangeColumns& names, Column::Shown shown) {
  out.push_back({names.at, Column::Kind::time, shown});
  out.push_back({names.by, Column::Kind::text, shown});
  for (const std::string_view name : {names.position, names.type, names.authority, names.requested_by, names.approved_by, names.reason,
                                      names.reference, names.imported_by}) {
    out.push_back({name, Column::Kind::text, Column::Shown::only_in_json});
  }
}

void add_change_cells(std::vector<Cell>& out, const std::optional<AccessChange>& change) {
  constexpr std::size_t columns = 10;
  if (!change) {
    out.resize(out.size() + columns);
    return;
  }
  out.emplace_back(change->at.text());
  out.emplace_back(change->actor.text());
  out.push_back(position_cell(change->position));
  out.emplace_back(std::string{change->type});
  out.emplace_back(std::string{name_of(change->authority)});
  out.push_back(text_cell(change->requested_by));
  out.push_back(text_cell(change->approved_by));
  out.push_back(text_cell(change->reason));
  out.push_back(text_cell(change->reference));
  out.push_back(position_cell(change->imported_by));
}

void end_answer(RowWriter& rows, const AnswerEnd& end, Format format, const Console& console) {
  rows.finish(end.cells());
  end.tell(format, console);
}

}  // namespace muniment
