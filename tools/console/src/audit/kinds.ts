// The kinds of events, in the order in which somebody looks for them.
export const kinds = [
  "account_created", "subordinate_created", "subordinate_linked", "services_assigned", "profile_changed", "pin_changed", "password_reset", "credential_redeemed",
  "subordinate_removed", "primary_user_assigned", "terms_accepted", "signed_in", "service_used", "account_locked", "account_unlocked", "account_disabled",
  "account_enabled", "account_terminated", "departure_reported", "command_refused", "provider_registered", "provider_closed", "relationship_started",
  "relationship_ended", "delegate_appointed", "delegate_dismissed", "review_opened", "reviewer_assigned", "review_decided", "review_closed", "review_sealed",
  "roster_attested", "finding_disposed", "policy_set", "records_read", "access_denied",
];
