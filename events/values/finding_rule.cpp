#include "events/values/finding_rule.h"

#include <algorithm>
#include <array>

#include "events/values/assert.h"

namespace muniment {
namespace {

struct NamedThreshold {
  std::string_view name;
  std::uint32_t by_default;
};

constexpr std::array<NamedThreshold, threshold_count> thresholds{{{"dormant_days", 60},
                                                                  {"dormant_long_days", 90},
                                                                  {"dormant_very_long_days", 365},
                                                                  {"never_signed_in_days", 30},
                                                                  {"granted_again_days", 30},
                                                                  {"short_grant_minutes", 60},
                                                                  {"mass_changes", 25},
                                                                  {"mass_window_minutes", 60},
                                                                  {"removal_after_leaving_hours", 24},
                                                                  {"removal_after_report_hours", 24},
                                                                  {"unused_days", 90},
                                                                  {"terms_grace_days", 0},
                                                                  {"repeated_resets", 3},
                                                                  {"repeated_resets_days", 30},
                                                                  {"many_resets", 5},
                                                                  {"many_resets_minutes", 60},
                                                                  {"attestation_days", 92},
                                                                  {"review_grace_days", 0},
                                                                  {"kept_after_moving_days", 30},
                                                                  {"two_places_minutes", 30},
                                                                  {"reset_sign_in_minutes", 60}}};

}  // namespace

bool is_rule(Rule rule) { return static_cast<std::size_t>(rule) >= 1 && static_cast<std::size_t>(rule) <= rule_count; }

std::string_view name_of(Rule rule) {
  MUNIMENT_ASSERT(is_rule(rule));
  return rule_names[static_cast<std::size_t>(rule) - 1];
}

bool gathers_acts(Rule rule) {
  switch (rule) {
    case Rule::authority_unknown:
    case Rule::mass_changes:
    case Rule::out_of_hours:
    case Rule::repeated_resets:
    case Rule::many_resets:
      return true;
    default:
      return false;
  }
}

std::optional<Rule> rule_named(std::string_view name) {
  const auto found = std::find(rule_names.begin(), rule_names.end(), name);
  if (found == rule_names.end()) return std::nullopt;
  return static_cast<Rule>(found - rule_names.begin() + 1);
}

std::string_view name_of(Threshold threshold) { return thresholds[static_cast<std::size_t>(threshold)].name; }

std::uint32_t default_of(Threshold threshold) { return thresholds[static_cast<std::size_t>(threshold)].by_default; }

std::optional<Threshold> threshold_named(std::string_view name) {
  const auto found = std::find_if(thresholds.begin(), thresholds.end(), [name](const NamedThreshold& one) { return one.name == name; });
  if (found == thresholds.end()) return std::nullopt;
  return static_cast<Threshold>(found - thresholds.begin());
}

}  // namespace muniment
