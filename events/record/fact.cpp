#include "events/record/fact.h"

namespace muniment {
namespace {

using Union = schema::Event::Fact::Builder;

// Cap'n Proto wants a terminating NUL in a Text::Reader; a builder that is filled by hand does not.
template <typename List>
void set_text(List list, unsigned index, std::string_view value) {
  auto out = list.init(index, static_cast<unsigned>(value.size()));
  std::copy(value.begin(), value.end(), out.begin());
}

template <typename List>
void write_texts(List list, const Texts& values) {
  for (unsigned i = 0; i < values.size(); ++i) set_text(list, i, values[i]);
}

template <typename List>
void write_providers(List list, const std::vector<ProviderId>& values) {
  for (unsigned i = 0; i < values.size(); ++i) set_text(list, i, values[i].text());
}

unsigned count(const auto& values) { return static_cast<unsigned>(values.size()); }

template <typename Init>  // init(size) -> Text::Builder
void copy_text(std::string_view value, Init init) {
  auto out = init(count(value));
  std::copy(value.begin(), value.end(), out.begin());
}

void write(const fact::StoreCreated& f, Union u) {
  auto out = u.initStoreCreated();
  out.setFormat(f.format);
  out.setNeutralUsernames(f.neutral_usernames);
}
void write(const fact::StoreUpgraded& f, Union u) {
  auto out = u.initStoreUpgraded();
  out.setFromFormat(f.from_format);
  out.setToFormat(f.to_format);
}
void write(const fact::OfficerAppointed& f, Union u) {
  copy_text(f.officer, [out = u.initOfficerAppointed()](unsigned n) mutable { return out.initOfficer(n); });
}
void write(const fact::OfficerDismissed& f, Union u) {
  copy_text(f.officer, [out = u.initOfficerDismissed()](unsigned n) mutable { return out.initOfficer(n); });
}
void write(const fact::ServiceDefined& f, Union u) {
  auto out = u.initServiceDefined();
  copy_text(f.service, [&](unsigned n) { return out.initService(n); });
  copy_text(f.name, [&](unsigned n) { return out.initName(n); });
  out.setAdministrator(f.administrator);
  out.setDelegate(f.delegate);
}
void write(const fact::ServiceRetired& f, Union u) {
  copy_text(f.service, [out = u.initServiceRetired()](unsigned n) mutable { return out.initService(n); });
}
void write(const fact::TermsPublished& f, Union u) {
  copy_text(f.terms_version, [out = u.initTermsPublished()](unsigned n) mutable { return out.initTermsVersion(n); });
}
void write(const fact::PolicySet& f, Union u) { u.setPolicySet(f.policy); }
void write(const fact::ProviderRegistered& f, Union u) {
  auto out = u.initProviderRegistered();
  out.setKind(f.kind);
  copy_text(f.organization, [&](unsigned n) { return out.initOrganization(n); });
  copy_text(f.name, [&](unsigned n) { return out.initName(n); });
}
void write(const fact::ProviderClosed&, Union u) { u.setProviderClosed(); }
void write(const fact::RelationshipStarted& f, Union u) {
  copy_text(f.entity.text(), [out = u.initRelationshipStarted()](unsigned n) mutable { return out.initEntity(n); });
}
void write(const fact::RelationshipEnded& f, Union u) {
  copy_text(f.entity.text(), [out = u.initRelationshipEnded()](unsigned n) mutable { return out.initEntity(n); });
}
void write(const fact::AccountCreated&, Union u) { u.setAccountCreated(); }
void write(const fact::PrimaryUserAssigned& f, Union u) {
  auto out = u.initPrimaryUserAssigned();
  write_texts(out.initServices(count(f.services)), f.services);
  if (!f.former.empty()) copy_text(f.former, [&](unsigned n) { return out.initFormer(n); });
  out.setFormerUnlinked(f.former_unlinked);
}
void write(const fact::SubordinateCreated& f, Union u) {
  auto out = u.initSubordinateCreated();
  write_texts(out.initServices(count(f.services)), f.services);
  out.setDuplicateAllowed(f.duplicate_allowed);
}
void write(const fact::SubordinateLinked& f, Union u) {
  write_texts(u.initSubordinateLinked().initServices(count(f.services)), f.services);
}
void write(const fact::ProfileChanged& f, Union u) {
  auto out = u.initProfileChanged().initFields(count(f.fields));
  for (unsigned i = 0; i < f.fields.size(); ++i) out.set(i, f.fields[i]);
}
void write(const fact::PinChanged&, Union u) { u.setPinChanged(); }
void write(const fact::ServicesAssigned& f, Union u) {
  auto out = u.initServicesAssigned();
  write_texts(out.initGranted(count(f.granted)), f.granted);
  write_texts(out.initRevoked(count(f.revoked)), f.revoked);
}
void write(const fact::PasswordReset& f, Union u) { u.initPasswordReset().setExpiresAt(f.expires_at.ns); }
void write(const fact::CredentialRedeemed& f, Union u) { u.initCredentialRedeemed().setResetPosition(f.reset_position); }
void write(const fact::SubordinateRemoved& f, Union u) {
  auto out = u.initSubordinateRemoved();
  write_texts(out.initEnded(count(f.ended)), f.ended);
  out.setUnlinked(f.unlinked);
}
void write(const fact::TermsAccepted& f, Union u) {
  copy_text(f.terms_version, [out = u.initTermsAccepted()](unsigned n) mutable { return out.initTermsVersion(n); });
}
void write(const fact::AccountLocked&, Union u) { u.setAccountLocked(); }
void write(const fact::AccountUnlocked&, Union u) { u.setAccountUnlocked(); }
void write(const fact::AccountDisabled&, Union u) { u.setAccountDisabled(); }
void write(const fact::AccountEnabled&, Union u) { u.setAccountEnabled(); }
void write(const fact::AccountTerminated&, Union u) { u.setAccountTerminated(); }
void write(const fact::SignedIn& f, Union u) { u.initSignedIn().setSuccess(f.success); }
void write(const fact::ServiceUsed& f, Union u) {
  copy_text(f.service, [out = u.initServiceUsed()](unsigned n) mutable { return out.initService(n); });
}
void write(const fact::DepartureReported& f, Union u) {
  auto out = u.initDepartureReported();
  out.setLeftAt(f.left_at.ns);
  write_providers(out.initLinks(count(f.links)), f.links);
}
void write(const fact::CommandRefused& f, Union u) {
  auto out = u.initCommandRefused();
  copy_text(f.command, [&](unsigned n) { return out.initCommand(n); });
  copy_text(f.refusal, [&](unsigned n) { return out.initRefusal(n); });
  if (!f.fields.empty()) write_texts(out.initFields(count(f.fields)), f.fields);
  if (f.expected_version) out.setExpectedVersion(*f.expected_version);
  if (f.actual_version) out.setActualVersion(*f.actual_version);
}
void write(const fact::ImportStarted& f, Union u) {
  auto out = u.initImportStarted();
  out.setRows(f.rows);
  write_texts(out.initAdministratorServices(count(f.administrator_services)), f.administrator_services);
  out.setSameUsernames(f.same_usernames);
}
void write(const fact::ProviderImportStarted&, Union u) { u.setProviderImportStarted(); }
void write(const fact::ImportCompleted& f, Union u) {
  auto out = u.initImportCompleted();
  out.setImportPosition(f.import_position);
  out.setRows(f.rows);
}
void write(const fact::ImportAbandoned& f, Union u) {
  auto out = u.initImportAbandoned();
  out.setImportPosition(f.import_position);
  out.setRows(f.rows);
}
void write(const fact::ClockAccepted& f, Union u) {
  auto out = u.initClockAccepted();
  out.setClock(f.clock.ns);
  out.setExpected(f.expected.ns);
}
void write_exported(const fact::Exported& f, schema::Exported::Builder out) {
  copy_text(f.format, [&](unsigned n) { return out.initFormat(n); });
  out.setRows(f.rows);
  out.setDigest({f.digest.data(), f.digest.size()});
  out.setCut(f.cut);
  out.setCheckpointSize(f.checkpoint_size);
  out.setCheckpointRoot({f.checkpoint_root.data(), f.checkpoint_root.size()});
}
void write(const fact::RecordsRead& f, Union u) {
  auto out = u.initRecordsRead();
  copy_text(f.question, [&](unsigned n) { return out.initQuestion(n); });
  if (!f.narrowed_by.empty()) write_texts(out.initNarrowedBy(count(f.narrowed_by)), f.narrowed_by);
  out.setHead(f.head);
  out.setTimes(f.times);
  if (f.last_at) out.setLastAt(f.last_at->ns);
  if (!f.token.empty()) copy_text(f.token, [&](unsigned n) { return out.initToken(n); });
  if (f.exported) write_exported(*f.exported, out.initExported());
}
void write(const fact::AccessDenied& f, Union u) {
  auto out = u.initAccessDenied();
  copy_text(f.problem, [&](unsigned n) { return out.initProblem(n); });
  if (!f.route.empty()) copy_text(f.route, [&](unsigned n) { return out.initRoute(n); });
  out.setTimes(f.times);
  if (f.last_at) out.setLastAt(f.last_at->ns);
  if (!f.token.empty()) copy_text(f.token, [&](unsigned n) { return out.initToken(n); });
}
void write(const fact::SubjectErased& f, Union u) {
  auto out = u.initSubjectErased();
  if (!f.legal_ground.empty()) copy_text(f.legal_ground, [&](unsigned n) { return out.initLegalGround(n); });
  if (f.retained_until) out.setRetainedUntil(f.retained_until->ns);
}
void write(const fact::HoldPlaced& f, Union u) {
  auto out = u.initHoldPlaced();
  copy_text(f.matter, [&](unsigned n) { return out.initMatter(n); });
}
void write(const fact::HoldLifted& f, Union u) {
  auto out = u.initHoldLifted();
  copy_text(f.matter, [&](unsigned n) { return out.initMatter(n); });
}
void write(const fact::EpochRotated& f, Union u) {
  auto out = u.initEpochRotated();
  copy_text(f.former, [&](unsigned n) { return out.initFormer(n); });
  copy_text(f.current, [&](unsigned n) { return out.initCurrent(n); });
}
void write(const fact::StoreRestored& f, Union u) {
  auto out = u.initStoreRestored();
  out.setHead(f.head);
  out.setFormerHead(f.former_head);
  if (!f.statement.empty()) copy_text(f.statement, [&](unsigned n) { return out.initStatement(n); });
  out.setVault(f.vault);
  out.setErasures(f.erasures);
}
void write(const fact::LogKeyRotated& f, Union u) {
  auto out = u.initLogKeyRotated();
  copy_text(f.former, [&](unsigned n) { return out.initFormer(n); });
  copy_text(f.current, [&](unsigned n) { return out.initCurrent(n); });
  out.setBothUntil(f.both_until.ns);
}
void write(const fact::FindingDisposed& f, Union u) {
  auto out = u.initFindingDisposed();
  copy_text(f.finding, [&](unsigned n) { return out.initFinding(n); });
  out.setDisposition(f.disposition);
  if (f.until) out.setUntil(f.until->ns);
}
void write(const fact::ReviewOpened& f, Union u) {
  auto out = u.initReviewOpened();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  write_providers(out.initProviders(count(f.providers)), f.providers);
  out.setDueAt(f.due_at.ns);
  if (f.remind_at) out.setRemindAt(f.remind_at->ns);
}
void write(const fact::ReviewerAssigned& f, Union u) {
  auto out = u.initReviewerAssigned();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  copy_text(f.reviewer, [&](unsigned n) { return out.initReviewer(n); });
  if (!f.usernames.empty()) write_texts(out.initUsernames(count(f.usernames)), f.usernames);
}
void write(const fact::ReviewDecided& f, Union u) {
  auto out = u.initReviewDecided();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  out.setDecision(f.decision);
  if (!f.services.empty()) write_texts(out.initServices(count(f.services)), f.services);
  out.setDecidedTogether(f.decided_together);
  out.setSecondsSpent(f.seconds_spent);
  out.setRevocation(f.revocation);
  if (!f.refusal.empty()) copy_text(f.refusal, [&](unsigned n) { return out.initRefusal(n); });
}
void write(const fact::ReviewClosed& f, Union u) {
  auto out = u.initReviewClosed();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  out.setKept(f.kept);
  out.setRevoked(f.revoked);
  out.setAsked(f.asked);
}
void write(const fact::DelegateAppointed& f, Union u) { u.initDelegateAppointed().setUntil(f.until.ns); }
void write(const fact::DelegateDismissed&, Union u) { u.setDelegateDismissed(); }
void write(const fact::RosterAttested& f, Union u) {
  auto out = u.initRosterAttested();
  out.setAsOf(f.as_of);
  write_texts(out.initConfirmed(count(f.confirmed)), f.confirmed);
  if (!f.rejected.empty()) write_texts(out.initRejected(count(f.rejected)), f.rejected);
}

void write(const fact::ReviewerDismissed& f, Union u) {
  auto out = u.initReviewerDismissed();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  copy_text(f.reviewer, [&](unsigned n) { return out.initReviewer(n); });
}
void write(const fact::ReviewSealed& f, Union u) {
  auto out = u.initReviewSealed();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  out.setClosedPosition(f.closed_position);
  out.setPeople(f.people);
  out.setKept(f.kept);
  out.setRevoked(f.revoked);
  out.setAsked(f.asked);
  out.setUndecided(f.undecided);
  out.setNotCarriedOut(f.not_carried_out);
  out.setDigest({f.digest.data(), f.digest.size()});
}
void write(const fact::ReportSigned& f, Union u) {
  auto out = u.initReportSigned();
  copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  out.setDigest({f.digest.data(), f.digest.size()});
}
void write(const fact::NoticeGiven& f, Union u) {
  auto out = u.initNoticeGiven();
  out.setNotice(f.notice);
  if (!f.review.empty()) copy_text(f.review, [&](unsigned n) { return out.initReview(n); });
  if (f.at) out.setAt(f.at->ns);
}
void write(const fact::LogArchived& f, Union u) {
  auto out = u.initLogArchived();
  out.setFromPosition(f.from_position);
  out.setToPosition(f.to_position);
  out.setCheckpointSize(f.checkpoint_size);
  out.setCheckpointRoot({f.checkpoint_root.data(), f.checkpoint_root.size()});
}
void write(const fact::ReconciliationReported& f, Union u) {
  auto out = u.initReconciliationReported();
  out.setRosterDigest({f.roster_digest.data(), f.roster_digest.size()});
  auto discrepancies = out.initDiscrepancies(count(f.discrepancies));
  for (unsigned i = 0; i < f.discrepancies.size(); ++i) {
    const fact::Discrepancy& one = f.discrepancies[i];
    auto discrepancy = discrepancies[i];
    copy_text(one.username, [&](unsigned n) { return discrepancy.initUsername(n); });
    copy_text(one.service, [&](unsigned n) { return discrepancy.initService(n); });
    discrepancy.setDifference(one.difference);
    discrepancy.setGrantPosition(one.grant_position);
  }
  if (!f.after.empty()) copy_text(f.after, [&](unsigned n) { return out.initAfter(n); });
  if (!f.through.empty()) copy_text(f.through, [&](unsigned n) { return out.initThrough(n); });
}

}  // namespace

Fact::Fact(const Fact& other) = default;
Fact::Fact(Fact&& other) noexcept = default;
Fact& Fact::operator=(const Fact& other) = default;
Fact& Fact::operator=(Fact&& other) noexcept = default;
Fact::~Fact() = default;

void write_fact(const Fact& fact, schema::Event::Builder event) {
  std::visit([u = event.initFact()](const auto& f) { write(f, u); }, fact);
}

}  // namespace muniment
