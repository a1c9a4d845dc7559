// The rules of the auditor's desk by number and by name, and the thresholds that a policy may set for them. What each rule looks for stands
// in projections/findings/rule.h.
//
// The numbers are on disk in the views and the names are public; append only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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
  attestation_overdue = 26,
  review_overdue = 27,
  revoke_not_carried_out = 28,
  kept_after_moving = 29,
  same_email = 30,
  same_birth_day_and_pin = 31,
  generic_name = 32,
  two_places = 33,
  signed_in_after_reset = 34,
  held_not_recorded = 35,
  recorded_not_held = 36,
};
constexpr std::size_t rule_count = 36;

// In the order of their numbers.
inline constexpr std::array<std::string_view, rule_count> rule_names{"no_primary_user",
                                                                     "no_backup",
                                                                     "sign_ins_not_reported",
                                                                     "dormant",
                                                                     "never_signed_in",
                                                                     "self_granted",
                                                                     "self_requested",
                                                                     "granted_without_authority",
                                                                     "authority_unknown",
                                                                     "granted_each_other",
                                                                     "granted_again",
                                                                     "short_grant",
                                                                     "mass_changes",
                                                                     "out_of_hours",
                                                                     "kept_after_leaving",
                                                                     "kept_after_report",
                                                                     "incompatible_services",
                                                                     "service_use_not_reported",
                                                                     "unused_service",
                                                                     "holds_everything",
                                                                     "terms_not_accepted",
                                                                     "repeated_resets",
                                                                     "many_resets",
                                                                     "outside_organization",
                                                                     "kept_after_relationship",
                                                                     "attestation_overdue",
                                                                     "review_overdue",
                                                                     "revoke_not_carried_out",
                                                                     "kept_after_moving",
                                                                     "same_email",
                                                                     "same_birth_day_and_pin",
                                                                     "generic_name",
                                                                     "two_places",
                                                                     "signed_in_after_reset",
                                                                     "held_not_recorded",
                                                                     "recorded_not_held"};

bool is_rule(Rule rule);
// Precondition: is_rule(rule).
std::string_view name_of(Rule rule);
// Whether its findings gather acts: more may be added to one long after it was opened.
bool gathers_acts(Rule rule);
// Nothing for a text that names no rule.
std::optional<Rule> rule_named(std::string_view name);

// A number that a policy may set, by which a rule judges.
enum class Threshold : std::uint8_t {
  dormant_days,
  dormant_long_days,
  dormant_very_long_days,
  never_signed_in_days,
  granted_again_days,
  short_grant_minutes,
  mass_changes,
  mass_window_minutes,
  removal_after_leaving_hours,
  removal_after_report_hours,
  unused_days,
  terms_grace_days,
  repeated_resets,
  repeated_resets_days,
  many_resets,
  many_resets_minutes,
  attestation_days,
  review_grace_days,
  kept_after_moving_days,
  two_places_minutes,
  reset_sign_in_minutes,
};
constexpr std::size_t threshold_count = 21;

// Names end in their unit, _days, _hours or _minutes; those that do not are counts.
std::string_view name_of(Threshold threshold);
std::uint32_t default_of(Threshold threshold);
// Nothing for a text that names no threshold.
std::optional<Threshold> threshold_named(std::string_view name);

}  // namespace muniment
