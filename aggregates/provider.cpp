#include "aggregates/provider.h"

#include <algorithm>

#include "aggregates/event_fields.h"
#include "aggregates/unknown_fact.h"

namespace muniment {
namespace {

std::optional<EventId> import_of(schema::Event::Reader event) {
  for (const auto stream : event.getContext().getMoreStreams()) {
    if (stream.getKind() == schema::StreamKind::IMPORT) return EventId::from(bytes_of(stream.getKey()));
  }
  return std::nullopt;
}

}  // namespace

void Provider::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::PROVIDER_REGISTERED:
      registered_ = true;
      kind_ = fact.getProviderRegistered().getKind();
      organization_ = text_of(fact.getProviderRegistered().getOrganization());
      name_ = text_of(fact.getProviderRegistered().getName());
      return;
    case Fact::PROVIDER_CLOSED:
      closed_ = true;
      closed_at_ = occurred_at(event);
      primary_user_.clear();
      delegate_.reset();
      entities_.clear();
      return;
    case Fact::RELATIONSHIP_STARTED:
      if (provider_acted_for(event) == id_) entities_.push_back(provider_named(fact.getRelationshipStarted().getEntity()));
      return;
    case Fact::RELATIONSHIP_ENDED:
      if (provider_acted_for(event) == id_) end_relationship(provider_named(fact.getRelationshipEnded().getEntity()));
      return;
    case Fact::PRIMARY_USER_ASSIGNED:
      primary_user_ = text_of(event.getUsername());
      delegate_.reset();  // Who was to bridge the vacancy.
      return;
    case Fact::DELEGATE_APPOINTED:
      delegate_ = {std::string{text_of(event.getUsername())}, Timestamp{fact.getDelegateAppointed().getUntil()}};
      return;
    case Fact::DELEGATE_DISMISSED:
      delegate_.reset();
      return;
    case Fact::PROVIDER_IMPORT_STARTED:
      latest_import_ = import_of(event);
      return;
    case Fact::FINDING_DISPOSED:
      dispose(fact.getFindingDisposed());
      return;
    // The roster is kept by the accounts.
    case Fact::ACCOUNT_CREATED:
    case Fact::SUBORDINATE_CREATED:
    case Fact::SUBORDINATE_LINKED:
    case Fact::SERVICES_ASSIGNED:
    case Fact::SUBORDINATE_REMOVED:
    case Fact::PROFILE_CHANGED:
    case Fact::PIN_CHANGED:
    case Fact::PASSWORD_RESET:
    case Fact::SERVICE_USED:
    case Fact::DEPARTURE_REPORTED:
    case Fact::ROSTER_ATTESTED:
    case Fact::RECONCILIATION_REPORTED:
    case Fact::NOTICE_GIVEN:
      return;
    case Fact::STORE_CREATED:
    case Fact::STORE_UPGRADED:
    case Fact::CLOCK_ACCEPTED:
    case Fact::RECORDS_READ:
    case Fact::ACCESS_DENIED:
    case Fact::SUBJECT_ERASED:
    case Fact::HOLD_PLACED:
    case Fact::HOLD_LIFTED:
    case Fact::EPOCH_ROTATED:
    case Fact::STORE_RESTORED:
    case Fact::LOG_KEY_ROTATED:
    case Fact::OFFICER_APPOINTED:
    case Fact::OFFICER_DISMISSED:
    case Fact::SERVICE_DEFINED:
    case Fact::SERVICE_RETIRED:
    case Fact::TERMS_PUBLISHED:
    case Fact::POLICY_SET:
    case Fact::CREDENTIAL_REDEEMED:
    case Fact::TERMS_ACCEPTED:
    case Fact::ACCOUNT_LOCKED:
    case Fact::ACCOUNT_UNLOCKED:
    case Fact::ACCOUNT_DISABLED:
    case Fact::ACCOUNT_ENABLED:
    case Fact::ACCOUNT_TERMINATED:
    case Fact::SIGNED_IN:
    case Fact::COMMAND_REFUSED:
    case Fact::IMPORT_STARTED:
    case Fact::IMPORT_COMPLETED:
    case Fact::REVIEW_OPENED:
    case Fact::REVIEWER_ASSIGNED:
    case Fact::REVIEW_DECIDED:
    case Fact::REVIEW_CLOSED:
    case Fact::REVIEWER_DISMISSED:
    case Fact::REVIEW_SEALED:
    case Fact::REPORT_SIGNED:
    case Fact::IMPORT_ABANDONED:
    case Fact::LOG_ARCHIVED:
      throw BadRecord("a fact that is not about a provider stands in a provider's stream");
  }
  stop_at_unknown_fact(event);
}

void Provider::dispose(schema::FindingDisposed::Reader finding) {
  const std::int64_t until = finding.getUntil();
  dispositions_.insert_or_assign(std::string{text_of(finding.getFinding())},
                                 Disposition{finding.getDisposition(), until == 0 ? std::nullopt : std::optional{Timestamp{until}}});
}

const Provider::Disposition* Provider::disposition_of(std::string_view finding) const {
  const auto found = dispositions_.find(finding);
  return found == dispositions_.end() ? nullptr : &found->second;
}

bool Provider::is_related_to(const ProviderId& entity) const {
  return std::find(entities_.begin(), entities_.end(), entity) != entities_.end();
}

void Provider::describe(Canonical& out) const {
  out.text("provider").text(id_.text()).number(version_).flag(registered_).flag(closed_);
  out.number(static_cast<std::uint64_t>(kind_)).text(organization_).text(name_).text(primary_user_);
  auto entities = entities_;
  std::sort(entities.begin(), entities.end());
  out.number(entities.size());
  for (const ProviderId& entity : entities) out.text(entity.text());
  out.bytes(latest_import_ ? latest_import_->bytes() : ByteSpan{});
  if (delegate_) out.text("delegate").text(delegate_->username).number(static_cast<std::uint64_t>(delegate_->until.ns));
  for (const auto& [finding, said] : dispositions_)
    out.text(finding)
        .number(static_cast<std::uint64_t>(said.disposition))
        .number(said.until ? static_cast<std::uint64_t>(said.until->ns) : 0);
}

}  // namespace muniment
