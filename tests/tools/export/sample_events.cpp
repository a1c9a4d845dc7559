#include "sample_events.h"

#include <capnp/message.h>

#include "events/record/encoder.h"
#include "events/values/username.h"
#include "projections/fact_type.h"

namespace muniment::test {
namespace {

const ProviderId mercy_hospital = ProviderId::parse("110012345A").value();
const ProviderId billing_entity = ProviderId::parse("110012346B").value();

AccountId account_numbered(Byte number) {
  std::array<Byte, AccountId::size> bytes{};
  bytes.fill(number);
  return AccountId{bytes};
}

// What an event says beside its fact.
struct Setting {
  bool is_about_account = false;
  bool is_at_provider = false;
};

Setting setting_of(const Fact& fact) {
  const std::string_view name = fact_name(static_cast<FactNumber>(fact.index()));
  const auto begins = [&](std::string_view start) { return name.starts_with(start); };
  if (begins("account_") || begins("terms_acc") || begins("signed") || begins("pin") || begins("hold") || begins("subject"))
    return {.is_about_account = true};
  if (begins("provider") || begins("relationship")) return {.is_at_provider = true};
  if (begins("reviewer") || begins("roster") || begins("finding") || begins("reconciliation")) return {.is_at_provider = true};
  const bool is_both = begins("delegate") || begins("review_decided") || begins("primary") || begins("subordinate") || begins("profile") ||
                       begins("services_") || begins("password") || begins("credential") || begins("service_used") || begins("departure") ||
                       begins("command") || begins("records");
  return {.is_about_account = is_both, .is_at_provider = is_both};
}

class Records {
 public:
  // `more` completes the draft.
  void add(const Fact& fact, const std::function<void(Draft&)>& more = [](Draft&) {}) {
    const auto position = static_cast<Position>(records_.size() + 1);
    const Setting setting = setting_of(fact);
    const auto number = static_cast<Byte>(position);
    std::array<Byte, EventId::size> id{};
    id.fill(number);
    std::vector<StreamVersion> streams;
    if (setting.is_about_account) streams.push_back({StreamName::account(account_numbered(0x11)), position});
    if (setting.is_at_provider) streams.push_back({StreamName::provider(mercy_hospital), position});
    if (streams.empty()) streams.push_back({StreamName::single(schema::StreamKind::AGENCY), position});
    Draft draft;
    draft.position = position;
    draft.recorded_at = Timestamp{1'585'823'543'000'000'000 + static_cast<std::int64_t>(position) * 1'000'000'001};
    draft.occurred_at = draft.recorded_at;
    draft.source = schema::Source::NETWORK;
    draft.authority = schema::Authority::PRIMARY_USER;
    draft.actor_kind = schema::PrincipalKind::ACCOUNT;
    draft.actor_name = "mhughes1";
    draft.event_id = EventId{id};
    draft.command_id = "c-1";
    if (setting.is_at_provider) draft.provider = mercy_hospital;
    if (setting.is_about_account) draft.username = "jdoe11";
    draft.streams = streams;
    draft.fact = &fact;
    more(draft);
    encoder_.encode(draft, records_.emplace_back());
  }

  std::vector<std::vector<capnp::word>> take() { return std::move(records_); }

 private:
  Encoder encoder_;
  std::vector<std::vector<capnp::word>> records_;
};

std::vector<Fact> one_of_each(schema::Policy::Reader policy, ByteSpan digest) {
  return {
      fact::StoreCreated{1, false},
      fact::StoreUpgraded{1, 2},
      fact::OfficerAppointed{"rkelly"},
      fact::OfficerDismissed{"rkelly"},
      fact::ServiceDefined{"claims", "Claims Submission and Status", false, false},
      fact::ServiceRetired{"claims"},
      fact::TermsPublished{"2031-01"},
      fact::PolicySet{policy},
      fact::ProviderRegistered{schema::ProviderKind::PROVIDER, "mercy", "Mercy \"General\" Hospital"},
      fact::ProviderClosed{},
      fact::RelationshipStarted{billing_entity},
      fact::RelationshipEnded{billing_entity},
      fact::AccountCreated{},
      fact::PrimaryUserAssigned{{"primary_portal_user"}, "mhughes1", false},
      fact::SubordinateCreated{{"claims", "referrals"}, false},
      fact::SubordinateLinked{{"claims"}},
      fact::ProfileChanged{{schema::ProfileField::EMAIL, schema::ProfileField::ZIP}},
      fact::PinChanged{},
      fact::ServicesAssigned{{"reports"}, {"claims", "referrals"}},
      fact::PasswordReset{Timestamp{1'585'909'943'000'000'000}},
      fact::CredentialRedeemed{20},
      fact::SubordinateRemoved{{"reports"}, true},
      fact::TermsAccepted{"2031-01"},
      fact::AccountLocked{},
      fact::AccountUnlocked{},
      fact::AccountDisabled{},
      fact::AccountEnabled{},
      fact::AccountTerminated{},
      fact::SignedIn{true},
      fact::ServiceUsed{"claims"},
      fact::DepartureReported{Timestamp{1'585'800'000'000'000'000}, {mercy_hospital}},
      fact::CommandRefused{"assign_services", "service_unknown", {"services"}},
      fact::ImportStarted{12, {"org_admin"}, false},
      fact::ProviderImportStarted{},
      fact::ImportCompleted{33, 12},
      fact::ClockAccepted{Timestamp{1'585'823'600'000'000'000}, Timestamp{1'585'823'500'000'000'000}},
      fact::RecordsRead{"/v1/export/trail", {"provider"}, 36, 1, {}, "t1", fact::Exported{"ocsf", 36, digest, false, 35, digest}},
      fact::AccessDenied{"role_denied", "GET /v1/events", 2, Timestamp{1'585'823'600'000'000'000}, "t1"},
      fact::SubjectErased{"court_order", Timestamp{1'885'823'600'000'000'000}},
      fact::HoldPlaced{"M-1"},
      fact::HoldLifted{"M-1"},
      fact::EpochRotated{"00112233aabbccdd", "ddccbbaa33221100"},
      fact::StoreRestored{7, 9, "the disk is gone", true, 2},
      fact::LogKeyRotated{"log+00000001+AQ==", "log+00000002+AQ==", Timestamp{1'585'909'943'000'000'000}},
      fact::ReviewOpened{"2020q2", {mercy_hospital}, Timestamp{1'593'561'600'000'000'000}, Timestamp{1'590'969'600'000'000'000}},
      fact::ReviewerAssigned{"2020q2", "bking1", {"jdoe11"}},
      fact::ReviewDecided{
          "2020q2", schema::ReviewDecision::REVOKE, {"claims"}, 2, 90, schema::Revocation::LEFT_TO_OTHERS, "administrator_protected"},
      fact::ReviewClosed{"2020q2", 3, 2, 1},
      fact::DelegateAppointed{Timestamp{1'593'561'600'000'000'000}},
      fact::DelegateDismissed{},
      fact::RosterAttested{41, {"jdoe11"}, {"bking1"}},
      fact::FindingDisposed{"no_backup.110012345A.7.00112233", schema::Disposition::ACCEPTED_RISK, Timestamp{1'593'561'600'000'000'000}},
      fact::ReviewerDismissed{"2020q2", "bking1"},
      fact::ReviewSealed{"2020q2", 48, 7, 3, 2, 1, 1, 1, digest},
      fact::ReportSigned{"2020q2", digest},
      fact::NoticeGiven{schema::Notice::DEPARTURE, {}, Timestamp{1'585'800'000'000'000'000}},
      fact::ImportAbandoned{33, 12},
      fact::LogArchived{1, 256, 300, digest},
      fact::ReconciliationReported{
          digest,
          {{"ghost1", "claims", schema::Difference::HELD_NOT_RECORDED}, {"jdoe11", "claims", schema::Difference::RECORDED_NOT_HELD, 15}},
          {},
          "mhughes1"}};
}

}  // namespace

std::vector<std::vector<capnp::word>> sample_records() {
  capnp::MallocMessageBuilder policy;
  policy.initRoot<schema::Policy>().setTimeZone("America/New_York");
  policy.getRoot<schema::Policy>().setDelegation(true);
  policy.getRoot<schema::Policy>().initDelegates(1).set(0, "submitter:portal");
  const Bytes digest(32, 0xab);
  const auto facts = one_of_each(policy.getRoot<schema::Policy>().asReader(), digest);
  Records records;
  for (const Fact& fact : facts) records.add(fact);
  // Everything that a context can say, with what JSON, CSV and spreadsheets trip over.
  const Principal portal = Principal::submitter("portal");
  records.add(fact::ServicesAssigned{{"claims"}, {}}, [&](Draft& draft) {
    draft.requested_by = "=cmd(\"calc\")";
    draft.approved_by = "o'neil, \"the\" boss";
    draft.reason = "new_duties";
    draft.reference = "request 8\\9";
    draft.address = "192.0.2.7";
    draft.submitted_by = &portal;
    draft.token_id = "0123456789abcdef";
    draft.occurred_at = Timestamp{1'585'737'143'120'000'000};
  });
  // Imported: the actor is a name from elsewhere, which may have any letters.
  records.add(fact::ServicesAssigned{{}, {"claims"}}, [](Draft& draft) {
    draft.source = schema::Source::IMPORT;
    draft.authority = schema::Authority::UNKNOWN;
    draft.actor_kind = schema::PrincipalKind::OUTSIDER;
    draft.actor_name = "m\xc3\xbcller";
    draft.imported_by = 33;
    draft.command_id = {};
  });
  // A sealed part is nobody's business outside.
  const Bytes sealed(200, 0x5e);
  records.add(fact::SubordinateCreated{{}, true}, [&](Draft& draft) {
    draft.sealed = sealed;
    draft.address = "2001:db8::1";
  });
  records.add(fact::SignedIn{false}, [](Draft& draft) {
    draft.authority = schema::Authority::SUBMITTER;
    draft.actor_kind = schema::PrincipalKind::SUBMITTER;
    draft.actor_name = "idp";
    draft.address = "gateway";
  });
  return records.take();
}

}  // namespace muniment::test
