#include "projections/findings/rule.h"

#include <algorithm>
#include <array>

#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::array dormant{Threshold::dormant_days, Threshold::dormant_long_days, Threshold::dormant_very_long_days};
constexpr std::array never_signed_in{Threshold::never_signed_in_days};
constexpr std::array granted_again{Threshold::granted_again_days};
constexpr std::array short_grant{Threshold::short_grant_minutes};
constexpr std::array mass_changes{Threshold::mass_changes, Threshold::mass_window_minutes};
constexpr std::array kept_after_leaving{Threshold::removal_after_leaving_hours};
constexpr std::array kept_after_report{Threshold::removal_after_report_hours};
constexpr std::array unused_service{Threshold::unused_days};
constexpr std::array terms_not_accepted{Threshold::terms_grace_days};
constexpr std::array repeated_resets{Threshold::repeated_resets, Threshold::repeated_resets_days};
constexpr std::array many_resets{Threshold::many_resets, Threshold::many_resets_minutes};
constexpr std::array kept_after_moving{Threshold::kept_after_moving_days};
constexpr std::array two_places{Threshold::two_places_minutes};
constexpr std::array signed_in_after_reset{Threshold::reset_sign_in_minutes};

constexpr std::array attestation_overdue{Threshold::attestation_days};
constexpr std::array review_overdue{Threshold::review_grace_days};

constexpr std::array table{
    RuleEntry{Rule::no_primary_user, Severity::high,
              "A provider without a Primary User, or whose Primary User was terminated or reported as having left.",
              "POSC Primary User policy: one Primary User for each provider"},
    RuleEntry{Rule::no_backup, Severity::medium,
              "A provider without a backup: nobody besides the Primary User holds an administrator's service and can use it.",
              "POSC Primary User policy: a backup Primary User is assigned"},
    RuleEntry{Rule::sign_ins_not_reported, Severity::info,
              "No sign-in of anybody at the provider was ever reported, so whether accounts are dormant there is not known.",
              "NIST 800-53 AC-2(3)"},
    RuleEntry{Rule::dormant, Severity::medium,
              "An account that is neither disabled nor terminated and was not signed in to for so long: other says which threshold it has "
              "passed.",
              "NIST 800-53 AC-2(3)", dormant, ReportedSignal::sign_ins},
    RuleEntry{Rule::never_signed_in, Severity::low,
              "An account that is neither disabled nor terminated and was never signed in to since it was linked.", "NIST 800-53 AC-2(3)",
              never_signed_in, ReportedSignal::sign_ins},
    RuleEntry{Rule::self_granted, Severity::high, "A service that somebody granted to themselves, while they hold it.",
              "NIST 800-53 AC-3, AC-5"},
    RuleEntry{Rule::self_requested, Severity::low,
              "A service that somebody was granted at their own request, while they hold it; other says whether it makes an administrator.",
              "NIST 800-53 AC-5"},
    RuleEntry{Rule::granted_without_authority, Severity::high,
              "A service granted in imported history by somebody who was on the roster there and held no administrator's service at that "
              "moment.",
              "NIST 800-53 AC-3; 45 CFR 164.308(a)(4)(ii)(C)"},
    RuleEntry{Rule::authority_unknown, Severity::info,
              "Grants of imported history by an actor of whom it cannot be told whether they were entitled; one finding for each actor.",
              "NIST 800-53 AC-3; 45 CFR 164.308(a)(4)(ii)(C)"},
    RuleEntry{Rule::granted_each_other, Severity::high, "Two people who granted each other services at one provider.", "NIST 800-53 AC-5"},
    RuleEntry{Rule::granted_again, Severity::low, "A service that was revoked and granted again within so many days.", "NIST 800-53 AU-6",
              granted_again},
    RuleEntry{Rule::short_grant, Severity::medium, "A service that was held for less than so many minutes.", "NIST 800-53 AU-6",
              short_grant},
    RuleEntry{Rule::mass_changes, Severity::medium,
              "So many changes of access or more by one actor at one provider within so many minutes.", "NIST 800-53 AU-6", mass_changes},
    RuleEntry{
        Rule::out_of_hours, Severity::low,
        "Changes of access outside of the provider's working days and hours, in its own time zone; one finding for each actor and day.",
        "NIST 800-53 AU-6"},
    RuleEntry{Rule::kept_after_leaving, Severity::high, "Access that was not removed within so many hours of the person's leaving.",
              "45 CFR 164.308(a)(3)(ii)(C); NIST 800-53 PS-4; 1 hour was proposed in 90 FR 898 (proposed, not in force)",
              kept_after_leaving},
    RuleEntry{
        Rule::kept_after_report, Severity::high, "Access that was not removed within so many hours of the report that the person left.",
        "45 CFR 164.308(a)(3)(ii)(C); NIST 800-53 PS-4; 1 hour was proposed in 90 FR 898 (proposed, not in force)", kept_after_report},
    RuleEntry{Rule::incompatible_services, Severity::high,
              "Two services held together at a provider that the policy names as incompatible.", "NIST 800-53 AC-5"},
    RuleEntry{Rule::service_use_not_reported, Severity::info,
              "No use of a service at the provider was ever reported, so whether services are used there is not known.",
              "NIST 800-53 AC-6(7)"},
    RuleEntry{Rule::unused_service, Severity::low, "A service that is held and was not used for so long.", "NIST 800-53 AC-6(7)",
              unused_service, ReportedSignal::service_use},
    RuleEntry{Rule::holds_everything, Severity::medium, "Somebody who holds every service that there was when the last one was granted.",
              "NIST 800-53 AC-6(7)"},
    RuleEntry{Rule::terms_not_accepted, Severity::medium,
              "An account that is linked, neither locked, disabled nor terminated, and has not accepted the terms in force.",
              "Virtual Gateway Terms and Conditions", terms_not_accepted, ReportedSignal::terms},
    RuleEntry{Rule::repeated_resets, Severity::medium,
              "So many resets or more of one account's password at one provider within so many days.", "45 CFR 164.308(a)(5)(ii)(D)",
              repeated_resets},
    RuleEntry{Rule::many_resets, Severity::medium,
              "So many resets of passwords or more by one actor at one provider within so many minutes.", "45 CFR 164.308(a)(5)(ii)(D)",
              many_resets},
    RuleEntry{Rule::outside_organization, Severity::low, "An account linked to a provider of another organization than its home's.",
              "NIST 800-53 AC-2"},
    RuleEntry{Rule::kept_after_relationship, Severity::high,
              "An account of a provider that acted for this one, linked here still when that relationship ended.", "NIST 800-53 AC-2"},
    RuleEntry{Rule::attestation_overdue, Severity::medium, "A provider whose roster nobody has attested for so long.",
              "NIST 800-53 AC-2, AC-6(7); MassHealth asks for reviews quarterly to annually", attestation_overdue},
    RuleEntry{Rule::review_overdue, Severity::medium, "A review of access that is open longer than it was due.", "NIST 800-53 AC-6(7)",
              review_overdue},
    RuleEntry{Rule::revoke_not_carried_out, Severity::high,
              "What a review of access decided to revoke, and the reviewer could not take away, while it is held.",
              "NIST 800-53 AC-2, AC-6(7)"},
    RuleEntry{
        Rule::kept_after_moving, Severity::medium,
        "A service that was held already when the account was linked to another provider, and was neither granted anew nor used in so "
        "many days since.",
        "NIST 800-53 AC-2", kept_after_moving},
    RuleEntry{Rule::same_email, Severity::medium, "Two accounts at one provider with the same email.",
              "45 CFR 164.312(a)(2)(i); Virtual Gateway Terms and Conditions"},
    RuleEntry{Rule::same_birth_day_and_pin, Severity::medium, "Two accounts at one provider with the same birth day and the same PIN.",
              "45 CFR 164.312(a)(2)(i); Virtual Gateway Terms and Conditions"},
    RuleEntry{Rule::generic_name, Severity::low, "An account that is called after a function or a place, and not after a person.",
              "45 CFR 164.312(a)(2)(i); Virtual Gateway Terms and Conditions"},
    RuleEntry{Rule::two_places, Severity::medium, "Sign-ins of one account from two places within so many minutes.",
              "45 CFR 164.312(a)(2)(i); Virtual Gateway Terms and Conditions", two_places},
    RuleEntry{Rule::signed_in_after_reset, Severity::high,
              "A sign-in within so many minutes of a reset of the password, from a place that the account was never signed in from before.",
              "45 CFR 164.308(a)(5)(ii)(D)", signed_in_after_reset},
    RuleEntry{Rule::held_not_recorded, Severity::high,
              "A service that a portal grants at the provider and the record does not have, as a reconciliation reported.",
              "NIST 800-53 AC-2"},
    RuleEntry{Rule::recorded_not_held, Severity::medium,
              "A service that is recorded as held and that the portal does not grant, as a reconciliation reported.", "NIST 800-53 AC-2"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].rule) != i + 1) return false;
  }
  return true;
}
static_assert(is_in_order());

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::high:
      return "high";
    case Severity::medium:
      return "medium";
    case Severity::low:
      return "low";
    case Severity::info:
      return "info";
  }
  return {};
}

std::span<const RuleEntry> rules() { return table; }

bool is_wait(Rule rule) {
  switch (rule) {
    case Rule::dormant:
    case Rule::never_signed_in:
    case Rule::kept_after_leaving:
    case Rule::kept_after_report:
    case Rule::unused_service:
    case Rule::terms_not_accepted:
    case Rule::kept_after_moving:
      return true;
    default:
      return false;
  }
}

bool is_timed(Rule rule) { return rule == Rule::attestation_overdue || rule == Rule::review_overdue; }

const RuleEntry& entry_of(Rule rule) {
  MUNIMENT_ASSERT(is_rule(rule));
  return table[static_cast<std::size_t>(rule) - 1];
}

}  // namespace muniment
