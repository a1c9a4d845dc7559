#include "tools/wire/finding_rows.h"

#include <fmt/format.h>

#include "projections/findings/rule.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

constexpr std::size_t counts_column = 18;

}  // namespace

std::string_view name_of(schema::Disposition disposition) {
  switch (disposition) {
    case schema::Disposition::REOPENED:
      return "reopened";
    case schema::Disposition::ACCEPTED_RISK:
      return "accepted_risk";
    case schema::Disposition::FIXED:
      return "fixed";
    case schema::Disposition::FALSE_ALARM:
      return "false_alarm";
  }
  return {};
}

std::vector<Column> finding_columns() {
  return {{"rule"},
          {"severity"},
          {"state"},
          {"provider", Column::Kind::provider},
          {"subject"},
          {"first_seen", Column::Kind::time},
          {"last_seen", Column::Kind::time},
          {"service"},
          {"other"},
          {"count", Column::Kind::number},
          {"evidence", Column::Kind::list, Shown::not_in_table},
          {"policy", Column::Kind::number, Shown::not_in_table},
          {"id", Column::Kind::text, Shown::not_in_table},
          {"disposition"},
          {"disposed_until", Column::Kind::time, Shown::not_in_table},
          {"disposed_by", Column::Kind::text, Shown::not_in_table},
          {"disposed_reason", Column::Kind::text, Shown::not_in_table},
          {"disposed_at", Column::Kind::number, Shown::not_in_table},
          {"counts", Column::Kind::flag, Shown::not_in_table},
          {"examines", Column::Kind::text, Shown::not_in_table},
          {"text", Column::Kind::text, Shown::only_in_json}};
}

std::vector<Cell> finding_cells(const Finding& finding) {
  const RuleEntry& entry = entry_of(finding.rule);
  const auto& disposal = finding.disposal;
  std::vector<std::string> evidence;
  for (const Position position : finding.evidence) evidence.push_back(std::to_string(position));
  return {std::string{entry.id},
          std::string{name_of(entry.severity)},
          std::string{name_of(finding.state)},
          finding.provider.text(),
          text_cell(finding.subject),
          finding.first_seen.text(),
          finding.last_seen.text(),
          text_cell(finding.service),
          text_cell(finding.other),
          finding.count,
          std::move(evidence),
          position_cell(finding.policy),
          finding.id,
          text_cell(disposal ? name_of(disposal->disposition) : std::string_view{}),
          disposal && disposal->until ? Cell{disposal->until->text()} : Cell{},
          text_cell(disposal ? disposal->by : std::string_view{}),
          text_cell(disposal ? disposal->reason : std::string_view{}),
          position_cell(disposal ? disposal->position : 0),
          finding.is_due(),
          std::string{entry.examines},
          std::string{entry.text}};
}

bool is_due_finding(const std::vector<Cell>& cells) {
  const auto* counts = std::get_if<bool>(&cells.at(counts_column));
  return counts != nullptr && *counts;
}

std::vector<Column> rule_columns() {
  return {{"rule"},
          {"severity"},
          {"open", Column::Kind::number},
          {"disposed", Column::Kind::number},
          {"ended", Column::Kind::number, Shown::only_in_json},
          {"thresholds", Column::Kind::list},
          {"examines", Column::Kind::text, Shown::not_in_table},
          {"text"}};
}

std::vector<Cell> rule_cells(const FindingCount& count) {
  const RuleEntry& entry = entry_of(count.rule);
  std::vector<std::string> thresholds;
  for (const Threshold threshold : entry.thresholds) thresholds.push_back(fmt::format("{} {}", name_of(threshold), default_of(threshold)));
  return {std::string{entry.id},
          std::string{name_of(entry.severity)},
          count.open,
          count.disposed,
          count.ended ? Cell{*count.ended} : Cell{},
          std::move(thresholds),
          std::string{entry.examines},
          std::string{entry.text}};
}

bool is_rule_due(const std::vector<Cell>& cells) {
  constexpr std::size_t open_column = 2;
  constexpr std::size_t disposed_column = 3;
  const auto* open = std::get_if<std::uint64_t>(&cells.at(open_column));
  const auto* disposed = std::get_if<std::uint64_t>(&cells.at(disposed_column));
  return open != nullptr && disposed != nullptr && *open > *disposed;
}

}  // namespace muniment
