#include "projections/findings/projection.h"

#include <algorithm>

#include "projections/event_fields.h"
#include "projections/findings/disposal.h"
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

using Fact = schema::Event::Fact;

template <typename List>
std::vector<std::string_view> names_in(List list, const char* field) {
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

void touch(Step& step, PlaceRow& place) {
  if (std::find(step.touched.begin(), step.touched.end(), &place) == step.touched.end()) step.touched.push_back(&place);
}

PersonStep as_it_is(PersonRow& row) {
  PersonStep out{*row.key, &row, {}, row.value.terms};
  for (const FindingLink& link : row.value.links) add_waits(row.value, link, out.waits);
  return out;
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

FindingsProjection::FindingsProjection(const Database& database, const Table& table, PersonalOpener open)
    : desk_(database, table), open_(std::move(open)) {
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
      out.granted = names_in(fact.getSubordinateCreated().getServices(), "services");
      return about_link(std::move(out));
    case Fact::SUBORDINATE_LINKED:
      out.granted = names_in(fact.getSubordinateLinked().getServices(), "services");
      return about_link(std::move(out));
    case Fact::PRIMARY_USER_ASSIGNED:
      out.granted = names_in(fact.getPrimaryUserAssigned().getServices(), "services");
      if (fact.getPrimaryUserAssigned().hasFormer())
        out.former = checked_username(text_of(fact.getPrimaryUserAssigned().getFormer()), "former");
      return about_link(std::move(out));
    case Fact::SERVICES_ASSIGNED:
      out.granted = names_in(fact.getServicesAssigned().getGranted(), "granted");
      out.revoked = names_in(fact.getServicesAssigned().getRevoked(), "revoked");
      return about_link(std::move(out));
    case Fact::SUBORDINATE_REMOVED:
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
    case Fact::PROFILE_CHANGED:
    case Fact::PIN_CHANGED:
    case Fact::SUBJECT_ERASED:
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
      names_in(fact.getImportStarted().getAdministratorServices(), "administrator_services");
      return out;
    case Fact::POLICY_SET:
      out.policy = policy_of(event);
      out.provider = has_provider(event) ? provider_of(event) : no_provider;
      return out;
    case Fact::ACCOUNT_CREATED:
      out.username = username_of(event);
      if (has_provider(event)) out.provider = provider_of(event);
      return out;
    case Fact::FINDING_DISPOSED:
    case Fact::ROSTER_ATTESTED:
      out.provider = provider_of(event);
      return out;
    case Fact::RECONCILIATION_REPORTED:
      out.provider = provider_of(event);
      for (const auto one : fact.getReconciliationReported().getDiscrepancies()) {
        checked_username(text_of(one.getUsername()), "discrepancies.username");
        checked_text(text_of(one.getService()), "discrepancies.service");
      }
      return out;
    case Fact::REVIEW_OPENED:
      checked_text(text_of(fact.getReviewOpened().getReview()), "review");
      for (const auto provider : fact.getReviewOpened().getProviders()) checked_provider(text_of(provider), "providers");
      return out;
    case Fact::REVIEW_CLOSED:
      checked_text(text_of(fact.getReviewClosed().getReview()), "review");
      return out;
    case Fact::REVIEW_DECIDED:
      names_in(fact.getReviewDecided().getServices(), "services");
      return about_link(std::move(out));
    case Fact::STORE_CREATED:
    case Fact::STORE_UPGRADED:
    case Fact::CLOCK_ACCEPTED:
    case Fact::RECORDS_READ:
    case Fact::ACCESS_DENIED:
    case Fact::HOLD_PLACED:
    case Fact::HOLD_LIFTED:
    case Fact::EPOCH_ROTATED:
    case Fact::LOG_KEY_ROTATED:
    case Fact::REVIEWER_ASSIGNED:
    case Fact::DELEGATE_APPOINTED:
    case Fact::DELEGATE_DISMISSED:
    case Fact::REVIEWER_DISMISSED:
    case Fact::REVIEW_SEALED:
    case Fact::REPORT_SIGNED:
    case Fact::NOTICE_GIVEN:
    case Fact::IMPORT_ABANDONED:
    case Fact::LOG_ARCHIVED:
    case Fact::STORE_RESTORED:
    case Fact::OFFICER_APPOINTED:
    case Fact::OFFICER_DISMISSED:
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
            .recorded_at = recorded_at(event),
            .actor = {},
            .actor_username = {},
            .requester = {},
            .people = {},
            .links = {},
            .username = {},
            .touched = {}};
  update(change, step, rows);
  see_reviews(step, change.provider, desk_, rows);
  see_reconciliation(step, change.provider, desk_, rows);
  if (step.links.empty() && step.person == nullptr && step.touched.empty()) return;
  see_vacancies(step, desk_);
  see_dormancy(step, desk_);
  see_terms(step, desk_);
  see_leavers(step, desk_);
  see_usage(step, desk_);
  see_outsiders(step, desk_, rows);
  see_attestations(step, desk_);
  see_moving(step, desk_);
  const auto opened = open(change);
  see_shared_ids(step, desk_, opened);
  see_places(step, desk_, opened ? opened->place : 0);
  if (!step.links.empty() || change.fact == Fact::PASSWORD_RESET) see_acts(step);
  for (const PersonStep& person : step.people) desk_.end_waits(step, person);
}

// What of the person the event has, where a rule looks at it. Others may have a sealed part too, which is a note alone.
std::optional<OpenedPersonal> FindingsProjection::open(const Change& change) const {
  switch (change.fact) {
    case Fact::ACCOUNT_CREATED:
    case Fact::SUBORDINATE_CREATED:
    case Fact::PROFILE_CHANGED:
    case Fact::SIGNED_IN:
      return change.event.hasSealed() ? open_(change.event) : std::nullopt;
    case Fact::PIN_CHANGED:
      return open_(change.event);
    default:
      return std::nullopt;
  }
}

// What depends on who did it.
void FindingsProjection::see_acts(Step& step) {
  const Principal actor{step.reader.getActor().getKind(), std::string{text_of(step.reader.getActor().getName())}};
  const bool may_be_account = actor.kind == schema::PrincipalKind::ACCOUNT || actor.kind == schema::PrincipalKind::OUTSIDER;
  step.actor = actor.text();
  step.actor_username = may_be_account ? username_in(actor.name) : std::string{};
  step.requester = username_in(text_of(step.reader.getContext().getRequestedBy()));
  see_resets(step, desk_);
  see_own_grants(step, desk_);
  see_authority(step, desk_);
  see_mutual_grants(step, desk_);
  see_repeated_grants(step, desk_);
  see_mass_changes(step, desk_);
  see_hours(step, desk_, clock_);
  see_incompatible(step, desk_);
}

// The account that the event is about, before anything of it is changed.
PersonRow& FindingsProjection::meet(std::string_view username, Step& step) {
  const bool is_new = step.reader.getClaimsUsername() && text_of(step.reader.getUsername()) == username;
  PersonRow& row = desk_.person(username, is_new);
  step.people.push_back(as_it_is(row));
  return row;
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
      return end_link(change.provider, change.username, step, rows);
    case Fact::ACCOUNT_CREATED:
      return take_home(change, step);
    case Fact::SIGNED_IN:
    case Fact::ACCOUNT_LOCKED:
    case Fact::ACCOUNT_UNLOCKED:
    case Fact::ACCOUNT_DISABLED:
    case Fact::ACCOUNT_ENABLED:
    case Fact::ACCOUNT_TERMINATED:
      return change_account(change, step);
    case Fact::TERMS_ACCEPTED:
    case Fact::REVIEW_DECIDED:
    case Fact::PROFILE_CHANGED:
    case Fact::PIN_CHANGED:
    case Fact::SUBJECT_ERASED:
      step.username = change.username;
      step.person = &meet(change.username, step);
      return;
    case Fact::ROSTER_ATTESTED:
      return touch(step, desk_.place(change.provider));
    case Fact::PASSWORD_RESET:
    case Fact::SERVICE_USED:
      step.username = change.username;
      step.person = &meet(change.username, step);
      return touch(step, desk_.place(change.provider));
    case Fact::RELATIONSHIP_STARTED:
    case Fact::RELATIONSHIP_ENDED:
      touch(step, desk_.place(change.provider));
      return touch(step, desk_.place(change.links.front()));
    case Fact::TERMS_PUBLISHED:
      return desk_.terms().publish(step.event, text_of(fact.getTermsPublished().getTermsVersion()), rows);
    case Fact::SERVICE_RETIRED:
      return desk_.services().retire(text_of(fact.getServiceRetired().getService()), rows);
    case Fact::DEPARTURE_REPORTED:
      return report_departure(change, step);
    case Fact::PROVIDER_REGISTERED:
    case Fact::PROVIDER_CLOSED:
      return change_provider(change, step, rows);
    case Fact::SERVICE_DEFINED:
      return desk_.services().define(text_of(fact.getServiceDefined().getService()), fact.getServiceDefined().getAdministrator(),
                                     step.event.import != 0, rows);
    case Fact::IMPORT_STARTED:
      desk_.start_import(step.event.position);
      return note_import(change.event, rows);
    case Fact::IMPORT_COMPLETED:
      return desk_.complete_import(fact.getImportCompleted().getImportPosition());
    case Fact::PROVIDER_IMPORT_STARTED:
      return take_mapping(change.provider, rows);
    case Fact::FINDING_DISPOSED:
      return put_disposal(disposal_of(change.event), change.provider, rows);
    case Fact::POLICY_SET:
      return desk_.policies().set(change.provider, *change.policy, rows);
    default:
      return;  // read() has named the others.
  }
}

// A Primary User's account, whose home is the provider that it was made for. Its link follows, in the same decision.
void FindingsProjection::take_home(const Change& change, Step& step) {
  step.username = change.username;
  step.person = &meet(change.username, step);
  if (change.provider == 0) return;
  FindingPerson& person = desk_.change(*step.person);
  person.home = change.provider;
  person.has_home = true;
}

// The former Primary User's link ends first, so that giving the office to its holder again takes nothing away.
void FindingsProjection::change_link(const Change& change, Step& step, RowBuffer& rows) {
  if (!change.former.empty() && change.former != change.username) end_link(change.provider, change.former, step, rows);
  PersonRow& row = meet(change.username, step);
  FindingPerson& person = desk_.change(row);
  LinkStep out = step_at(change.provider, change.username, person);
  if (change.fact == Fact::SUBORDINATE_CREATED) {
    person.home = change.provider;
    person.has_home = true;
  }
  out.link = person.link(change.provider);
  if (out.link == nullptr) {
    FindingLink link;
    link.provider = change.provider;
    link.started = step.event;
    out.link = &person.links.emplace_back(std::move(link));
    out.started = true;
    desk_.add_member(change.provider, change.username, rows);
  }
  out.link->changed = std::max(out.link->changed, step.event.at);
  change_services(change, step, out, rows);
  if (change.fact == Fact::PRIMARY_USER_ASSIGNED) {
    FindingPlace& place = desk_.change(*out.place);
    place.primary_user = change.username;
    place.primary_user_gone = person.terminated;
    place.gone_from = step.event.at;
    out.link->reported = {};  // Whoever is assigned has not left, whatever was reported before.
    out.link->said_left = {};
    out.link->left_at = {};
  }
  touch(step, *out.place);
  update_administrators(out);
  step.links.push_back(std::move(out));
}

void FindingsProjection::change_services(const Change& change, const Step& step, LinkStep& out, RowBuffer& rows) {
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
    out.link->held.push_back({service, step.event, {}});
    out.granted.push_back(service);
  }
}

LinkStep FindingsProjection::step_at(PackedProvider provider, std::string_view username, FindingPerson& person) {
  return {.username = username,
          .person = &person,
          .place = &desk_.place(provider),
          .policy = &desk_.policies().of(provider),
          .provider = provider,
          .granted = {},
          .revoked = {}};
}

void FindingsProjection::end_link(PackedProvider provider, std::string_view username, Step& step, RowBuffer& rows) {
  PersonRow& row = meet(username, step);
  FindingLink* link = row.value.link(provider);
  if (link == nullptr) return;
  FindingPerson& person = desk_.change(row);
  LinkStep out = step_at(provider, username, person);
  desk_.end_marks(username, *link, step.event, [](const OpenMark&) { return true; });
  out.revoked = link->held;
  remember_ended(person, *link, step.event, desk_);
  std::erase_if(person.links, [provider](const FindingLink& one) { return one.provider == provider; });
  desk_.remove_member(provider, username, rows);
  touch(step, *out.place);
  update_administrators(out);
  step.links.push_back(std::move(out));
}

// Whether the account is one of those who administer the provider.
void FindingsProjection::update_administrators(const LinkStep& link) {
  const auto is_this = [&](const FindingAdministrator& one) { return one.username == link.username; };
  const auto& known = link.place->value.administrators;
  const auto found = std::find_if(known.begin(), known.end(), is_this);
  const bool is_one = link.link != nullptr && desk_.is_administrator(*link.link, link.place->value);
  if (!is_one && found == known.end()) return;
  if (is_one && found != known.end() && found->usable == link.person->is_active()) return;
  auto& administrators = desk_.change(*link.place).administrators;
  std::erase_if(administrators, is_this);
  if (is_one) administrators.push_back({std::string{link.username}, link.person->is_active()});
}

void FindingsProjection::change_account(const Change& change, Step& step) {
  step.username = change.username;
  step.person = &meet(change.username, step);
  if (change.fact == Fact::SIGNED_IN) return;
  FindingPerson& person = desk_.change(*step.person);
  const bool was_enabled = person.is_enabled();
  const bool was_active = person.is_active();
  if (change.fact == Fact::ACCOUNT_LOCKED) person.locked = true;
  if (change.fact == Fact::ACCOUNT_UNLOCKED) person.locked = false;
  if (change.fact == Fact::ACCOUNT_DISABLED) person.disabled = true;
  if (change.fact == Fact::ACCOUNT_ENABLED) person.disabled = false;
  if (change.fact == Fact::ACCOUNT_TERMINATED) person.terminated = true;
  if (was_enabled && !person.is_enabled()) person.stopped = step.event;
  if (!was_enabled && person.is_enabled()) person.enabled = step.event;
  if (!was_active && person.is_active()) person.active = step.event;
  for (const FindingLink& link : person.links) {
    PlaceRow& row = desk_.place(link.provider);
    touch(step, row);
    update_standing(row, change, step.event, person);
  }
}

// What it means for the provider that one of its people can be used or not.
void FindingsProjection::update_standing(PlaceRow& row, const Change& change, const EventRef& event, const FindingPerson& person) {
  const auto is_this = [&](const FindingAdministrator& one) { return one.username == change.username; };
  const auto& known = row.value.administrators;
  const auto found = std::find_if(known.begin(), known.end(), is_this);
  if (found != known.end() && found->usable != person.is_active())
    desk_.change(row).administrators[static_cast<std::size_t>(found - known.begin())].usable = person.is_active();
  if (person.terminated && row.value.primary_user == change.username) leave_office(row, event.at);
}

void FindingsProjection::leave_office(PlaceRow& row, Timestamp at) {
  if (row.value.primary_user_gone && row.value.gone_from <= at) return;
  FindingPlace& place = desk_.change(row);
  place.primary_user_gone = true;
  place.gone_from = at;
}

void FindingsProjection::report_departure(const Change& change, Step& step) {
  step.username = change.username;
  step.person = &meet(change.username, step);
  const Timestamp left_at{change.event.getFact().getDepartureReported().getLeftAt()};
  for (const auto provider : change.links) {
    PlaceRow& row = desk_.place(provider);
    touch(step, row);
    desk_.note_signal();
    if (row.value.first_departure.position == 0) desk_.change(row).first_departure = step.event;
    if (row.value.primary_user == change.username) leave_office(row, left_at);
  }
}

void FindingsProjection::change_provider(const Change& change, Step& step, RowBuffer& rows) {
  PlaceRow& row = desk_.place(change.provider);
  FindingPlace& place = desk_.change(row);
  touch(step, row);
  if (change.fact == Fact::PROVIDER_CLOSED) {
    place.closed = step.event;
    desk_.intervals().end_all(change.provider, step.event);
    return end_links(change.provider, step, rows);
  }
  place.organization = text_of(change.event.getFact().getProviderRegistered().getOrganization());
  place.registered = true;
}

// With the provider its links have ended, and what was waited for there, or elsewhere because of them.
void FindingsProjection::end_links(PackedProvider provider, const Step& step, RowBuffer& rows) {
  for (const std::string& username : desk_.members(provider)) {
    PersonRow& row = desk_.person(username);
    if (row.value.link(provider) == nullptr) continue;
    const PersonStep before = as_it_is(row);
    std::erase_if(desk_.change(row).links, [provider](const FindingLink& link) { return link.provider == provider; });
    desk_.remove_member(provider, username, rows);
    desk_.end_waits(step, before);
  }
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
  FindingPlace& place = desk_.change(desk_.place(provider));
  place.meant_administrator.clear();
  for (const auto& service : meant_administrator_) place.meant_administrator.push_back(desk_.services().number_of(service, rows));
}

}  // namespace muniment::view
