// Why a command is refused. Names are public and stable: spelled the same in answers, in the log, in docs/refusals.md and in tests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace muniment {

enum class Refusal : std::uint8_t {
  // Who may
  actor_unknown,
  actor_not_usable,
  agency_only,
  not_administrator,
  home_only,
  own_services,
  administrator_protected,
  primary_user_protected,
  not_authorized,
  not_delegated,
  not_reviewer,
  own_review,
  // What is there
  provider_unknown,
  provider_closed,
  provider_already_registered,
  import_in_progress,
  import_not_open,
  username_unavailable,
  not_on_roster,
  account_terminated,
  personal_data_unavailable,
  subject_erased,
  vault_unavailable,
  officer_unknown,
  last_officer,
  relationship_unknown,
  same_provider,
  review_unknown,
  review_exists,
  review_closed,
  not_in_review,
  departure_unknown,
  primary_user_in_office,
  delegate_unknown,
  account_not_usable,
  reviewer_unknown,
  report_unknown,
  decided_by_agency,
  already_revoked,
  // What was asked
  already_linked,
  no_services_assigned,
  service_unknown,
  service_retired,
  service_already_defined,
  service_not_held,
  review_name_reserved,
  possible_duplicate,
  reason_required,
  profile_required,
  terms_unknown,
  terms_already_published,
  credential_invalid,
  credential_expired,
  link_unknown,
  in_the_future,
  in_the_past,
  position_unknown,
  reference_required,
  account_in_use,
  legal_hold,
  legal_ground_required,
  hold_unknown,
  // Agreement between the caller and the log
  version_conflict,
  command_id_reused,
  credential_already_issued,
  history_out_of_order,
  record_too_large,
  upgrade_required,
};

struct RefusalEntry {
  Refusal refusal;
  std::string_view name;
  std::string_view meaning;  // One sentence: what is the matter, and what to do.
};

// One row a refusal, in the order of the enum.
const std::array<RefusalEntry, 68>& refusals();

std::string_view name_of(Refusal refusal);
std::string_view meaning_of(Refusal refusal);
std::optional<Refusal> refusal_named(std::string_view name);

}  // namespace muniment
