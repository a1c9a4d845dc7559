#include "projections/roster/projection.h"

#include <algorithm>

#include "events/values/text.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

constexpr std::size_t people_kept_max = 1 << 17;

}  // namespace

RosterProjection::RosterProjection(const Database& database, const Table& table, PersonalOpener open)
    : database_(database), table_(table), open_(std::move(open)), eras_(database, table) {
  const auto snapshot = database_.snapshot();
  auto rows = snapshot.rows(table_, Scan::whole);
  std::string prefix;
  put_tag(prefix, TableTag::import);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    completed_imports_.insert(ByteReader(rows.key().substr(1)).ordered());
  }
  prefix.clear();
  put_tag(prefix, TableTag::closing);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    ByteReader key(rows.key().substr(1));
    const auto provider = key.provider();
    closed_[provider] = key.ordered();
  }
}

void RosterProjection::apply(schema::Event::Reader event, RowBuffer& rows) {
  const auto fact = event.getFact();
  switch (fact.which()) {
    case schema::Event::Fact::ACCOUNT_CREATED:
      return create(event, false, rows);
    case schema::Event::Fact::SUBORDINATE_CREATED:
      return create(event, true, rows);
    case schema::Event::Fact::SUBORDINATE_LINKED:
      return start_link(event, provider_of(event), username_of(event), rows);
    case schema::Event::Fact::PRIMARY_USER_ASSIGNED:
      return assign_primary_user(event, rows);
    case schema::Event::Fact::SUBORDINATE_REMOVED:
      return end_link(event, provider_of(event), username_of(event), rows);
    case schema::Event::Fact::PROFILE_CHANGED:
      return change_profile(event, rows);
    case schema::Event::Fact::SUBJECT_ERASED:
      return erase_names(event, rows);
    case schema::Event::Fact::PROVIDER_CLOSED:
      return close(event, rows);
    case schema::Event::Fact::IMPORT_COMPLETED:
      completed_imports_.insert(fact.getImportCompleted().getImportPosition());
      return;
    case schema::Event::Fact::STORE_CREATED:
    case schema::Event::Fact::STORE_UPGRADED:
    case schema::Event::Fact::CLOCK_ACCEPTED:
    case schema::Event::Fact::RECORDS_READ:
    case schema::Event::Fact::ACCESS_DENIED:
    case schema::Event::Fact::HOLD_PLACED:
    case schema::Event::Fact::HOLD_LIFTED:
    case schema::Event::Fact::EPOCH_ROTATED:
    case schema::Event::Fact::STORE_RESTORED:
    case schema::Event::Fact::LOG_KEY_ROTATED:
    case schema::Event::Fact::REVIEW_OPENED:
    case schema::Event::Fact::REVIEWER_ASSIGNED:
    case schema::Event::Fact::REVIEW_DECIDED:
    case schema::Event::Fact::REVIEW_CLOSED:
    case schema::Event::Fact::DELEGATE_APPOINTED:
    case schema::Event::Fact::DELEGATE_DISMISSED:
    case schema::Event::Fact::ROSTER_ATTESTED:
    case schema::Event::Fact::FINDING_DISPOSED:
    case schema::Event::Fact::REVIEWER_DISMISSED:
    case schema::Event::Fact::REVIEW_SEALED:
    case schema::Event::Fact::REPORT_SIGNED:
    case schema::Event::Fact::NOTICE_GIVEN:
    case schema::Event::Fact::IMPORT_ABANDONED:
    case schema::Event::Fact::LOG_ARCHIVED:
    case schema::Event::Fact::RECONCILIATION_REPORTED:
    case schema::Event::Fact::OFFICER_APPOINTED:
    case schema::Event::Fact::OFFICER_DISMISSED:
    case schema::Event::Fact::SERVICE_DEFINED:
    case schema::Event::Fact::SERVICE_RETIRED:
    case schema::Event::Fact::TERMS_PUBLISHED:
    case schema::Event::Fact::POLICY_SET:
    case schema::Event::Fact::PROVIDER_REGISTERED:
    case schema::Event::Fact::RELATIONSHIP_STARTED:
    case schema::Event::Fact::RELATIONSHIP_ENDED:
    case schema::Event::Fact::PIN_CHANGED:
    case schema::Event::Fact::SERVICES_ASSIGNED:
    case schema::Event::Fact::PASSWORD_RESET:
    case schema::Event::Fact::CREDENTIAL_REDEEMED:
    case schema::Event::Fact::TERMS_ACCEPTED:
    case schema::Event::Fact::ACCOUNT_LOCKED:
    case schema::Event::Fact::ACCOUNT_UNLOCKED:
    case schema::Event::Fact::ACCOUNT_DISABLED:
    case schema::Event::Fact::ACCOUNT_ENABLED:
    case schema::Event::Fact::ACCOUNT_TERMINATED:
    case schema::Event::Fact::SIGNED_IN:
    case schema::Event::Fact::SERVICE_USED:
    case schema::Event::Fact::DEPARTURE_REPORTED:
    case schema::Event::Fact::COMMAND_REFUSED:
    case schema::Event::Fact::IMPORT_STARTED:
    case schema::Event::Fact::PROVIDER_IMPORT_STARTED:
      return;
  }
  stop_at_unknown_fact(event);
}

void RosterProjection::create(schema::Event::Reader event, bool linked, RowBuffer& rows) {
  const auto username = username_of(event);
  const auto provider = linked ? provider_of(event) : PackedProvider{};
  Name name = name_in(event);
  add_name(event, username, std::move(name), rows);
  if (linked) start_link(event, provider, username, rows);
}

void RosterProjection::assign_primary_user(schema::Event::Reader event, RowBuffer& rows) {
  const auto assigned = event.getFact().getPrimaryUserAssigned();
  const auto former = assigned.hasFormer() ? checked_username(text_of(assigned.getFormer()), "former") : std::string_view{};
  const auto username = username_of(event);
  const auto provider = provider_of(event);
  if (!former.empty() && former != username) end_link(event, provider, former, rows);
  start_link(event, provider, username, rows);
}

void RosterProjection::change_profile(schema::Event::Reader event, RowBuffer& rows) {
  if (!event.hasSealed()) throw BrokenEvent("sealed: expected the changed profile");
  const auto username = username_of(event);
  add_name(event, username, name_in(event), rows);
}

// Whatever moment is asked about, the person has no name from now on. The rows stay: who had access is not forgotten.
void RosterProjection::erase_names(schema::Event::Reader event, RowBuffer& rows) {
  const auto username = username_of(event);
  Person& person = change(username);
  for (const auto& link : person.links) {
    for (const auto& row : link.rows) remove_row(person, username, link, row, rows);
  }
  for (auto version = person.names.begin() + 1; version != person.names.end(); ++version) version->name = {NameState::erased, {}, {}, {}};
  for (const auto& link : person.links) {
    for (const auto& row : link.rows) put_row(person, username, link, row, rows);
  }
  std::string position;
  put_ordered(position, event.getPosition());
  rows.put(last_erasure_key(), position);
}

// Ends every row of the provider at once: questions read it with them.
void RosterProjection::close(schema::Event::Reader event, RowBuffer& rows) {
  const auto provider = provider_of(event);
  std::string key = closings_of_prefix(provider);
  put_ordered(key, event.getPosition());
  std::string value;
  put_ref(value, ref_of(event));
  rows.put(key, value);
  closed_[provider] = event.getPosition();
}

Name RosterProjection::name_in(schema::Event::Reader event) const {
  if (!event.hasSealed()) return {};
  auto opened = open_ ? open_(event) : std::nullopt;
  if (!opened) return {NameState::unavailable, {}, {}, {}};
  for (const auto* text : {&opened->last_name, &opened->first_name, &opened->middle_initial}) {
    if (!is_utf8(*text)) throw BrokenEvent("sealed: expected names in UTF-8 without U+0000");
  }
  Name out{NameState::known, std::move(opened->last_name), std::move(opened->first_name), std::move(opened->middle_initial)};
  if (out.last.empty() && out.first.empty()) out.state = NameState::none;
  return out;
}

void RosterProjection::start_link(schema::Event::Reader event, PackedProvider provider, std::string_view username, RowBuffer& rows) {
  learn_account(event, username);
  Person& person = change(username);
  const auto reference = ref_of(event);
  for (const auto& link : person.links) {
    if (link.provider == provider && link.ends.empty() && !is_closed_since(provider, link.started)) return;  // It is linked already.
  }
  const Era era = era_of(event, provider);
  eras_.note(provider, era, reference, rows);
  RosterLink& link = person.links.emplace_back(RosterLink{provider, reference, {}, {}});
  // The name it has now, and those before it that count where this one does not: earlier than its time, or until an import completes.
  for (auto version = person.names.rbegin(); version != person.names.rend(); ++version) {
    link.rows.push_back({version->event.position, era});
    if (is_final(version->event) && version->event.at <= reference.at) break;
  }
  for (const auto& row : link.rows) put_row(person, username, link, row, rows);
}

void RosterProjection::end_link(schema::Event::Reader event, PackedProvider provider, std::string_view username, RowBuffer& rows) {
  Person& person = change(username);
  for (auto& link : person.links) {
    if (link.provider != provider || is_over(link)) continue;
    link.ends.push_back(ref_of(event));
    for (const auto& row : link.rows) put_row(person, username, link, row, rows);
  }
}

void RosterProjection::add_name(schema::Event::Reader event, std::string_view username, Name name, RowBuffer& rows) {
  learn_account(event, username);
  Person& person = change(username);
  const auto& current = person.names.back();
  if (current.name == name && current.event.import == 0 && current.event.at <= occurred_at(event)) return;
  person.names.push_back({ref_of(event), std::move(name)});
  for (auto& link : person.links) {
    if (is_over(link)) continue;
    for (const auto& row : link.rows) put_row(person, username, link, row, rows);  // They end here.
    const Era event_era = era_of(event, link.provider);
    const Era era = event_era != 0 || link.rows.empty() ? event_era : link.rows.back().era;
    eras_.note(link.provider, era, ref_of(event), rows);
    link.rows.push_back({event.getPosition(), era});
    put_row(person, username, link, link.rows.back(), rows);
  }
}

void RosterProjection::remove_row(const Person& person, std::string_view username, const RosterLink& link, const RowPlace& place,
                                  RowBuffer& rows) const {
  const auto version =
      std::find_if(person.names.begin(), person.names.end(), [&](const NameVersion& v) { return v.event.position == place.version; });
  const RowName name = row_name(version->name, username, link.started.position, place.version);
  rows.remove(last_names_prefix(link.provider, place.era) + last_name_suffix(name));
  if (name.named) rows.remove(first_names_prefix(link.provider, place.era) + first_name_suffix(name));
}

void RosterProjection::put_row(const Person& person, std::string_view username, const RosterLink& link, const RowPlace& place,
                               RowBuffer& rows) const {
  auto version =
      std::find_if(person.names.begin(), person.names.end(), [&](const NameVersion& v) { return v.event.position == place.version; });
  Span span{link.started, version->event, link.ends};
  for (auto later = version + 1; later != person.names.end(); ++later) {
    // An earlier end that counts wherever this one does makes this one idle.
    const bool idle =
        std::any_of(version + 1, later, [&](const NameVersion& v) { return v.event.import == 0 && v.event.at <= later->event.at; });
    if (!idle) span.ends.push_back(later->event);
  }
  const RowName name = row_name(version->name, username, link.started.position, place.version);
  std::string value;
  put_span(value, span);
  rows.put(last_names_prefix(link.provider, place.era) + last_name_suffix(name), value);
  if (!name.named) return;
  rows.put(first_names_prefix(link.provider, place.era) + first_name_suffix(name), value);
}

RosterProjection::People::value_type& RosterProjection::known(std::string_view username) {
  if (const auto found = people_.find(username); found != people_.end()) return *found;
  const auto value = database_.get(table_, person_key(username));
  Known loaded{value ? take_person(*value) : unnamed_person()};
  return *people_.emplace(username, std::move(loaded)).first;
}

Person& RosterProjection::change(std::string_view username) {
  auto& [name, known_person] = known(username);
  if (!known_person.changed) changed_.push_back(name);
  known_person.changed = true;
  return known_person.person;
}

void RosterProjection::learn_account(schema::Event::Reader event, std::string_view username) {
  auto& account = change(username).account;
  if (account.is_zero()) account = account_of(event).value_or(AccountId{});
}

bool RosterProjection::is_final(const EventRef& event) const { return event.import == 0 || completed_imports_.contains(event.import); }

bool RosterProjection::is_over(const RosterLink& link) const {
  return std::any_of(link.ends.begin(), link.ends.end(), [this](const EventRef& end) { return is_final(end); });
}

bool RosterProjection::is_closed_since(PackedProvider provider, const EventRef& started) const {
  const auto closing = closed_.find(provider);
  return closing != closed_.end() && closing->second > started.position;
}

void RosterProjection::finish(RowBuffer& rows) {
  std::string value;
  for (const auto& username : changed_) {
    auto& known_person = people_.find(username)->second;
    value.clear();
    put_person(value, known_person.person);
    rows.put(person_key(username), value);
    known_person.changed = false;
  }
  changed_.clear();
}

void RosterProjection::written() {
  if (people_.size() > people_kept_max) people_.clear();
  eras_.trim();
}

}  // namespace muniment::view
