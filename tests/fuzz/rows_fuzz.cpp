// Any two files may come as a customer's rows and the map of their columns: they end, what is wrong is told by a line that is there, and a
// row that is taken is a command in JSON.
//
// The first byte says what the rows are to be: accounts, sign-ins, departures or a portal's roster. A line "====" parts map and rows.
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "scratch_folder.h"
#include "tools/import/command_rows.h"
#include "tools/import/portal_roster.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

void check_problems(const std::vector<RowProblem>& problems, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  for (const RowProblem& problem : problems) MUNIMENT_ASSERT(problem.line >= 1 && problem.line <= lines && !problem.reason.empty());
}

ColumnMap read_map(std::string_view toml, std::span<const RowField> fields) {
  static const ScratchFolder folder("rows");
  if (toml.empty()) return {};
  auto map = ColumnMap::read(folder.write("map.toml", toml), names_of(fields));
  if (map) return std::move(*map);
  MUNIMENT_ASSERT(!map.error().empty());
  for (const std::string& wrong : map.error()) MUNIMENT_ASSERT(wrong.find("map.toml") != std::string::npos);
  return {};
}

void read_roster(std::string_view toml, const std::string& text) {
  std::istringstream in(text);
  const PortalRoster roster = PortalRoster::read(in, read_map(toml, PortalRoster::fields()));
  check_problems(roster.problems, text);
  for (const auto& [username, service] : roster.held) MUNIMENT_ASSERT(!username.empty() && !service.empty());
}

void read_commands(RowKind kind, std::string_view toml, const std::string& text) {
  static CommandReader reader;
  std::istringstream in(text);
  const CommandRows read =
      read_command_rows(in, {.kind = kind, .map = read_map(toml, fields_of(kind)), .actor = "officer:agency", .name = "fuzz"});
  check_problems(read.problems, text);
  for (const CommandRow& row : read.rows) {
    std::string id;
    MUNIMENT_ASSERT(reader.read(row.json, id).has_value());
  }
}

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  constexpr std::string_view parting = "====\n";
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto at = text.find(parting);
  const std::string_view toml = at == std::string_view::npos ? std::string_view{} : text.substr(0, at);
  const std::string rows{at == std::string_view::npos ? text : text.substr(at + parting.size())};
  switch (bytes[0]) {
    case 'a':
      read_commands(RowKind::accounts, toml, rows);
      break;
    case 's':
      read_commands(RowKind::sign_ins, toml, rows);
      break;
    case 'd':
      read_commands(RowKind::departures, toml, rows);
      break;
    case 'r':
      read_roster(toml, rows);
      break;
    default:
      break;
  }
  return 0;
}
