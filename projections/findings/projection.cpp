#include "projections/findings/projection.h"

#include <algorithm>

#include "projections/event_fields.h"
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

using Fact = schema::Event::Fact;

template <typename List>
std::vector<std::string_view> services_in(List list, const char* field) {
  std::vector<std::string_view> out;
  out.reserve(list.size());
  for (const auto text : list) out.push_back(checked_text(text_of(text), field));
  return out;
}

// The account that a name stands for: its own, or in imported history the one that is spelled alike.
std::string username_in(std::string_view name) {
  if (name.empty()) return {};
  const auto username = Username::parse(name);
  return username ? username->text() : std::string{};
}

std::string last_import_key() {
  std::string key;
  put_tag(key, TableTag::finding_import);
  return key;
}

void touch(Step& step, PackedProvider provider) {
  if (std::find(step.touched.begin(), step.touched.end(), provider) == step.touched.end()) step.touched.push_back(provider);
}

}  // namespace

// What of an event is needed, checked.
struct FindingsProjection::Change {
  schema::Event::Reader event;
  Fact::Which fact{};
  PackedProvider provider = 0;
  std::string_view username;
  std::string_view former;
  Services granted;
  Services revoked;
  std::vector<PackedProvider> links;
  std::optional<PolicyVersion> policy;
};

FindingsProjection::FindingsProjection(const Database& database, const Table& table) : desk_(database, table) {
  if (const auto value = database.get(table, last_import_key())) {
    ByteReader from(*value);
    for (auto left = from.varint(); left > 0; --left) meant_administrator_.emplace_back(from.text());
  }
}

namespace {

template <typename Change>
Change about_link(Change change) {
  change.provider = provider_of(change.event);
  change.username = username_of(change.event);
  return change;
}

}  // namespace

FindingsProjection::Change FindingsProjection::read(schema::Event::Reader event) const {
  Change out{.event = event,
             .fact = event.getFact().which(),
             .username = {},
             .former = {},
             .granted = {},
             .revoked = {},
             .links = {},
             .policy = {}};
  const auto fact = event.getFact();
  switch (out.fact) {
    case Fact::SUBORDINATE_CREATED:
      out.granted = services_in(fact.getSubordinateCreated().getServices(), "services");
      return about_link(std::move(out));
    case Fact::SUBORDINATE_LINKED:
      out.granted = services_in(fact.getSubordinateLinked().getServices(), "services");
      return about_link(std::move(out));
    case Fact::PRIMARY_USER_ASSIGNED:
      out.granted = services_in(fact.getPrimaryUserAssigned().getServices(), "services");
      if (fact.getPrimaryUserAssigned().hasFormer())
        out.former = checked_username(text_of(fact.getPrimaryUserAssigned().getFormer()), "former");
      return about_link(std::move(out));
    case Fact::SERVICES_ASSIGNED:
      out.granted = services_in(fact.getServicesAssigned().getGranted(), "granted");
      out.revoked = services_in(fact.getServicesAssigned().getRevoked(), "revoked");
      return about_link(std::move(out));
    case Fact::SUBORDINATE_REMOVED:
      return about_link(std::move(out));
    case Fact::PASSWORD_RESET:
      return about_link(std::move(out));
    case Fact::SERVICE_USED:
      checked_text(text_of(fact.getServiceUsed().getService()), "service");
      return about_link(std::move(out));
    case Fact::RELATIONSHIP_STARTED:
      out.provider = provider_of(event);
      out.links.push_back(checked_provider(text_of(fact.getRelationshipStarted().getEntity()), "entity"));
      return out;
    case Fact::RELATIONSHIP_ENDED:
      out.provider = provider_of(event);
      out.links.push_back(checked_provider(text_of(fact.getRelationshipEnded().getEntity()), "entity"));
      return out;
    case Fact::DEPARTURE_REPORTED:
      for (const auto link : fact.getDepartureReported().getLinks()) out.links.push_back(checked_provider(text_of(link), "links"));
      out.username = username_of(event);
      return out;
    case Fact::TERMS_ACCEPTED:
      text_of(fact.getTermsAccepted().getTermsVersion());
      out.username = username_of(event);
      return out;
    case Fact::TERMS_PUBLISHED:
      checked_text(text_of(fact.getTermsPublished().getTermsVersion()), "terms_version");
      return out;
    case Fact::SERVICE_RETIRED:
      checked_text(text_of(fact.getServiceRetired().getService()), "service");
      return out;
    case Fact::SIGNED_IN:
    case Fact::ACCOUNT_LOCKED:
    case Fact::ACCOUNT_UNLOCKED:
    case Fact::ACCOUNT_DISABLED:
    case Fact::ACCOUNT_ENABLED:
    case Fact::ACCOUNT_TERMINATED:
      out.username = username_of(event);
      return out;
    case Fact::PROVIDER_REGISTERED:
    case Fact::PROVIDER_CLOSED:
    case Fact::PROVIDER_IMPORT_STARTED:
      out.provider = provider_of(event);
      return out;
    case Fact::SERVICE_DEFINED:
      checked_text(text_of(fact.getServiceDefined().getService()), "service");
      return out;
    case Fact::IMPORT_STARTED:
      services_in(fact.getImportStarted().getAdministratorServices(), "administrator_services");
      return out;
    case Fact::POLICY_SET:
      out.policy = policy_of(event);
      out.provider = has_provider(event) ? provider_of(event) : no_provider;
      return out;
    case Fact::ACCOUNT_CREATED:
    case Fact::STORE_CREATED:
    case Fact::STORE_UPGRADED:
    case Fact::CLOCK_ACCEPTED:
    case Fact::RECORDS_READ:
    case Fact::ACCESS_DENIED:
    case Fact::SUBJECT_ERASED:
    case Fact::HOLD_PLACED:
    case Fact::HOLD_LIFTED:
    case Fact::EPOCH_ROTATED:
    case Fact::LOG_KEY_ROTATED:
    case Fact::REVIEW_OPENED:
    case Fact::REVIEWER_ASSIGNED:
    case Fact::REVIEW_DECIDED:
    case Fact::REVIEW_CLOSED:
    case Fact::DELEGATE_APPOINTED:
    case Fact::DELEGATE_DISMISSED:
    case Fact::ROSTER_ATTESTED:
    case Fact::STORE_RESTORED:
    case Fact::OFFICER_APPOINTED:
    case Fact::OFFICER_DISMISSED:
    case Fact::PROFILE_CHANGED:
    case Fact::PIN_CHANGED:
    case Fact::CREDENTIAL_REDEEMED:
    case Fact::COMMAND_REFUSED:
    case Fact::IMPORT_COMPLETED:
      return out;
  }
  stop_at_unknown_fact(event);
}

void FindingsProjection::apply(schema::Event::Reader event, RowBuffer& rows) {
  const Change change = read(event);
  Step step{.reader = event,
            .event = ref_of(event),
            .actor = {},
            .actor_username = {},
            .requester = {},
            .links = {},
            .username = {},
            .touched = {}};
  update(change, step, rows);
  if (step.links.empty() && step.person == nullptr && step.touched.empty()) return;
  see_vacancies(step, desk_);
  see_dormancy(step, desk_);
  see_terms(step, desk_);
  see_leavers(step, desk_);
  see_usage(step, desk_);
  see_outsiders(step, desk_, rows);
  if (step.links.empty() && change.fact != Fact::PASSWORD_RESET) return;
  const Principal actor{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}};
  const bool may_be_account = actor.kind == schema::PrincipalKind::ACCOUNT || actor.kind == schema::PrincipalKind::OUTSIDER;
  step.actor = actor.text();
  step.actor_username = may_be_account ? username_in(actor.name) : std::string{};
  step.requester = username_in(text_of(event.getContext().getRequestedBy()));
  see_resets(step, desk_);
  see_own_grants(step, desk_);
  see_authority(step, desk_);
  see_mutual_grants(step, desk_);
  see_repeated_grants(step, desk_);
  see_mass_changes(step, desk_);
  see_hours(step, desk_, clock_);
  see_incompatible(step, desk_);
}

void FindingsProjection::update(const Change& change, Step& step, RowBuffer& rows) {
  const auto fact = change.event.getFact();
  switch (change.fact) {
    case Fact::PRIMARY_USER_ASSIGNED:
    case Fact::SUBORDINATE_CREATED:
    case Fact::SUBORDINATE_LINKED:
    case Fact::SERVICES_ASSIGNED:
      return change_link(change, step, rows);
    case Fact::SUBORDINATE_REMOVED:
      return end_link(change.provider, change.username, step);
    case Fact::SIGNED_IN:
    case Fact::ACCOUNT_LOCKED:
    case Fact::ACCOUNT_UNLOCKED:
    case Fact::ACCOUNT_DISABLED:
    case Fact::ACCOUNT_ENABLED:
    case Fact::ACCOUNT_TERMINATED:
      return change_account(change, step);
    case Fact::TERMS_ACCEPTED:
      step.username = change.username;
      step.person = &desk_.person(change.username);
      return;
    case Fact::PASSWORD_RESET:
    case Fact::SERVICE_USED:
      step.username = change.username;
      step.person = &desk_.person(change.username);
      return touch(step, change.provider);
    case Fact::RELATIONSHIP_STARTED:
    case Fact::RELATIONSHIP_ENDED:
      touch(step, change.provider);
      return touch(step, change.links.front());
    case Fact::TERMS_PUBLISHED:
      return desk_.terms().publish(step.event, text_of(fact.getTermsPublished().getTermsVersion()), rows);
    case Fact::SERVICE_RETIRED:
      return desk_.services().retire(text_of(fact.getServiceRetired().getService()), rows);
    case Fact::DEPARTURE_REPORTED:
      return report_departure(change, step);
    case Fact::PROVIDER_REGISTERED:
      desk_.place(change.provider).organization = text_of(fact.getProviderRegistered().getOrganization());
      return register_provider(change.provider, step);
    case Fact::PROVIDER_CLOSED:
      return close_provider(change.provider, step.event, rows);
    case Fact::SERVICE_DEFINED:
      return desk_.services().define(text_of(fact.getServiceDefined().getService()), fact.getServiceDefined().getAdministrator(), rows);
    case Fact::IMPORT_STARTED:
      return note_import(change.event, rows);
    case Fact::PROVIDER_IMPORT_STARTED:
      return take_mapping(change.provider, rows);
    case Fact::POLICY_SET:
      return desk_.policies().set(change.provider, *change.policy, rows);
    default:
      return;  // read() has named the others.
  }
}

// The former Primary User's link ends first, so that giving the office to its holder again takes nothing away.
void FindingsProjection::change_link(const Change& change, Step& step, RowBuffer& rows) {
  if (!change.former.empty() && change.former != change.username) end_link(change.provider, change.former, step);
  LinkStep out{.username = std::string{change.username},
               .person = &desk_.person(change.username),
               .provider = change.provider,
               .granted = {},
               .revoked = {}};
  FindingPerson& person = *out.person;
  if (change.fact == Fact::SUBORDINATE_CREATED) {
    person.home = change.provider;
    person.has_home = true;
  }
  out.link = person.link(change.provider);
  if (out.link == nullptr) {
    out.link = &person.links.emplace_back(FindingLink{change.provider, step.event, {}, {}, {}});
    out.started = true;
  }
  for (const auto id : change.revoked) {
    const auto service = desk_.services().number_of(id, rows);
    const HeldFinding* held = out.link->find(service);
    if (held == nullptr) continue;
    out.revoked.push_back(*held);
    std::erase_if(out.link->held, [service](const HeldFinding& one) { return one.service == service; });
    desk_.end_marks(change.username, *out.link, step.event, [service](const OpenMark& mark) { return mark.service == service; });
  }
  for (const auto id : change.granted) {
    const auto service = desk_.services().number_of(id, rows);
    if (out.link->find(service) != nullptr) continue;
    out.link->held.push_back({service, step.event});
    out.granted.push_back(service);
  }
  if (change.fact == Fact::PRIMARY_USER_ASSIGNED) {
    FindingPlace& place = desk_.place(change.provider);
    place.primary_user = change.username;
    place.primary_user_gone = person.terminated;
  }
  touch(step, change.provider);
  update_administrators(out);
  step.links.push_back(std::move(out));
}

void FindingsProjection::end_link(PackedProvider provider, std::string_view username, Step& step) {
  LinkStep out{.username = std::string{username}, .person = &desk_.person(username), .provider = provider, .granted = {}, .revoked = {}};
  FindingLink* link = out.person->link(provider);
  if (link == nullptr) return;
  desk_.end_marks(username, *link, step.event, [](const OpenMark&) { return true; });
  out.revoked = link->held;
  std::erase_if(out.person->links, [provider](const FindingLink& one) { return one.provider == provider; });
  touch(step, provider);
  update_administrators(out);
  step.links.push_back(std::move(out));
}

// Whether the account is one of those who administer the provider.
void FindingsProjection::update_administrators(const LinkStep& link) {
  FindingPlace& place = desk_.place(link.provider);
  std::erase_if(place.administrators, [&](const FindingAdministrator& one) { return one.username == link.username; });
  if (link.link != nullptr && desk_.is_administrator(*link.link)) place.administrators.push_back({link.username, link.person->is_active()});
}

void FindingsProjection::change_account(const Change& change, Step& step) {
  step.username = change.username;
  step.person = &desk_.person(change.username);
  FindingPerson& person = *step.person;
  if (change.fact == Fact::SIGNED_IN) return;
  if (change.fact == Fact::ACCOUNT_LOCKED) person.locked = true;
  if (change.fact == Fact::ACCOUNT_UNLOCKED) person.locked = false;
  if (change.fact == Fact::ACCOUNT_DISABLED) person.disabled = true;
  if (change.fact == Fact::ACCOUNT_ENABLED) person.disabled = false;
  if (change.fact == Fact::ACCOUNT_TERMINATED) person.terminated = true;
  for (const FindingLink& link : person.links) {
    FindingPlace& place = desk_.place(link.provider);
    for (auto& administrator : place.administrators) {
      if (administrator.username == change.username) administrator.usable = person.is_active();
    }
    if (person.terminated && place.primary_user == change.username) place.primary_user_gone = true;
    touch(step, link.provider);
  }
}

void FindingsProjection::report_departure(const Change& change, Step& step) {
  step.username = change.username;
  step.person = &desk_.person(change.username);
  for (const auto provider : change.links) {
    touch(step, provider);
    FindingPlace& place = desk_.place(provider);
    if (place.primary_user == change.username) place.primary_user_gone = true;
  }
}

void FindingsProjection::register_provider(PackedProvider provider, Step& step) {
  desk_.place(provider).registered = true;
  touch(step, provider);
}

// Ends every finding about the provider at once: questions read it with them.
void FindingsProjection::close_provider(PackedProvider provider, const EventRef& event, RowBuffer& rows) {
  desk_.place(provider).closed = true;
  std::string key = finding_closings_prefix(provider);
  put_ordered(key, event.position);
  std::string value;
  put_ref(value, event);
  rows.put(key, value);
}

// The events of its providers follow, in the same decision.
void FindingsProjection::note_import(schema::Event::Reader event, RowBuffer& rows) {
  meant_administrator_.clear();
  std::string value;
  const auto services = event.getFact().getImportStarted().getAdministratorServices();
  put_varint(value, services.size());
  for (const auto service : services) {
    meant_administrator_.emplace_back(text_of(service));
    put_text(value, meant_administrator_.back());
  }
  rows.put(last_import_key(), value);
}

// What was said last counts; where nothing is said, it stays as it was.
void FindingsProjection::take_mapping(PackedProvider provider, RowBuffer& rows) {
  if (meant_administrator_.empty()) return;
  FindingPlace& place = desk_.place(provider);
  place.meant_administrator.clear();
  for (const auto& service : meant_administrator_) place.meant_administrator.push_back(desk_.services().number_of(service, rows));
}

}  // namespace muniment::view
