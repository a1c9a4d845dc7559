// The rules of the auditor's desk, in one table: what each looks for, which requirement its answers help to examine, and by which
// thresholds it judges. A finding names the rule; no rule says that anything complies.
//
// The numbers are on disk. A rule that is added or changed raises rules_version: the views are built anew, so it holds for all of history.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace muniment {

enum class Rule : std::uint8_t {
  no_primary_user = 1,
  no_backup = 2,
  sign_ins_not_reported = 3,
  dormant = 4,
  never_signed_in = 5,
  self_granted = 6,
  self_requested = 7,
  granted_without_authority = 8,
  authority_unknown = 9,
  granted_each_other = 10,
  granted_again = 11,
  short_grant = 12,
  mass_changes = 13,
  out_of_hours = 14,
  kept_after_leaving = 15,
  kept_after_report = 16,
  incompatible_services = 17,
  service_use_not_reported = 18,
  unused_service = 19,
  holds_everything = 20,
  terms_not_accepted = 21,
  repeated_resets = 22,
  many_resets = 23,
  outside_organization = 24,
  kept_after_relationship = 25,
};

enum class Severity { high, medium, low, info };
std::string_view name_of(Severity severity);

// What has to be there before a rule can judge: reports from elsewhere, or terms that were published.
enum class ReportedSignal { none, sign_ins, service_use, terms };

// A number that the policy may set under this name.
struct RuleThreshold {
  std::string_view name;
  std::uint32_t by_default;
};

// The names are public.
struct RuleEntry {
  Rule rule;
  std::string_view id;
  Severity severity;
  std::string_view text;      // What it finds.
  std::string_view examines;  // The requirement that an answer helps to examine.
  std::span<const RuleThreshold> thresholds = {};
  ReportedSignal needs = ReportedSignal::none;
};

constexpr std::uint32_t rules_version = 1;

// In the order of their numbers, which begin at 1.
std::span<const RuleEntry> rules();
bool is_rule(Rule rule);
// Precondition: is_rule(rule).
const RuleEntry& entry_of(Rule rule);
// Nothing for a text that names no rule.
std::optional<Rule> rule_named(std::string_view id);

}  // namespace muniment
