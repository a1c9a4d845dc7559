#include "tools/import/portal_roster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "commands/field.h"
#include "events/record/record.h"
#include "events/values/sha256.h"
#include "tools/import/line_reader.h"

namespace muniment {
namespace {

constexpr std::array roster_fields{
    RowField{"username", RowField::Form::text, true},
    RowField{"services", RowField::Form::list, true},
};

std::string whole_of(std::istream& in) {
  std::string out;
  std::vector<char> piece(std::size_t{64} << 10);
  do {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    out.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  } while (in);
  if (in.bad()) throw InputFailed("the roster cannot be read to its end: its disk or pipe failed; put that right and run it again");
  return out;
}

}  // namespace

std::span<const RowField> PortalRoster::fields() { return roster_fields; }

PortalRoster PortalRoster::read(std::istream& in, const ColumnMap& map) {
  const std::string content = whole_of(in);
  std::istringstream lines(content);
  PortalRoster out;
  out.digest = to_hex(sha256({bytes_of(std::string_view{content})}));
  RowReader reader(lines, roster_fields, map);
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
