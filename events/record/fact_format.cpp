#include "events/record/fact_format.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace muniment {
namespace {

struct Row {
  std::size_t place;
  std::uint32_t format;
};

template <typename One, std::size_t... Places>
consteval std::size_t place_of(std::index_sequence<Places...>) {
  return ((std::is_same_v<One, std::variant_alternative_t<Places, AnyFact>> ? Places : 0) + ...);
}

template <typename One>
consteval Row since(std::uint32_t format) {
  return {place_of<One>(std::make_index_sequence<std::variant_size_v<AnyFact>>{}), format};
}

// Facts are never taken off it, and a number never changes: stores rely on both.
constexpr Row rows[] = {
    since<fact::StoreCreated>(1),
    since<fact::StoreUpgraded>(1),
    since<fact::OfficerAppointed>(1),
    since<fact::OfficerDismissed>(1),
    since<fact::ServiceDefined>(1),
    since<fact::ServiceRetired>(1),
    since<fact::TermsPublished>(1),
    since<fact::PolicySet>(1),
    since<fact::ProviderRegistered>(1),
    since<fact::ProviderClosed>(1),
    since<fact::RelationshipStarted>(1),
    since<fact::RelationshipEnded>(1),
    since<fact::AccountCreated>(1),
    since<fact::PrimaryUserAssigned>(1),
    since<fact::SubordinateCreated>(1),
    since<fact::SubordinateLinked>(1),
    since<fact::ProfileChanged>(1),
    since<fact::PinChanged>(1),
    since<fact::ServicesAssigned>(1),
    since<fact::PasswordReset>(1),
    since<fact::CredentialRedeemed>(1),
    since<fact::SubordinateRemoved>(1),
    since<fact::TermsAccepted>(1),
    since<fact::AccountLocked>(1),
    since<fact::AccountUnlocked>(1),
    since<fact::AccountDisabled>(1),
    since<fact::AccountEnabled>(1),
    since<fact::AccountTerminated>(1),
    since<fact::SignedIn>(1),
    since<fact::ServiceUsed>(1),
    since<fact::DepartureReported>(1),
    since<fact::CommandRefused>(1),
    since<fact::ImportStarted>(1),
    since<fact::ProviderImportStarted>(1),
    since<fact::ImportCompleted>(1),
    since<fact::ClockAccepted>(1),
    since<fact::RecordsRead>(1),
    since<fact::AccessDenied>(1),
    since<fact::SubjectErased>(1),
    since<fact::HoldPlaced>(1),
    since<fact::HoldLifted>(1),
    since<fact::EpochRotated>(1),
    since<fact::StoreRestored>(1),
    since<fact::LogKeyRotated>(1),
    since<fact::ReviewOpened>(1),
    since<fact::ReviewerAssigned>(1),
    since<fact::ReviewDecided>(1),
    since<fact::ReviewClosed>(1),
    since<fact::DelegateAppointed>(1),
    since<fact::DelegateDismissed>(1),
    since<fact::RosterAttested>(1),
    since<fact::FindingDisposed>(1),
    since<fact::ReviewerDismissed>(1),
    since<fact::ReviewSealed>(1),
    since<fact::ReportSigned>(1),
    since<fact::NoticeGiven>(1),
    since<fact::ImportAbandoned>(1),
    since<fact::LogArchived>(1),
    since<fact::ReconciliationReported>(1),
};

consteval FactFormats table() {
  FactFormats out{};
  for (const Row& row : rows) out[row.place] = row.format;
  return out;
}

}  // namespace

constexpr FactFormats fact_formats = table();
static_assert(std::ranges::none_of(fact_formats, [](std::uint32_t format) { return format == 0; }), "a kind of fact has no row");
static_assert(std::size(rows) == fact_formats.size(), "a kind of fact has two rows");

}  // namespace muniment
