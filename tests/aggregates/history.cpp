#include "tests/aggregates/history.h"

#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>

#include <cstring>

namespace muniment::test {

Position History::add(const Happened& happened) {
  const Position position = head() + 1;
  std::vector<StreamVersion> streams;
  for (const StreamName& stream : happened.streams) streams.push_back({stream, ++versions_[stream]});
  Draft draft;
  draft.position = position;
  draft.recorded_at = draft.occurred_at = Timestamp{happened.at == 0 ? static_cast<std::int64_t>(position) : happened.at};
  draft.authority = happened.authority;
  draft.actor_kind = happened.actor.empty() ? schema::PrincipalKind::NODE : schema::PrincipalKind::ACCOUNT;
  draft.actor_name = happened.actor.empty() ? std::string_view{"node"} : std::string_view{happened.actor};
  draft.event_id = happened.id.value_or(event_id(static_cast<Byte>(position)));
  draft.command_id = "c";
  draft.provider = happened.provider;
  draft.username = happened.username;
  draft.streams = streams;
  draft.sealed = bytes_of(happened.sealed);
  draft.fact = &happened.fact;
  encoder_.encode(draft, records_.emplace_back());
  return position;
}

void History::replay(World& world) const {
  for (Position position = 1; position <= head(); ++position) world.evolve(read(position).event());
}

void History::load(World& world, const StreamName& stream) const {
  for (Position position = 1; position <= head(); ++position) {
    RecordReader record = read(position);
    world.evolve(stream, record.event());
  }
}

std::vector<StreamName> History::streams() const {
  std::vector<StreamName> out;
  for (const auto& [stream, version] : versions_) out.push_back(stream);
  return out;
}

std::vector<capnp::word> with_unknown_fact(const StreamName& stream) {
  History history;
  history.add({.fact = fact::AccountLocked{}, .streams = {stream}});
  RecordReader known = history.read(1);
  capnp::MallocMessageBuilder message;
  message.setRoot(known.event());
  const auto offset = capnp::Schema::from<schema::Event::Fact>().getProto().getStruct().getDiscriminantOffset();
  const std::uint16_t unknown = 60'000;
  auto data = message.getRoot<capnp::AnyStruct>().getDataSection();
  std::memcpy(data.begin() + offset * sizeof unknown, &unknown, sizeof unknown);
  const auto words = capnp::messageToFlatArray(message);
  return {words.begin(), words.end()};
}

std::vector<Fact> every_fact() {
  const ProviderId entity = provider("110000009Z");
  static capnp::MallocMessageBuilder policy;
  const auto some_policy = policy.getRoot<schema::Policy>().asReader();
  return {fact::StoreCreated{1},
          fact::StoreUpgraded{1, 2},
          fact::OfficerAppointed{"o"},
          fact::OfficerDismissed{"o"},
          fact::ServiceDefined{"s", "S"},
          fact::ServiceRetired{"s"},
          fact::TermsPublished{"t"},
          fact::PolicySet{some_policy},
          fact::ProviderRegistered{schema::ProviderKind::PROVIDER, "O", "N"},
          fact::ProviderClosed{},
          fact::RelationshipStarted{entity},
          fact::RelationshipEnded{entity},
          fact::AccountCreated{},
          fact::PrimaryUserAssigned{{}, "", false},
          fact::SubordinateCreated{{}},
          fact::SubordinateLinked{{}},
          fact::ProfileChanged{{}},
          fact::PinChanged{},
          fact::ServicesAssigned{{}, {}},
          fact::PasswordReset{{}},
          fact::CredentialRedeemed{1},
          fact::SubordinateRemoved{{}, false},
          fact::TermsAccepted{"t"},
          fact::AccountLocked{},
          fact::AccountUnlocked{},
          fact::AccountDisabled{},
          fact::AccountEnabled{},
          fact::AccountTerminated{},
          fact::SignedIn{true},
          fact::ServiceUsed{"s"},
          fact::DepartureReported{{}, {}},
          fact::CommandRefused{"c", "r", {}},
          fact::ImportStarted{1, {}},
          fact::ProviderImportStarted{},
          fact::ImportCompleted{1, 1},
          fact::ClockAccepted{{}, {}},
          fact::RecordsRead{.question = "q", .narrowed_by = {}, .head = 1},
          fact::AccessDenied{.problem = "p", .route = {}},
          fact::SubjectErased{},
          fact::HoldPlaced{"m"},
          fact::HoldLifted{"m"},
          fact::EpochRotated{"e", "f"},
          fact::StoreRestored{.head = 1},
          fact::LogKeyRotated{"k", "l", {}},
          fact::ReviewOpened{"q", {entity}, {}},
          fact::ReviewerAssigned{"q", "r"},
          fact::ReviewDecided{"q", schema::ReviewDecision::KEEP},
          fact::ReviewClosed{"q"},
          fact::DelegateAppointed{{}},
          fact::DelegateDismissed{},
          fact::RosterAttested{1, {}},
          fact::FindingDisposed{"f", {}},
          fact::ReviewerDismissed{"q", "r"},
          fact::ReviewSealed{"q", 1},
          fact::ReportSigned{"q", {}},
          fact::NoticeGiven{schema::Notice::VACANCY},
          fact::ImportAbandoned{1, 1},
          fact::LogArchived{1, 256, 300, {}},
          fact::ReconciliationReported{{}, {}}};
}

}  // namespace muniment::test
