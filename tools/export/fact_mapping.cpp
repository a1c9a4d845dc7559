#include "tools/export/fact_mapping.h"

#include <array>

namespace muniment {
namespace {

using enum OcsfClass;
using enum DicomCode;

constexpr FactMapping of_account(std::string_view fact, std::uint8_t activity, std::string_view name, char action = 'U',
                                 DicomCode subtype = user_security_attributes_changed) {
  return {fact, account_change, activity, name, {}, security_alert, subtype, action};
}

constexpr FactMapping of_access(std::string_view fact, std::uint8_t activity, std::string_view name, char action) {
  return {fact, user_access, activity, name, {}, security_alert, security_roles_changed, action};
}

constexpr FactMapping of_entity(std::string_view fact, std::string_view entity, std::uint8_t activity, std::string_view name,
                                char action = 'E') {
  return {fact, entity_management, activity, name, entity, security_alert, security_configuration, action};
}

constexpr std::array mappings{
    of_entity("store_created", "store", 1, "Create", 'C'),
    of_entity("store_upgraded", "store", 3, "Update", 'U'),
    of_access("officer_appointed", ocsf_assign, "Assign Privileges", 'C'),
    of_access("officer_dismissed", ocsf_revoke, "Revoke Privileges", 'D'),
    of_entity("service_defined", "service", 1, "Create", 'C'),
    of_entity("service_retired", "service", 9, "Disable", 'D'),
    of_entity("terms_published", "terms", 1, "Create", 'C'),
    of_entity("policy_set", "policy", 3, "Update", 'U'),
    of_entity("provider_registered", "provider", 1, "Create", 'C'),
    of_entity("provider_closed", "provider", 11, "Deactivate", 'D'),
    of_entity("relationship_started", "relationship", 6, "Enroll", 'C'),
    of_entity("relationship_ended", "relationship", 7, "Unenroll", 'D'),
    of_account("account_created", 1, "Create", 'C'),
    of_access("primary_user_assigned", ocsf_assign, "Assign Privileges", 'U'),
    of_account("subordinate_created", 1, "Create", 'C', security_roles_changed),
    of_access("subordinate_linked", ocsf_assign, "Assign Privileges", 'C'),
    of_account("profile_changed", ocsf_other, "Profile Change"),
    of_account("pin_changed", ocsf_other, "PIN Change"),
    of_access("services_assigned", ocsf_other, "Other", 'U'),
    of_account("password_reset", 4, "Password Reset"),
    of_account("credential_redeemed", 3, "Password Change"),
    of_access("subordinate_removed", ocsf_revoke, "Revoke Privileges", 'D'),
    of_account("terms_accepted", ocsf_other, "Terms Acceptance"),
    of_account("account_locked", 9, "Lock"),
    of_account("account_unlocked", 12, "Unlock"),
    of_account("account_disabled", 5, "Disable"),
    of_account("account_enabled", 2, "Enable"),
    of_account("account_terminated", 6, "Delete", 'D'),
    FactMapping{"signed_in", account_change, ocsf_other, "Sign-in", {}, user_authentication, login, 'E'},
    FactMapping{"service_used", user_access, ocsf_other, "Use", {}, application_activity, none, 'E'},
    of_account("departure_reported", ocsf_other, "Departure Report"),
    FactMapping{"command_refused", entity_management, ocsf_other, "Refusal", "command", security_alert, use_of_restricted_function, 'E'},
    of_entity("import_started", "import", ocsf_other, "Import Start"),
    of_entity("provider_import_started", "provider", ocsf_other, "Import Start"),
    of_entity("import_completed", "import", ocsf_other, "Import End"),
    of_entity("clock_accepted", "clock", 3, "Update", 'U'),
    FactMapping{"records_read", entity_management, 2, "Read", "audit trail", audit_log_used, none, 'R'},
    FactMapping{"access_denied", entity_management, ocsf_other, "Denial", "route", security_alert, use_of_restricted_function, 'E'},
    of_account("subject_erased", ocsf_other, "Erasure", 'D'),
    of_account("hold_placed", ocsf_other, "Hold"),
    of_account("hold_lifted", ocsf_other, "Hold Lift"),
    of_entity("epoch_rotated", "key", 3, "Update", 'U'),
    of_entity("store_restored", "store", ocsf_other, "Restore"),
    of_entity("log_key_rotated", "key", 3, "Update", 'U'),
    of_entity("review_opened", "review", 1, "Create", 'C'),
    of_entity("reviewer_assigned", "review", 3, "Update", 'U'),
    of_entity("review_decided", "review", ocsf_other, "Decision"),
    of_entity("review_closed", "review", ocsf_other, "Close"),
    of_access("delegate_appointed", ocsf_assign, "Assign Privileges", 'C'),
    of_access("delegate_dismissed", ocsf_revoke, "Revoke Privileges", 'D'),
    of_entity("roster_attested", "roster", ocsf_other, "Attestation"),
    of_entity("finding_disposed", "finding", ocsf_other, "Disposition"),
    of_entity("reviewer_dismissed", "review", 3, "Update", 'U'),
    of_entity("review_sealed", "review", ocsf_other, "Seal"),
    of_entity("report_signed", "review", ocsf_other, "Signature"),
    of_entity("notice_given", "notice", ocsf_other, "Notice"),
    of_entity("import_abandoned", "import", ocsf_other, "Import Abandonment"),
    of_entity("log_archived", "log", ocsf_other, "Archiving"),
    of_entity("reconciliation_reported", "roster", ocsf_other, "Reconciliation"),
};

constexpr FactMapping unknown{.fact = fact_unknown_name};

}  // namespace

std::string_view display_of(DicomCode code) {
  switch (code) {
    case none:
      return {};
    case application_activity:
      return "Application Activity";
    case audit_log_used:
      return "Audit Log Used";
    case security_alert:
      return "Security Alert";
    case user_authentication:
      return "User Authentication";
    case login:
      return "Login";
    case security_configuration:
      return "Security Configuration";
    case use_of_restricted_function:
      return "Use of Restricted Function";
    case security_roles_changed:
      return "Security Roles Changed";
    case user_security_attributes_changed:
      return "User Security Attributes Changed";
  }
  return {};
}

std::span<const FactMapping> fact_mappings() { return mappings; }

const FactMapping& mapping_of(FactNumber number) { return number < mappings.size() ? mappings[number] : unknown; }

FactServices services_of(schema::Event::Fact::Reader fact) {
  using Kind = schema::Event::Fact;
  switch (fact.which()) {
    case Kind::PRIMARY_USER_ASSIGNED:
      return {.granted = fact.getPrimaryUserAssigned().getServices()};
    case Kind::SUBORDINATE_CREATED:
      return {.granted = fact.getSubordinateCreated().getServices()};
    case Kind::SUBORDINATE_LINKED:
      return {.granted = fact.getSubordinateLinked().getServices()};
    case Kind::SERVICES_ASSIGNED:
      return {.granted = fact.getServicesAssigned().getGranted(), .revoked = fact.getServicesAssigned().getRevoked()};
    case Kind::SUBORDINATE_REMOVED:
      return {.revoked = fact.getSubordinateRemoved().getEnded()};
    default:
      return {};
  }
}

std::string_view failure_of(schema::Event::Fact::Reader fact) {
  if (fact.isCommandRefused()) return text_of(fact.getCommandRefused().getRefusal());
  if (fact.isSignedIn()) return fact.getSignedIn().getSuccess() ? std::string_view{} : "sign_in_failed";
  if (fact.isAccessDenied()) return text_of(fact.getAccessDenied().getProblem());
  return {};
}

bool is_denial(schema::Event::Fact::Reader fact) { return fact.isCommandRefused() || fact.isAccessDenied(); }

std::string subject_of(schema::Event::Reader event) {
  const auto fact = event.getFact();
  const auto officer = [](capnp::Text::Reader name) { return "officer:" + std::string{text_of(name)}; };
  if (fact.isOfficerAppointed()) return officer(fact.getOfficerAppointed().getOfficer());
  if (fact.isOfficerDismissed()) return officer(fact.getOfficerDismissed().getOfficer());
  return std::string{text_of(event.getUsername())};
}

std::string_view former_of(schema::Event::Fact::Reader fact) {
  return fact.isPrimaryUserAssigned() ? text_of(fact.getPrimaryUserAssigned().getFormer()) : std::string_view{};
}

std::string entity_name(schema::Event::Reader event, const FactMapping& mapping) {
  using Kind = schema::Event::Fact;
  const auto fact = event.getFact();
  const auto named = [&](std::string_view name) { return std::string{name.empty() ? mapping.entity : name}; };
  // Between the provider and who acts for it.
  const auto relationship = [&](schema::Relationship::Reader of) {
    const auto provider = provider_of(event);
    return (provider ? provider->text() : std::string{}) + '/' + std::string{text_of(of.getEntity())};
  };
  switch (fact.which()) {
    case Kind::SERVICE_DEFINED:
      return named(text_of(fact.getServiceDefined().getService()));
    case Kind::SERVICE_RETIRED:
      return named(text_of(fact.getServiceRetired().getService()));
    case Kind::TERMS_PUBLISHED:
      return named(text_of(fact.getTermsPublished().getTermsVersion()));
    case Kind::PROVIDER_REGISTERED:
      return named(text_of(fact.getProviderRegistered().getName()));
    case Kind::RELATIONSHIP_STARTED:
      return relationship(fact.getRelationshipStarted());
    case Kind::RELATIONSHIP_ENDED:
      return relationship(fact.getRelationshipEnded());
    case Kind::COMMAND_REFUSED:
      return named(text_of(fact.getCommandRefused().getCommand()));
    case Kind::RECORDS_READ:
      return named(text_of(fact.getRecordsRead().getQuestion()));
    case Kind::ACCESS_DENIED:
      return named(text_of(fact.getAccessDenied().getRoute()));
    case Kind::REVIEW_OPENED:
      return named(text_of(fact.getReviewOpened().getReview()));
    case Kind::REVIEWER_ASSIGNED:
      return named(text_of(fact.getReviewerAssigned().getReview()));
    case Kind::REVIEW_DECIDED:
      return named(text_of(fact.getReviewDecided().getReview()));
    case Kind::REVIEW_CLOSED:
      return named(text_of(fact.getReviewClosed().getReview()));
    case Kind::FINDING_DISPOSED:
      return named(text_of(fact.getFindingDisposed().getFinding()));
    case Kind::EPOCH_ROTATED:
      return named(text_of(fact.getEpochRotated().getCurrent()));
    case Kind::LOG_KEY_ROTATED:
      return named(text_of(fact.getLogKeyRotated().getCurrent()));
    default:
      break;
  }
  const auto provider = provider_of(event);
  return provider && (mapping.entity == "provider" || mapping.entity == "roster") ? provider->text() : std::string{mapping.entity};
}

Repeats repeats_of(schema::Event::Fact::Reader fact) {
  if (fact.isRecordsRead()) return {fact.getRecordsRead().getTimes(), fact.getRecordsRead().getLastAt()};
  if (fact.isAccessDenied()) return {fact.getAccessDenied().getTimes(), fact.getAccessDenied().getLastAt()};
  return {};
}

}  // namespace muniment
