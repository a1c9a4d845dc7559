#include "tools/import/portal_roster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "commands/field.h"
#include "events/record/record.h"

namespace muniment {
namespace {

constexpr std::array roster_fields{
    RowField{"username", RowField::Form::text, true},
    RowField{"services", RowField::Form::list, true},
};

}  // namespace

std::span<const RowField> PortalRoster::fields() { return roster_fields; }

PortalRoster PortalRoster::read(std::istream& in, const ColumnMap& map) {
  PortalRoster out;
  RowReader reader(in, roster_fields, map);
  const auto refuse = [&](std::size_t line, std::string_view field, std::string_view expected) {
    out.problems.push_back({line, fmt::format("{}: expected {}", map.heading_of(field), expected)});
  };
  for (Row row; reader.next(row);) {
    if (!row.has("username")) {
      refuse(row.line, "username", "a username");
      continue;
    }
    const auto username = username_field(reader_of(row.values.at("username").front()));
    if (!username) refuse(row.line, "username", username.error().expected);
    for (const std::string& text : row.values.at("services")) {
      const auto service = service_field(reader_of(text));
      if (!service) refuse(row.line, "services", service.error().expected);
      if (username && service) out.held.emplace(username->text(), *service);
    }
  }
  std::ranges::copy(reader.problems(), std::back_inserter(out.problems));
  std::ranges::stable_sort(out.problems, {}, &RowProblem::line);
  out.extra_columns = reader.extra_columns();
  return out;
}

}  // namespace muniment
