#include "aggregates/account.h"

#include <algorithm>

#include "aggregates/event_fields.h"
#include "aggregates/unknown_fact.h"

namespace muniment {
namespace {

// Where the schema has the lists of services, among the pointers of their facts.
constexpr std::size_t services_pointer = 0;  // Of PrimaryUserAssigned, SubordinateCreated and SubordinateLinked.
constexpr std::size_t granted_pointer = 0;   // Of ServicesAssigned,
constexpr std::size_t revoked_pointer = 1;   // and this.

auto place_of(auto& links, const ProviderId& provider) {
  return std::lower_bound(links.begin(), links.end(), provider, [](const auto& link, const ProviderId& id) { return link.provider < id; });
}

bool changes_membership(schema::Event::Fact::Which fact) {
  using Fact = schema::Event::Fact;
  return fact == Fact::SUBORDINATE_CREATED || fact == Fact::SUBORDINATE_LINKED || fact == Fact::SUBORDINATE_REMOVED ||
         fact == Fact::PRIMARY_USER_ASSIGNED;
}

}  // namespace

void Account::evolve(schema::Event::Reader event, Version version, ServiceNames& names) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  if (changes_membership(fact.which())) membership_position_ = event.getPosition();
  switch (fact.which()) {
    case Fact::ACCOUNT_CREATED:
      begin(event);
      return;
    case Fact::SUBORDINATE_CREATED: {
      begin(event);
      Link& created = link_or_new(provider_acted_for(event));
      insert_all(created.services, fact.getSubordinateCreated(), services_pointer, names);
      created.changed_at = occurred_at(event);
      return;
    }
    case Fact::SUBORDINATE_LINKED: {
      Link& linked = link_or_new(provider_acted_for(event));
      insert_all(linked.services, fact.getSubordinateLinked(), services_pointer, names);
      linked.changed_at = occurred_at(event);
      return;
    }
    case Fact::SERVICES_ASSIGNED: {
      Link& assigned = link_or_new(provider_acted_for(event));
      const auto change = fact.getServicesAssigned();
      erase_all(assigned.services, change, revoked_pointer, names);
      insert_all(assigned.services, change, granted_pointer, names);
      assigned.changed_at = occurred_at(event);
      return;
    }
    case Fact::SUBORDINATE_REMOVED:
      end_link(provider_acted_for(event), occurred_at(event));
      return;
    case Fact::PRIMARY_USER_ASSIGNED:
      assign_primary(event, names);
      return;
    case Fact::PROFILE_CHANGED:
      profile_position_ = event.getPosition();
      return;
    case Fact::PIN_CHANGED:
      pin_event_ = event_id_of(event);
      return;
    case Fact::PASSWORD_RESET:
      seldom_to_change().reset = {event.getPosition(), event_id_of(event), Timestamp{fact.getPasswordReset().getExpiresAt()}, false};
      return;
    case Fact::CREDENTIAL_REDEEMED:
      seldom_to_change().reset.redeemed = true;
      return;
    case Fact::TERMS_ACCEPTED:
      accepted_terms_ = std::make_unique<std::string>(text_of(fact.getTermsAccepted().getTermsVersion()));
      return;
    case Fact::ACCOUNT_LOCKED:
      locked_ = true;
      return;
    case Fact::ACCOUNT_UNLOCKED:
      locked_ = false;
      return;
    case Fact::ACCOUNT_DISABLED:
      disabled_ = true;
      return;
    case Fact::ACCOUNT_ENABLED:
      disabled_ = false;
      return;
    case Fact::ACCOUNT_TERMINATED:
      terminated_ = true;
      return;
    case Fact::SUBJECT_ERASED:
      seldom_to_change().erased = true;
      return;
    case Fact::HOLD_PLACED:
      seldom_to_change().holds.emplace_back(text_of(fact.getHoldPlaced().getMatter()));
      return;
    case Fact::HOLD_LIFTED:
      std::erase(seldom_to_change().holds, text_of(fact.getHoldLifted().getMatter()));
      return;
    case Fact::SIGNED_IN:
    case Fact::SERVICE_USED:
    case Fact::REVIEW_DECIDED:
      return;
    case Fact::DELEGATE_APPOINTED: {  // Until when, the provider says.
      const ProviderId provider = provider_acted_for(event);
      auto& appointed_at = seldom_to_change().appointed_at;
      if (std::ranges::find(appointed_at, provider) == appointed_at.end()) appointed_at.push_back(provider);
      return;
    }
    case Fact::DELEGATE_DISMISSED:
      std::erase(seldom_to_change().appointed_at, provider_acted_for(event));
      return;
    case Fact::DEPARTURE_REPORTED:
      report_departure(event);
      return;
    case Fact::STORE_CREATED:
    case Fact::STORE_UPGRADED:
    case Fact::CLOCK_ACCEPTED:
    case Fact::RECORDS_READ:
    case Fact::ACCESS_DENIED:
    case Fact::EPOCH_ROTATED:
    case Fact::STORE_RESTORED:
    case Fact::LOG_KEY_ROTATED:
    case Fact::FINDING_DISPOSED:
    case Fact::OFFICER_APPOINTED:
    case Fact::OFFICER_DISMISSED:
    case Fact::SERVICE_DEFINED:
    case Fact::SERVICE_RETIRED:
    case Fact::TERMS_PUBLISHED:
    case Fact::POLICY_SET:
    case Fact::PROVIDER_REGISTERED:
    case Fact::PROVIDER_CLOSED:
    case Fact::RELATIONSHIP_STARTED:
    case Fact::RELATIONSHIP_ENDED:
    case Fact::COMMAND_REFUSED:
    case Fact::IMPORT_STARTED:
    case Fact::PROVIDER_IMPORT_STARTED:
    case Fact::IMPORT_COMPLETED:
    case Fact::REVIEW_OPENED:
    case Fact::REVIEWER_ASSIGNED:
    case Fact::REVIEW_CLOSED:
    case Fact::ROSTER_ATTESTED:
    case Fact::REVIEWER_DISMISSED:
    case Fact::REVIEW_SEALED:
    case Fact::REPORT_SIGNED:
    case Fact::NOTICE_GIVEN:
    case Fact::IMPORT_ABANDONED:
    case Fact::LOG_ARCHIVED:
    case Fact::RECONCILIATION_REPORTED:
      throw BadRecord("a fact that is not about an account stands in an account's stream");
  }
  stop_at_unknown_fact(event);
}

const Account::Seldom Account::nothing;
const std::string Account::no_terms;

Account::Seldom& Account::seldom_to_change() {
  if (!seldom_) seldom_ = std::make_unique<Seldom>();
  return *seldom_;
}

const Account::Link* Account::link(const ProviderId& provider) const {
  const auto place = place_of(links_, provider);
  return place != links_.end() && place->provider == provider ? &*place : nullptr;
}

Timestamp Account::changed_at(const ProviderId& provider) const {
  if (const Link* held = link(provider)) return held->changed_at;
  for (const auto& [ended, at] : seldom().ended) {
    if (ended == provider) return at;
  }
  return Timestamp{};
}

std::optional<Timestamp> Account::last_removed_at() const {
  if (seldom().ended.empty()) return std::nullopt;
  return std::ranges::max(seldom().ended, {}, [](const auto& ended) { return ended.second.ns; }).second;
}

const Account::Departure* Account::departure_from(const ProviderId& provider) const {
  const auto found = std::ranges::find(departures(), provider, &Departure::provider);
  return found == departures().end() ? nullptr : &*found;
}

// A later report sets no clock back: the first one counts, and of the times that were said the earliest. What was left is what the report
// says: a link that an import had not brought whole yet is none of it.
void Account::report_departure(schema::Event::Reader event) {
  const auto reported = event.getFact().getDepartureReported();
  const Timestamp left_at{reported.getLeftAt()};
  auto& departures = seldom_to_change().departures;
  for (Departure& one : departures) one.left_at = std::min(one.left_at, left_at, [](Timestamp a, Timestamp b) { return a.ns < b.ns; });
  for (const auto text : reported.getLinks()) {
    const ProviderId provider = provider_named(text);
    if (departure_from(provider) == nullptr) departures.push_back({provider, event.getPosition(), left_at, recorded_at(event)});
  }
}

void Account::end_departure(const ProviderId& provider) {
  if (seldom_) std::erase_if(seldom_->departures, [&](const Departure& one) { return one.provider == provider; });
}

Account::Link& Account::link_or_new(const ProviderId& provider) {
  if (links_.empty() && seldom_) seldom_->departures.clear();
  auto place = place_of(links_, provider);
  if (place != links_.end() && place->provider == provider) return *place;
  end_departure(provider);
  return *links_.insert(place, Link{provider, {}, {}});
}

void Account::end_link(const ProviderId& provider, Timestamp at) {
  const auto place = place_of(links_, provider);
  if (place != links_.end() && place->provider == provider) links_.erase(place);
  auto& all_ended = seldom_to_change().ended;
  std::erase_if(all_ended, [&](const auto& ended) { return ended.first == provider; });
  all_ended.emplace_back(provider, at);
  for (Departure& one : seldom_->departures) {
    if (one.provider == provider && !one.removed_at) one.removed_at = at;
  }
}

// Who creates an account gives it its name, its home and, but for imports, its profile and PIN.
void Account::begin(schema::Event::Reader event) {
  const std::string_view username = text_of(event.getUsername());
  username_.assign(username.data(), username.size());
  const ProviderId home = provider_acted_for(event);
  home_number_ = home.number();
  home_letter_ = home.letter();
  if (const Position import = event.getContext().getImportedBy(); import != 0) seldom_to_change().imported_by = import;
  if (!event.hasSealed()) return;
  profile_position_ = event.getPosition();
  pin_event_ = event_id_of(event);
}

void Account::assign_primary(schema::Event::Reader event, ServiceNames& names) {
  const auto assigned = event.getFact().getPrimaryUserAssigned();
  const ProviderId provider = provider_acted_for(event);
  if (text_of(event.getUsername()) != username()) {  // It is the former one.
    std::erase(seldom_to_change().primary_of, provider);
    end_link(provider, occurred_at(event));
    return;
  }
  auto& primary_of = seldom_to_change().primary_of;
  seldom_to_change().was_primary_user = true;
  end_departure(provider);
  std::erase(primary_of, provider);  // Perhaps it is so already, and was reported as having left.
  primary_of.insert(std::lower_bound(primary_of.begin(), primary_of.end(), provider), provider);
  Link& held = link_or_new(provider);
  held.services.clear();
  insert_all(held.services, assigned, services_pointer, names);
  held.changed_at = occurred_at(event);
}

void Account::describe(Canonical& out, const ServiceNames& names) const {
  out.text("account").bytes(id_.bytes()).number(version_).text(username()).text(home() ? home()->text() : "").number(imported_by());
  out.flag(locked_).flag(disabled_).flag(terminated_).text(accepted_terms());
  out.number(profile_position_).bytes(pin_event_.bytes());
  out.number(reset().position)
      .bytes(reset().event.bytes())
      .number(static_cast<std::uint64_t>(reset().expires_at.ns))
      .flag(reset().redeemed);
  out.number(links_.size());
  for (const Link& link : links_) {
    out.text(link.provider.text()).services(link.services, names).number(static_cast<std::uint64_t>(link.changed_at.ns));
  }
  out.number(seldom().ended.size());
  for (const auto& [provider, at] : seldom().ended) out.text(provider.text()).number(static_cast<std::uint64_t>(at.ns));
  out.number(primary_of().size());
  for (const ProviderId& provider : primary_of()) out.text(provider.text());
  // Of few accounts, so that the others' digests stay what they were before there were these.
  if (is_erased()) out.text("erased");
  for (const std::string& matter : holds()) out.text("hold").text(matter);
  for (const ProviderId& provider : appointed_at()) out.text("appointed").text(provider.text());
  for (const Departure& one : departures()) {
    out.text("departure").text(one.provider.text()).number(one.position).number(static_cast<std::uint64_t>(one.left_at.ns));
    out.number(static_cast<std::uint64_t>(one.reported_at.ns));
    out.number(one.removed_at ? static_cast<std::uint64_t>(one.removed_at->ns) : 0);
  }
}

}  // namespace muniment
