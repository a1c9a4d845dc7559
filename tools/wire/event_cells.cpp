#include "tools/wire/event_cells.h"

#include <fmt/format.h>

#include <array>

#include "events/record/principal.h"
#include "events/values/bytes.h"
#include "projections/fact_type.h"
#include "projections/reviews.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/finding_rows.h"

namespace muniment {
namespace {

using TextList = capnp::List<capnp::Text>::Reader;

std::string joined(TextList texts) {
  std::string out;
  for (const auto text : texts) {
    if (!out.empty()) out += ", ";
    out += text_of(text);
  }
  return out;
}

void add_part(std::string& out, std::string_view word, const std::string& what) {
  if (what.empty()) return;
  if (!out.empty()) out += "; ";
  out += word;
  if (!word.empty()) out += ' ';
  out += what;
}

std::string times(std::uint32_t count) { return count == 1 ? std::string{} : ", " + std::to_string(count) + " times"; }

// How an export ended.
std::string export_of(schema::RecordsRead::Reader read) {
  if (!read.hasExported()) return {};
  const auto exported = read.getExported();
  return ": exported " + std::to_string(exported.getRows()) + " rows as " + std::string{text_of(exported.getFormat())} +
         (exported.getCut() ? ", cut off" : "");
}

std::string submitter_of(schema::Event::Reader event) {
  const auto context = event.getContext();
  if (!context.hasSubmittedBy()) return {};
  return Principal{context.getSubmittedBy().getKind(), std::string{text_of(context.getSubmittedBy().getName())}}.text();
}

std::string joined_fields(capnp::List<schema::ProfileField>::Reader fields) {
  static constexpr std::array<std::string_view, 6> names{"last_name", "first_name", "middle_initial", "birth_day", "email", "zip"};
  std::string out;
  for (const auto field : fields) {
    const auto index = static_cast<std::size_t>(field);
    add_part(out, "", std::string{index < names.size() ? names[index] : "unknown"});
  }
  return out;
}

std::string restored(schema::StoreRestored::Reader store) {
  std::string out;
  if (store.getHead() != 0) add_part(out, "to position", std::to_string(store.getHead()));
  if (store.getFormerHead() != 0) add_part(out, "instead of", std::to_string(store.getFormerHead()));
  if (store.getVault()) add_part(out, "the vault,", std::to_string(store.getErasures()) + " erasures again");
  return out;
}

std::string decided(schema::ReviewDecided::Reader decision) {
  std::string out{text_of(decision.getReview())};
  out += ": ";
  out += name_of(decision.getDecision());
  add_part(out, "services", joined(decision.getServices()));
  if (decision.getDecidedTogether() > 1) add_part(out, "one of", std::to_string(decision.getDecidedTogether()));
  if (decision.getRevocation() != schema::Revocation::NONE) add_part(out, "", std::string{name_of(decision.getRevocation())});
  if (decision.hasRefusal()) add_part(out, "", std::string{text_of(decision.getRefusal())});
  return out;
}

std::string closed(schema::ReviewClosed::Reader review) {
  return std::string{text_of(review.getReview())} + ": kept " + std::to_string(review.getKept()) + ", revoked " +
         std::to_string(review.getRevoked()) + ", asked " + std::to_string(review.getAsked());
}

std::string sealed(schema::ReviewSealed::Reader seal) {
  return fmt::format("{}: of {} kept {}, revoked {} ({} not carried out), asked {}, undecided {}", text_of(seal.getReview()),
                     seal.getPeople(), seal.getKept(), seal.getRevoked(), seal.getNotCarriedOut(), seal.getAsked(), seal.getUndecided());
}

std::string notice(schema::NoticeGiven::Reader given) {
  std::string out{name_of(given.getNotice())};
  add_part(out, "", std::string{text_of(given.getReview())});
  if (given.getAt() != 0) add_part(out, "", Timestamp{given.getAt()}.text());
  return out;
}

std::string attested(schema::RosterAttested::Reader roster) {
  return "as of " + std::to_string(roster.getAsOf()) + ": confirmed " + std::to_string(roster.getConfirmed().size()) + ", rejected " +
         std::to_string(roster.getRejected().size());
}

std::string disposed(schema::FindingDisposed::Reader finding) {
  std::string out{text_of(finding.getFinding())};
  add_part(out, "", std::string{name_of(finding.getDisposition())});
  if (finding.getUntil() != 0) add_part(out, "until", Timestamp{finding.getUntil()}.text());
  return out;
}

std::string reconciled(schema::ReconciliationReported::Reader report) {
  std::size_t held = 0;
  for (const auto one : report.getDiscrepancies()) held += one.getDifference() == schema::Difference::HELD_NOT_RECORDED ? 1U : 0U;
  std::string out = fmt::format("held and not recorded {}, recorded and not held {}", held, report.getDiscrepancies().size() - held);
  if (report.hasAfter()) add_part(out, "usernames after", std::string{text_of(report.getAfter())});
  if (report.hasThrough()) add_part(out, "usernames through", std::string{text_of(report.getThrough())});
  return out;
}

// The whole policy as it is from then on, in the words of the command: what is at its standard is not said.
std::string policy_of(schema::Policy::Reader policy) {
  std::string out;
  add_part(out, "time_zone", std::string{text_of(policy.getTimeZone())});
  std::string days;
  for (const auto day : policy.getWorkDays()) days += (days.empty() ? "" : ", ") + std::to_string(day);
  add_part(out, "work_days", days);
  add_part(out, "work_from", std::string{text_of(policy.getWorkFrom())});
  add_part(out, "work_to", std::string{text_of(policy.getWorkTo())});
  std::string pairs;
  for (const auto pair : policy.getIncompatible())
    pairs += (pairs.empty() ? "" : ", ") + std::string{text_of(pair.getService())} + " with " + std::string{text_of(pair.getOther())};
  add_part(out, "incompatible", pairs);
  std::string thresholds;
  for (const auto threshold : policy.getThresholds())
    thresholds += (thresholds.empty() ? "" : ", ") + std::string{text_of(threshold.getName())} + " " + std::to_string(threshold.getValue());
  add_part(out, "thresholds", thresholds);
  if (policy.getDelegation()) add_part(out, "", "delegation");
  add_part(out, "delegates", joined(policy.getDelegates()));
  constexpr unsigned standard_years = 10;
  if (policy.getRetentionYears() != standard_years) add_part(out, "retention_years", std::to_string(policy.getRetentionYears()));
  if (policy.getPrimaryUserRetentionYears() != standard_years)
    add_part(out, "primary_user_retention_years", std::to_string(policy.getPrimaryUserRetentionYears()));
  return out;
}

}  // namespace

std::string summary_of(schema::Event::Reader event) {
  using Kind = schema::Event::Fact;
  const auto fact = event.getFact();
  std::string out;
  switch (fact.which()) {
    case Kind::STORE_CREATED:
      return "format " + std::to_string(fact.getStoreCreated().getFormat());
    case Kind::STORE_UPGRADED:
      return "format " + std::to_string(fact.getStoreUpgraded().getToFormat());
    case Kind::OFFICER_APPOINTED:
      return std::string{text_of(fact.getOfficerAppointed().getOfficer())};
    case Kind::OFFICER_DISMISSED:
      return std::string{text_of(fact.getOfficerDismissed().getOfficer())};
    case Kind::SERVICE_DEFINED:
      return std::string{text_of(fact.getServiceDefined().getService())};
    case Kind::SERVICE_RETIRED:
      return std::string{text_of(fact.getServiceRetired().getService())};
    case Kind::TERMS_PUBLISHED:
      return std::string{text_of(fact.getTermsPublished().getTermsVersion())};
    case Kind::TERMS_ACCEPTED:
      return std::string{text_of(fact.getTermsAccepted().getTermsVersion())};
    case Kind::POLICY_SET:
      return policy_of(fact.getPolicySet());
    case Kind::PROVIDER_REGISTERED:
      return std::string{text_of(fact.getProviderRegistered().getName())};
    case Kind::RELATIONSHIP_STARTED:
      return std::string{text_of(fact.getRelationshipStarted().getEntity())};
    case Kind::RELATIONSHIP_ENDED:
      return std::string{text_of(fact.getRelationshipEnded().getEntity())};
    case Kind::PRIMARY_USER_ASSIGNED:
      add_part(out, "", joined(fact.getPrimaryUserAssigned().getServices()));
      add_part(out, "instead of", std::string{text_of(fact.getPrimaryUserAssigned().getFormer())});
      return out;
    case Kind::SUBORDINATE_CREATED:
      return joined(fact.getSubordinateCreated().getServices());
    case Kind::SUBORDINATE_LINKED:
      return joined(fact.getSubordinateLinked().getServices());
    case Kind::PROFILE_CHANGED:
      return joined_fields(fact.getProfileChanged().getFields());
    case Kind::SERVICES_ASSIGNED:
      add_part(out, "granted", joined(fact.getServicesAssigned().getGranted()));
      add_part(out, "revoked", joined(fact.getServicesAssigned().getRevoked()));
      return out;
    case Kind::PASSWORD_RESET:
      return "expires " + Timestamp{fact.getPasswordReset().getExpiresAt()}.text();
    case Kind::CREDENTIAL_REDEEMED:
      return "of the reset at " + std::to_string(fact.getCredentialRedeemed().getResetPosition());
    case Kind::SUBORDINATE_REMOVED:
      add_part(out, "ended", joined(fact.getSubordinateRemoved().getEnded()));
      if (fact.getSubordinateRemoved().getUnlinked()) add_part(out, "", "unlinked");
      return out;
    case Kind::SIGNED_IN:
      return fact.getSignedIn().getSuccess() ? "success" : "failure";
    case Kind::SERVICE_USED:
      return std::string{text_of(fact.getServiceUsed().getService())};
    case Kind::DEPARTURE_REPORTED:
      return "left " + Timestamp{fact.getDepartureReported().getLeftAt()}.text();
    case Kind::COMMAND_REFUSED:
      return std::string{text_of(fact.getCommandRefused().getCommand())} + ": " +
             std::string{text_of(fact.getCommandRefused().getRefusal())};
    case Kind::IMPORT_STARTED:
      return std::to_string(fact.getImportStarted().getRows()) + " rows";
    case Kind::IMPORT_COMPLETED:
      return std::to_string(fact.getImportCompleted().getRows()) + " rows";
    case Kind::IMPORT_ABANDONED:
      return "of event " + std::to_string(fact.getImportAbandoned().getImportPosition()) + ", " +
             std::to_string(fact.getImportAbandoned().getRows()) + " rows";
    case Kind::LOG_ARCHIVED:
      return std::to_string(fact.getLogArchived().getFromPosition()) + " to " + std::to_string(fact.getLogArchived().getToPosition()) +
             ", by the checkpoint of size " + std::to_string(fact.getLogArchived().getCheckpointSize());
    case Kind::RECORDS_READ:
      return std::string{text_of(fact.getRecordsRead().getQuestion())} + times(fact.getRecordsRead().getTimes()) +
             export_of(fact.getRecordsRead());
    case Kind::ACCESS_DENIED:
      add_part(out, "", std::string{text_of(fact.getAccessDenied().getProblem())});
      add_part(out, "", std::string{text_of(fact.getAccessDenied().getRoute())} + times(fact.getAccessDenied().getTimes()));
      return out;
    case Kind::CLOCK_ACCEPTED:
      return Timestamp{fact.getClockAccepted().getClock()}.text() + ", not " + Timestamp{fact.getClockAccepted().getExpected()}.text();
    case Kind::SUBJECT_ERASED:
      add_part(out, "ground", std::string{text_of(fact.getSubjectErased().getLegalGround())});
      return out;
    case Kind::HOLD_PLACED:
      return std::string{text_of(fact.getHoldPlaced().getMatter())};
    case Kind::HOLD_LIFTED:
      return std::string{text_of(fact.getHoldLifted().getMatter())};
    case Kind::EPOCH_ROTATED:
      return std::string{text_of(fact.getEpochRotated().getFormer())} + " to " + std::string{text_of(fact.getEpochRotated().getCurrent())};
    case Kind::STORE_RESTORED:
      return restored(fact.getStoreRestored());
    case Kind::LOG_KEY_ROTATED:
      return std::string{text_of(fact.getLogKeyRotated().getFormer())} + " to " +
             std::string{text_of(fact.getLogKeyRotated().getCurrent())} + ", both until " +
             Timestamp{fact.getLogKeyRotated().getBothUntil()}.text();
    case Kind::REVIEW_OPENED:
      return std::string{text_of(fact.getReviewOpened().getReview())} + ", due " + Timestamp{fact.getReviewOpened().getDueAt()}.text();
    case Kind::REVIEWER_ASSIGNED:
      return std::string{text_of(fact.getReviewerAssigned().getReview())} + ": " +
             std::string{text_of(fact.getReviewerAssigned().getReviewer())};
    case Kind::REVIEW_DECIDED:
      return decided(fact.getReviewDecided());
    case Kind::REVIEW_CLOSED:
      return closed(fact.getReviewClosed());
    case Kind::DELEGATE_APPOINTED:
      return "until " + Timestamp{fact.getDelegateAppointed().getUntil()}.text();
    case Kind::ROSTER_ATTESTED:
      return attested(fact.getRosterAttested());
    case Kind::RECONCILIATION_REPORTED:
      return reconciled(fact.getReconciliationReported());
    case Kind::FINDING_DISPOSED:
      return disposed(fact.getFindingDisposed());
    case Kind::REVIEWER_DISMISSED:
      return std::string{text_of(fact.getReviewerDismissed().getReview())} + ": " +
             std::string{text_of(fact.getReviewerDismissed().getReviewer())};
    case Kind::REVIEW_SEALED:
      return sealed(fact.getReviewSealed());
    case Kind::REPORT_SIGNED:
      return std::string{text_of(fact.getReportSigned().getReview())} + ": " + to_hex(bytes_of(fact.getReportSigned().getDigest()));
    case Kind::NOTICE_GIVEN:
      return notice(fact.getNoticeGiven());
    default:
      return out;
  }
}

std::vector<Column> event_columns() {
  return {{"position", Column::Kind::number},
          {"occurred_at", Column::Kind::time},
          {"type"},
          {"actor"},
          {"authority"},
          {"provider", Column::Kind::provider},
          {"username"},
          {"detail"},
          {"requested_by"},
          {"reason"},
          {"reference"},
          {"submitted_by"},
          {"recorded_at", Column::Kind::time, Column::Shown::not_in_table},
          {"approved_by", Column::Kind::text, Column::Shown::not_in_table},
          {"imported_by", Column::Kind::number, Column::Shown::not_in_table},
          {"address", Column::Kind::text, Column::Shown::not_in_table},
          {"command_id", Column::Kind::text, Column::Shown::not_in_table},
          {"event_id", Column::Kind::text, Column::Shown::not_in_table}};
}

std::vector<Cell> event_cells(schema::Event::Reader event) {
  const auto context = event.getContext();
  const auto provider = provider_of(event);
  return {event.getPosition(),
          occurred_at(event).text(),
          std::string{fact_name(static_cast<FactNumber>(event.getFact().which()))},
          Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text(),
          std::string{name_of(event.getAuthority())},
          text_cell(provider ? provider->text() : ""),
          text_cell(text_of(event.getUsername())),
          text_cell(summary_of(event)),
          text_cell(text_of(context.getRequestedBy())),
          text_cell(text_of(context.getReason())),
          text_cell(text_of(context.getReference())),
          text_cell(submitter_of(event)),
          recorded_at(event).text(),
          text_cell(text_of(context.getApprovedBy())),
          position_cell(context.getImportedBy()),
          text_cell(text_of(context.getAddress())),
          text_cell(text_of(event.getCommandId())),
          event_id_of(event).hex()};
}

bool is_refused_as(schema::Event::Reader event, Refusal refusal) {
  return event.getFact().isCommandRefused() && text_of(event.getFact().getCommandRefused().getRefusal()) == name_of(refusal);
}

}  // namespace muniment
