#include "tools/import/reconciliation.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>

#include "commands/report_reconciliation.h"
#include "events/json/json_string.h"
#include "events/values/sha256.h"

namespace muniment {
namespace {

// Of a command's discrepancies, so that with all else it stays below command_line_bytes_max. A record takes less for the same.
constexpr std::size_t part_bytes_max = std::size_t{48} << 10;
constexpr std::size_t id_digest_bytes = 16;

void add_member(std::string& out, std::string_view name, std::string_view text) {
  out += fmt::format(",\"{}\":", name);
  write_json_string(out, text);
}

std::string discrepancy_json(const RosterDifference& one) {
  std::string out = "{\"username\":";
  write_json_string(out, one.username);
  add_member(out, "service", one.service);
  add_member(out, "difference", one.grant == 0 ? "held_not_recorded" : "recorded_not_held");
  if (one.grant != 0) add_member(out, "grant_position", std::to_string(one.grant));
  return out + '}';
}

// The discrepancies of one command.
struct ReportPart {
  std::string json;
  std::size_t count = 0;
  std::string last;  // Username.

  bool has_room(const ReportPart& more) const {
    return count + more.count <= reported_discrepancies_max && json.size() + more.json.size() < part_bytes_max;
  }
  void add(const ReportPart& more) {
    if (count > 0 && more.count > 0) json += ',';
    json += more.json;
    count += more.count;
    last = more.last;
  }
};

// Never none: that there is nothing to tell is told too.
std::vector<ReportPart> report_parts(std::span<const RosterDifference> differences) {
  std::vector<ReportPart> out(1);
  while (!differences.empty()) {
    const std::string& username = differences.front().username;
    ReportPart person;
    for (; !differences.empty() && differences.front().username == username; differences = differences.subspan(1))
      person.add({discrepancy_json(differences.front()), 1, username});
    if (out.back().count > 0 && !out.back().has_room(person)) out.emplace_back();
    out.back().add(person);
  }
  return out;
}

std::string write_command(const ReportPart& part, std::string_view after, bool is_last, const Reconciliation& reconciliation) {
  std::string body;
  if (!reconciliation.actor.empty()) add_member(body, "actor", reconciliation.actor);
  add_member(body, "provider", reconciliation.provider);
  add_member(body, "as_of", reconciliation.as_of.text());
  add_member(body, "roster_digest", reconciliation.roster_digest);
  body += ",\"discrepancies\":[" + part.json + ']';
  if (!after.empty()) add_member(body, "after", after);
  if (!is_last) add_member(body, "through", part.last);
  const Sha256 digest = sha256({bytes_of(body)});
  return fmt::format("{{\"type\":\"report_reconciliation\",\"command_id\":\"reconciliation:{}\"{}}}",
                     to_hex(ByteSpan(digest).first(id_digest_bytes)), body);
}

}  // namespace

std::vector<std::string> reconciliation_commands(Reconciliation reconciliation) {
  std::ranges::sort(reconciliation.differences, {},
                    [](const RosterDifference& one) { return std::tuple{std::string_view{one.username}, std::string_view{one.service}}; });
  const std::vector<ReportPart> parts = report_parts(reconciliation.differences);
  std::vector<std::string> out;
  std::string_view after;
  for (const ReportPart& part : parts) {
    out.push_back(write_command(part, after, &part == &parts.back(), reconciliation));
    after = part.last;
  }
  return out;
}

}  // namespace muniment
