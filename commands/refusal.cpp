#include "commands/refusal.h"

#include <algorithm>

namespace muniment {

const std::array<RefusalEntry, 68>& refusals() {
  using enum Refusal;
  static constexpr std::array<RefusalEntry, 68> table{{
      {actor_unknown, "actor_unknown", "The actor is no account, officer or submitter here; sign in as one that is."},
      {actor_not_usable, "actor_not_usable",
       "The actor's account is locked, disabled, terminated, unlinked or has not accepted the current terms; mend that first."},
      {agency_only, "agency_only", "Only the agency's enrolment officers do this; ask one."},
      {not_administrator, "not_administrator", "The actor is neither the provider's Primary User nor a backup; ask one of them."},
      {home_only, "home_only",
       "Only administrators of the provider that created the account change its profile or reset its password; ask them."},
      {own_services, "own_services", "Nobody changes their own services; ask another administrator."},
      {administrator_protected, "administrator_protected",
       "Nobody below an administrator acts on an administrator or grants an administrator's service; ask the Primary User or a backup."},
      {primary_user_protected, "primary_user_protected",
       "Only the agency resets, replaces or removes a Primary User; ask an enrolment officer."},
      {not_authorized, "not_authorized", "The actor may not do this."},
      {not_delegated, "not_delegated",
       "A submitter names another actor only where the agency's policy lists it among its delegates, and then an account."},
      {not_reviewer, "not_reviewer", "The actor was not assigned to review this person here; ask who opened the review."},
      {own_review, "own_review", "Nobody reviews themselves; have another reviewer assigned."},
      {provider_unknown, "provider_unknown", "No provider is registered under this PID/SL; check it, or register the provider."},
      {provider_closed, "provider_closed", "The provider was closed; nothing more can be done there."},
      {provider_already_registered, "provider_already_registered", "A provider is registered under this PID/SL with other particulars."},
      {import_in_progress, "import_in_progress",
       "History is being imported for the provider; run the import again until it completes, then repeat the command."},
      {import_not_open, "import_not_open",
       "No import is under way there: it has completed or was abandoned; `muniment stats` lists those that are."},
      {username_unavailable, "username_unavailable",
       "The username is unknown or cannot be linked; check it with the person's home provider."},
      {not_on_roster, "not_on_roster", "No such username is on the provider's roster; check the spelling, or link the account first."},
      {account_terminated, "account_terminated", "The account was terminated; it can be removed, and nothing else."},
      {personal_data_unavailable, "personal_data_unavailable",
       "The vault does not have the key of the person's data; restore it from its backup."},
      {subject_erased, "subject_erased", "The person was erased: nothing about them can be read or kept; create a new account."},
      {vault_unavailable, "vault_unavailable",
       "The node runs without its vault, so nothing personal and no credential can be kept; restore the vault from its backup."},
      {officer_unknown, "officer_unknown", "No officer has this name."},
      {last_officer, "last_officer", "The last enrolment officer cannot be dismissed; appoint another first."},
      {relationship_unknown, "relationship_unknown", "There is no such relationship between the two providers now."},
      {same_provider, "same_provider", "A provider has no relationship with itself; name two different PID/SLs."},
      {review_unknown, "review_unknown", "There is no review of this name in which the actor has a part; check the name."},
      {review_exists, "review_exists", "There is or was a review of this name; choose another."},
      {review_closed, "review_closed", "The review was closed; open another."},
      {not_in_review, "not_in_review", "The person was not linked to the provider when the review was opened."},
      {departure_unknown, "departure_unknown", "Nobody has reported that the person left; report that first."},
      {primary_user_in_office, "primary_user_in_office",
       "The provider has a Primary User who has not left; a delegate is for a provider without one."},
      {delegate_unknown, "delegate_unknown", "The agency has appointed no delegate there."},
      {account_not_usable, "account_not_usable",
       "The account is locked, disabled, unlinked or reported as having left; name one whose holder can act."},
      {reviewer_unknown, "reviewer_unknown", "Nobody of this name is assigned there; check the review."},
      {report_unknown, "report_unknown",
       "The review has no report of this digest: it is not sealed yet, or another one is meant; look at the review again."},
      {decided_by_agency, "decided_by_agency", "A reviewer whom the agency assigned has decided about this person; ask the agency."},
      {already_revoked, "already_revoked", "What was to be revoked was taken away already; that is final in this review."},
      {already_linked, "already_linked", "The account is linked to the provider already; assign services instead."},
      {no_services_assigned, "no_services_assigned", "At least one service must be assigned."},
      {service_unknown, "service_unknown", "A service is not in the catalogue; check its id."},
      {service_retired, "service_retired", "A service was retired: it can be taken away, not granted."},
      {service_already_defined, "service_already_defined", "The catalogue has a service of this id with another name."},
      {service_not_held, "service_not_held", "The person does not hold this service there now; name those that are held, or none."},
      {review_name_reserved, "review_name_reserved",
       "A provider's own review is called by its PID/SL, a dot and a name; the agency's are called otherwise."},
      {possible_duplicate, "possible_duplicate",
       "An account with the same name, birth day and email is on this roster; if it is another person, say so with allow_duplicate and a "
       "reason."},
      {reason_required, "reason_required", "This needs a reason: a code of a-z, 0-9 and _."},
      {profile_required, "profile_required", "Name an existing username, or give the profile and PIN of a new account; not both."},
      {terms_unknown, "terms_unknown", "This is not the current version of the terms; accept the current one."},
      {terms_already_published, "terms_already_published", "This version of the terms was published before; a new one needs a new name."},
      {credential_invalid, "credential_invalid",
       "The credential is not the one that was issued last, or was redeemed already; reset the password again."},
      {credential_expired, "credential_expired", "The credential has expired; reset the password again."},
      {link_unknown, "link_unknown", "The account does not hold this service at the provider."},
      {in_the_future, "in_the_future", "The time given is later than now; check the clock that reported it."},
      {in_the_past, "in_the_past", "The time given is not later than now; give a later one."},
      {position_unknown, "position_unknown",
       "The log has no such position yet, or history was imported for the provider since; look at the roster again."},
      {reference_required, "reference_required", "This needs a reference: the request or order that it answers to."},
      {account_in_use, "account_in_use",
       "The account has links and is not terminated; remove it from every provider or terminate it, then erase the person."},
      {legal_hold, "legal_hold", "A legal hold stands on the person; it has to be lifted first."},
      {legal_ground_required, "legal_ground_required",
       "The retention time is not over: say on what legal ground the person is erased before its end."},
      {hold_unknown, "hold_unknown", "No hold for this matter stands on the person."},
      {version_conflict, "version_conflict", "It has changed since the version that was expected; look at it again, then repeat."},
      {command_id_reused, "command_id_reused", "The command id was used before with other content; choose a new one."},
      {credential_already_issued, "credential_already_issued",
       "This reset was done and its credential handed out; reset again under a new command id."},
      {history_out_of_order, "history_out_of_order",
       "The change is earlier than the latest recorded change of the same link; sort the history by time."},
      {record_too_large, "record_too_large",
       "The event would be larger than the 65,528 bytes of a record; say less at a time in what the fields name, or take some services "
       "away first."},
      {upgrade_required, "upgrade_required",
       "What is to be recorded is of a kind that the store's format does not have; run `muniment upgrade`, then repeat it under a new "
       "command id."},
  }};
  static_assert(std::all_of(table.begin(), table.end(), [](const RefusalEntry& entry) {
    return &entry - table.data() == static_cast<std::ptrdiff_t>(entry.refusal) && !entry.name.empty();
  }));
  return table;
}

std::string_view name_of(Refusal refusal) { return refusals()[static_cast<std::size_t>(refusal)].name; }

std::string_view meaning_of(Refusal refusal) { return refusals()[static_cast<std::size_t>(refusal)].meaning; }

std::optional<Refusal> refusal_named(std::string_view name) {
  for (const RefusalEntry& entry : refusals()) {
    if (entry.name == name) return entry.refusal;
  }
  return std::nullopt;
}

}  // namespace muniment
