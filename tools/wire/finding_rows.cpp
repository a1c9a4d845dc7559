#include "tools/wire/finding_rows.h"

#include <fmt/format.h>

#include "projections/findings/rule.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

constexpr std::size_t state_column = 2;

}  // namespace

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
          {"examines", Column::Kind::text, Shown::not_in_table},
          {"text", Column::Kind::text, Shown::only_in_json}};
}

std::vector<Cell> finding_cells(const Finding& finding) {
  const RuleEntry& entry = entry_of(finding.rule);
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
          std::string{entry.examines},
          std::string{entry.text}};
}

bool is_open_finding(const std::vector<Cell>& cells) {
  const auto* state = std::get_if<std::string>(&cells.at(state_column));
  return state != nullptr && *state != name_of(FindingState::ended);
}

std::vector<Column> rule_columns() {
  return {{"rule"},
          {"severity"},
          {"open", Column::Kind::number},
          {"thresholds", Column::Kind::list},
          {"examines", Column::Kind::text, Shown::not_in_table},
          {"text"}};
}

std::vector<Cell> rule_cells(const FindingCount& count) {
  const RuleEntry& entry = entry_of(count.rule);
  std::vector<std::string> thresholds;
  for (const RuleThreshold& threshold : entry.thresholds) thresholds.push_back(fmt::format("{} {}", threshold.name, threshold.by_default));
  return {std::string{entry.id}, std::string{name_of(entry.severity)}, count.open,
          std::move(thresholds), std::string{entry.examines},          std::string{entry.text}};
}

}  // namespace muniment
