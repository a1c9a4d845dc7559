#include "tools/wire/policy_rows.h"

#include <set>

#include "events/record/principal.h"

namespace muniment {
namespace {

void add_part(std::map<std::string, std::string>& out, const char* name, std::string text) {
  if (!text.empty()) out.emplace(name, std::move(text));
}

template <typename List, typename Text>
std::string joined(const List& list, Text text_of_one) {
  std::string out;
  for (const auto& one : list) out += (out.empty() ? "" : ", ") + text_of_one(one);
  return out;
}

void add_years(std::map<std::string, std::string>& out, const char* name, unsigned years) {
  constexpr unsigned standard_years = 10;  // As the schema's.
  if (years != standard_years) out.emplace(name, std::to_string(years));
}

// Nothing: it is at its standard.
Cell cell_of(const std::map<std::string, std::string>& parts, const std::string& name) {
  const auto part = parts.find(name);
  return part == parts.end() ? Cell{} : Cell{part->second};
}

}  // namespace

std::map<std::string, std::string> parts_of(schema::Policy::Reader policy) {
  std::map<std::string, std::string> out;
  add_part(out, "time_zone", std::string{text_of(policy.getTimeZone())});
  add_part(out, "work_days", joined(policy.getWorkDays(), [](unsigned day) { return std::to_string(day); }));
  add_part(out, "work_from", std::string{text_of(policy.getWorkFrom())});
  add_part(out, "work_to", std::string{text_of(policy.getWorkTo())});
  add_part(out, "incompatible", joined(policy.getIncompatible(), [](schema::IncompatiblePair::Reader pair) {
             return std::string{text_of(pair.getService())} + " with " + std::string{text_of(pair.getOther())};
           }));
  for (const auto threshold : policy.getThresholds())
    out.emplace("thresholds." + std::string{text_of(threshold.getName())}, std::to_string(threshold.getValue()));
  if (policy.getDelegation()) out.emplace("delegation", "true");
  add_part(out, "delegates", joined(policy.getDelegates(), [](capnp::Text::Reader name) { return std::string{text_of(name)}; }));
  add_years(out, "retention_years", policy.getRetentionYears());
  add_years(out, "primary_user_retention_years", policy.getPrimaryUserRetentionYears());
  return out;
}

std::vector<std::vector<Cell>> PolicyRows::add(schema::Event::Reader event) {
  const auto provider = provider_of(event);
  auto& before = current_[provider ? provider->text() : ""];
  auto after = parts_of(event.getFact().getPolicySet());
  std::set<std::string> names;
  for (const auto* const parts : {&before, &after}) {
    for (const auto& [name, text] : *parts) names.insert(name);
  }
  const auto context = event.getContext();
  std::vector<std::vector<Cell>> out;
  for (const std::string& name : names) {
    const Cell was = cell_of(before, name);
    const Cell is = cell_of(after, name);
    if (was == is) continue;
    out.push_back({event.getPosition(), occurred_at(event).text(), text_cell(provider ? provider->text() : ""), name, was, is,
                   Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text(),
                   text_cell(text_of(context.getRequestedBy())), text_cell(text_of(context.getApprovedBy())),
                   text_cell(text_of(context.getReason())), text_cell(text_of(context.getReference()))});
  }
  before = std::move(after);
  return out;
}

std::vector<Column> policy_columns() {
  return {{"position", Column::Kind::number},
          {"occurred_at", Column::Kind::time},
          {"provider", Column::Kind::provider},
          {"part"},
          {"before"},
          {"after"},
          {"by"},
          {"requested_by"},
          {"approved_by"},
          {"reason"},
          {"reference"}};
}

}  // namespace muniment
