// The functions of the rules, each in a file of its own. The projection calls all of them with every event (desk.h); those that find waits
// besides say which (wait.h).
#pragma once

#include "projections/findings/desk.h"
#include "projections/findings/local_clock.h"
#include "projections/personal.h"

namespace muniment::view {

void see_vacancies(const Step& step, Desk& desk);                 // no_primary_user, no_backup
void see_dormancy(const Step& step, Desk& desk);                  // sign_ins_not_reported, dormant, never_signed_in
void see_own_grants(Step& step, Desk& desk);                      // self_granted, self_requested
void see_authority(Step& step, Desk& desk);                       // granted_without_authority, authority_unknown
void see_mutual_grants(const Step& step, Desk& desk);             // granted_each_other
void see_repeated_grants(const Step& step, Desk& desk);           // granted_again, short_grant
void see_mass_changes(const Step& step, Desk& desk);              // mass_changes
void see_hours(const Step& step, Desk& desk, LocalClock& clock);  // out_of_hours
void see_leavers(const Step& step, Desk& desk);                   // kept_after_leaving, kept_after_report
// That a link ended, for reports that come later.
void remember_ended(FindingPerson& person, const FindingLink& link, const EventRef& ended, Desk& desk);
void see_incompatible(const Step& step, Desk& desk);          // incompatible_services
void see_usage(Step& step, Desk& desk);                       // service_use_not_reported, unused_service, holds_everything
void see_terms(const Step& step, Desk& desk);                 // terms_not_accepted
void see_resets(const Step& step, Desk& desk);                // repeated_resets, many_resets
void see_moving(const Step& step, Desk& desk);                // kept_after_moving
void see_outsiders(Step& step, Desk& desk, RowBuffer& rows);  // outside_organization, kept_after_relationship
void see_attestations(const Step& step, Desk& desk);          // attestation_overdue
// review_overdue, revoke_not_carried_out; at the event's provider.
void see_reviews(const Step& step, PackedProvider provider, Desk& desk, RowBuffer& rows);
// held_not_recorded, recorded_not_held; at the event's provider.
void see_reconciliation(const Step& step, PackedProvider provider, Desk& desk, RowBuffer& rows);
void see_places(const Step& step, Desk& desk, std::uint64_t place);  // two_places, signed_in_after_reset

// What tells whether accounts have the same; 0: it is not known.
struct IdentityNumbers {
  std::uint64_t email = 0;
  std::uint64_t birth_day = 0;
  std::uint64_t pin = 0;
};
// same_email, same_birth_day_and_pin, generic_name. `opened` is what the event has of it; nothing: it has none, or cannot be opened.
void see_shared_ids(Step& step, Desk& desk, const std::optional<OpenedPersonal>& opened);

}  // namespace muniment::view
