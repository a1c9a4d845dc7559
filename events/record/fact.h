// What happened, as plain values on their way into a record: what a decision returns and the encoder writes. Coming out of a record, facts
// are read through schema::Event::Reader. The names and meanings are those of events/schema/event.capnp.
//
// Texts and bytes are borrowed: they must live until the fact is encoded.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "events/record/position.h"
#include "events/record/record.h"
#include "events/record/stream_name.h"
#include "events/schema/event.capnp.h"
#include "events/values/alternative_of.h"
#include "events/values/bytes.h"
#include "events/values/provider_id.h"
#include "events/values/timestamp.h"

namespace muniment {

using Texts = std::vector<std::string_view>;

namespace fact {

struct StoreCreated {
  std::uint32_t format;
  bool neutral_usernames = false;
};
struct StoreUpgraded {
  std::uint32_t from_format;
  std::uint32_t to_format;
};
struct OfficerAppointed {
  std::string_view officer;
};
struct OfficerDismissed {
  std::string_view officer;
};
struct ServiceDefined {
  std::string_view service;
  std::string_view name;
  bool administrator = false;
  bool delegate = false;
};
struct ServiceRetired {
  std::string_view service;
};
struct TermsPublished {
  std::string_view terms_version;
};
struct PolicySet {
  schema::Policy::Reader policy;
};
struct ProviderRegistered {
  schema::ProviderKind kind;
  std::string_view organization;
  std::string_view name;
};
struct ProviderClosed {};
struct RelationshipStarted {
  ProviderId entity;
};
struct RelationshipEnded {
  ProviderId entity;
};
struct AccountCreated {};
struct PrimaryUserAssigned {
  Texts services;
  std::string_view former;  // Empty: there was none.
  bool former_unlinked = false;
};
struct SubordinateCreated {
  Texts services;
  bool duplicate_allowed = false;
};
struct SubordinateLinked {
  Texts services;
};
struct ProfileChanged {
  std::vector<schema::ProfileField> fields;
};
struct PinChanged {};
struct ServicesAssigned {
  Texts granted;
  Texts revoked;
};
struct PasswordReset {
  Timestamp expires_at;
};
struct CredentialRedeemed {
  Position reset_position;
};
struct SubordinateRemoved {
  Texts ended;
  bool unlinked = false;
};
struct TermsAccepted {
  std::string_view terms_version;
};
struct AccountLocked {};
struct AccountUnlocked {};
struct AccountDisabled {};
struct AccountEnabled {};
struct AccountTerminated {};
struct SignedIn {
  bool success;
};
struct ServiceUsed {
  std::string_view service;
};
struct DepartureReported {
  Timestamp left_at;
  std::vector<ProviderId> links;
};
struct CommandRefused {
  std::string_view command;
  std::string_view refusal;
  Texts fields;
  std::optional<Version> expected_version = {};
  std::optional<Version> actual_version = {};
};
struct ImportStarted {
  std::uint64_t rows;
  Texts administrator_services;
  bool same_usernames = false;
};
struct ProviderImportStarted {};
struct ImportCompleted {
  Position import_position;
  std::uint64_t rows;
};
struct ImportAbandoned {
  Position import_position;
  std::uint64_t rows;
};
struct ClockAccepted {
  Timestamp clock;
  Timestamp expected;
};
struct Exported {
  std::string_view format;
  std::uint64_t rows = 0;
  ByteSpan digest = {};
  bool cut = false;
  Position checkpoint_size = 0;
  ByteSpan checkpoint_root = {};
};
struct RecordsRead {
  std::string_view question;
  Texts narrowed_by;
  Position head;
  std::uint32_t times = 1;
  std::optional<Timestamp> last_at = {};
  std::string_view token = {};
  std::optional<Exported> exported = {};
};
struct AccessDenied {
  std::string_view problem;
  std::string_view route;
  std::uint32_t times = 1;
  std::optional<Timestamp> last_at = {};
  std::string_view token = {};
};
struct SubjectErased {
  std::string_view legal_ground = {};
  std::optional<Timestamp> retained_until = {};
};
struct HoldPlaced {
  std::string_view matter;
};
struct HoldLifted {
  std::string_view matter;
};
struct EpochRotated {
  std::string_view former;
  std::string_view current;
};
struct StoreRestored {
  Position head = 0;
  Position former_head = 0;
  std::string_view statement = {};
  bool vault = false;
  std::uint32_t erasures = 0;
};
struct LogKeyRotated {
  std::string_view former;
  std::string_view current;
  Timestamp both_until;
};
struct FindingDisposed {
  std::string_view finding;
  schema::Disposition disposition;
  std::optional<Timestamp> until = {};
};
// A review is named by the key of its stream. docs/formats.md, "Streams".
struct ReviewOpened {
  std::string_view review;
  std::vector<ProviderId> providers;
  Timestamp due_at;
  std::optional<Timestamp> remind_at = {};
};
struct ReviewerAssigned {
  std::string_view review;
  std::string_view reviewer;
  Texts usernames = {};  // None: everybody.
};
struct ReviewDecided {
  std::string_view review;
  schema::ReviewDecision decision;
  Texts services = {};  // None, of a revoke: the link.
  std::uint32_t decided_together = 1;
  std::uint32_t seconds_spent = 0;
  schema::Revocation revocation = schema::Revocation::NONE;
  std::string_view refusal = {};
};
struct ReviewClosed {
  std::string_view review;
  std::uint32_t kept = 0;
  std::uint32_t revoked = 0;
  std::uint32_t asked = 0;
};
struct DelegateAppointed {
  Timestamp until;
};
struct DelegateDismissed {};
struct RosterAttested {
  Position as_of;
  Texts confirmed;
  Texts rejected = {};
};

struct ReviewerDismissed {
  std::string_view review;
  std::string_view reviewer;
};
struct ReviewSealed {
  std::string_view review;
  Position closed_position;
  std::uint64_t people = 0;
  std::uint64_t kept = 0;
  std::uint64_t revoked = 0;
  std::uint64_t asked = 0;
  std::uint64_t undecided = 0;
  std::uint64_t not_carried_out = 0;
  ByteSpan digest = {};
};
struct ReportSigned {
  std::string_view review;
  ByteSpan digest;
};
struct NoticeGiven {
  schema::Notice notice;
  std::string_view review = {};
  std::optional<Timestamp> at = {};
};
struct LogArchived {
  Position from_position;
  Position to_position;
  Position checkpoint_size;
  ByteSpan checkpoint_root;
};
struct Discrepancy {
  std::string_view username;
  std::string_view service;
  schema::Difference difference;
  Position grant_position = 0;  // Of recorded_not_held.
};
struct ReconciliationReported {
  ByteSpan roster_digest;
  std::vector<Discrepancy> discrepancies;
  std::string_view after = {};    // Empty: from the first username ...
  std::string_view through = {};  // ... to the last.
};

}  // namespace fact

using AnyFact =
    std::variant<fact::StoreCreated, fact::StoreUpgraded, fact::OfficerAppointed, fact::OfficerDismissed, fact::ServiceDefined,
                 fact::ServiceRetired, fact::TermsPublished, fact::PolicySet, fact::ProviderRegistered, fact::ProviderClosed,
                 fact::RelationshipStarted, fact::RelationshipEnded, fact::AccountCreated, fact::PrimaryUserAssigned,
                 fact::SubordinateCreated, fact::SubordinateLinked, fact::ProfileChanged, fact::PinChanged, fact::ServicesAssigned,
                 fact::PasswordReset, fact::CredentialRedeemed, fact::SubordinateRemoved, fact::TermsAccepted, fact::AccountLocked,
                 fact::AccountUnlocked, fact::AccountDisabled, fact::AccountEnabled, fact::AccountTerminated, fact::SignedIn,
                 fact::ServiceUsed, fact::DepartureReported, fact::CommandRefused, fact::ImportStarted, fact::ProviderImportStarted,
                 fact::ImportCompleted, fact::ClockAccepted, fact::RecordsRead, fact::AccessDenied, fact::SubjectErased, fact::HoldPlaced,
                 fact::HoldLifted, fact::EpochRotated, fact::StoreRestored, fact::LogKeyRotated, fact::ReviewOpened, fact::ReviewerAssigned,
                 fact::ReviewDecided, fact::ReviewClosed, fact::DelegateAppointed, fact::DelegateDismissed, fact::RosterAttested,
                 fact::FindingDisposed, fact::ReviewerDismissed, fact::ReviewSealed, fact::ReportSigned, fact::NoticeGiven,
                 fact::ImportAbandoned, fact::LogArchived, fact::ReconciliationReported>;

// A class with functions of its own to copy, move and end it, in fact.cpp: whoever includes this would else make those of every fact, and
// name the variant with all of them in each symbol.
struct Fact : AnyFact {
  Fact() = default;  // The first, without anything.
  template <AlternativeOf<AnyFact> One>
  Fact(One one) : AnyFact(std::in_place_type<One>, std::move(one)) {}  // Each is one.
  Fact(const Fact& other);
  Fact(Fact&& other) noexcept;
  Fact& operator=(const Fact& other);
  Fact& operator=(Fact&& other) noexcept;
  ~Fact();
};

// Writes the fact into the event's union, texts and all.
void write_fact(const Fact& fact, schema::Event::Builder event);

}  // namespace muniment
