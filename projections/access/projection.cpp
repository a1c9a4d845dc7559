#include "projections/access/projection.h"

#include "events/values/bytes.h"
#include "events/values/csv_cell.h"
#include "projections/access/account_state.h"
#include "projections/access/rows.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

template <typename List>
std::vector<std::string_view> services_in(List list, const char* field) {
  std::vector<std::string_view> out;
  out.reserve(list.size());
  for (const auto text : list) out.push_back(checked_text(text_of(text), field));
  return out;
}

}  // namespace

AccessProjection::AccessProjection(const Database& database, const Table& table)
    : database_(database), table_(table), eras_(database, table) {
  const std::string prefix = service_number_key("");
  const auto snapshot = database_.snapshot();
  auto rows = snapshot.rows(table_, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    services_.emplace(rows.key().substr(prefix.size()), ByteReader(rows.value()).u32());
  }
}

void AccessProjection::apply(schema::Event::Reader event, RowBuffer& rows) {
  const auto fact = event.getFact();
  switch (fact.which()) {
    case schema::Event::Fact::SUBORDINATE_CREATED:
      return start_link(event, services_in(fact.getSubordinateCreated().getServices(), "services"), rows);
    case schema::Event::Fact::SUBORDINATE_LINKED:
      return start_link(event, services_in(fact.getSubordinateLinked().getServices(), "services"), rows);
    case schema::Event::Fact::PRIMARY_USER_ASSIGNED:
      return assign_primary_user(event, rows);
    case schema::Event::Fact::SERVICES_ASSIGNED:
      return assign(event, rows);
    case schema::Event::Fact::SUBORDINATE_REMOVED:
      return end_link(event, username_of(event), rows);
    case schema::Event::Fact::PROVIDER_CLOSED:
      return close(event, rows);
    case schema::Event::Fact::TERMS_PUBLISHED:
      return publish_terms(event, rows);
    case schema::Event::Fact::TERMS_ACCEPTED:
      return change_account(event, text_of(fact.getTermsAccepted().getTermsVersion()), rows);
    case schema::Event::Fact::ACCOUNT_LOCKED:
    case schema::Event::Fact::ACCOUNT_UNLOCKED:
    case schema::Event::Fact::ACCOUNT_DISABLED:
    case schema::Event::Fact::ACCOUNT_ENABLED:
    case schema::Event::Fact::ACCOUNT_TERMINATED:
      return change_account(event, {}, rows);
    case schema::Event::Fact::STORE_CREATED:
    case schema::Event::Fact::STORE_UPGRADED:
    case schema::Event::Fact::CLOCK_ACCEPTED:
    case schema::Event::Fact::RECORDS_READ:
    case schema::Event::Fact::ACCESS_DENIED:
    case schema::Event::Fact::SUBJECT_ERASED:
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
    case schema::Event::Fact::POLICY_SET:
    case schema::Event::Fact::PROVIDER_REGISTERED:
    case schema::Event::Fact::RELATIONSHIP_STARTED:
    case schema::Event::Fact::RELATIONSHIP_ENDED:
    case schema::Event::Fact::ACCOUNT_CREATED:
    case schema::Event::Fact::PROFILE_CHANGED:
    case schema::Event::Fact::PIN_CHANGED:
    case schema::Event::Fact::PASSWORD_RESET:
    case schema::Event::Fact::CREDENTIAL_REDEEMED:
    case schema::Event::Fact::SIGNED_IN:
    case schema::Event::Fact::SERVICE_USED:
    case schema::Event::Fact::DEPARTURE_REPORTED:
    case schema::Event::Fact::COMMAND_REFUSED:
    case schema::Event::Fact::IMPORT_STARTED:
    case schema::Event::Fact::PROVIDER_IMPORT_STARTED:
    case schema::Event::Fact::IMPORT_COMPLETED:
      return;
  }
  stop_at_unknown_fact(event);
}

void AccessProjection::start_link(schema::Event::Reader event, const Services& services, RowBuffer& rows) {
  const auto provider = provider_of(event);
  const auto username = username_of(event);
  const auto reference = ref_of(event);
  const Era era = era_of(event, provider);
  put_change(event, provider, username, LinkKind::start, services, {}, rows);
  std::string key = link_starts_prefix(provider, era);
  put_key_text(key, username);
  put_ordered(key, reference.position);
  std::string when;
  put_when(when, reference);
  rows.put(key, when);
  key = user_links_prefix(username);
  put_provider(key, provider);
  rows.put(key, {});
  if (!is_ordered_as_csv_cell(username)) rows.put(link_by_cell_key(provider, username), {});
}

// The former one's link ends first, so that giving the office to its holder again would take nothing away.
void AccessProjection::assign_primary_user(schema::Event::Reader event, RowBuffer& rows) {
  const auto assigned = event.getFact().getPrimaryUserAssigned();
  const auto services = services_in(assigned.getServices(), "services");
  const auto former = assigned.hasFormer() ? checked_username(text_of(assigned.getFormer()), "former") : std::string_view{};
  const auto username = username_of(event);
  provider_of(event);
  if (!former.empty() && former != username) end_link(event, former, rows);
  start_link(event, services, rows);
}

void AccessProjection::assign(schema::Event::Reader event, RowBuffer& rows) {
  const auto assigned = event.getFact().getServicesAssigned();
  const auto granted = services_in(assigned.getGranted(), "granted");
  const auto revoked = services_in(assigned.getRevoked(), "revoked");
  put_change(event, provider_of(event), username_of(event), LinkKind::assign, granted, revoked, rows);
}

void AccessProjection::end_link(schema::Event::Reader event, std::string_view username, RowBuffer& rows) {
  put_change(event, provider_of(event), username, LinkKind::end, {}, {}, rows);
}

void AccessProjection::close(schema::Event::Reader event, RowBuffer& rows) {
  std::string key = closings_prefix(provider_of(event));
  put_ordered(key, event.getPosition());
  std::string value;
  put_link_change(value, LinkKind::close, event, {}, {});
  rows.put(key, value);
}

void AccessProjection::change_account(schema::Event::Reader event, std::string_view terms_version, RowBuffer& rows) {
  std::string key = account_changes_prefix(username_of(event));
  put_ordered(key, event.getPosition());
  std::string value;
  put_account_change(value, event, terms_version);
  rows.put(key, value);
}

void AccessProjection::publish_terms(schema::Event::Reader event, RowBuffer& rows) {
  std::string key = terms_prefix();
  put_ordered(key, event.getPosition());
  std::string value;
  put_account_change(value, event, checked_text(text_of(event.getFact().getTermsPublished().getTermsVersion()), "terms_version"));
  rows.put(key, value);
}

// Everything of the event that can be broken has been read before this is called.
void AccessProjection::put_change(schema::Event::Reader event, PackedProvider provider, std::string_view username, LinkKind kind,
                                  const Services& granted, const Services& revoked, RowBuffer& rows) {
  value_.clear();
  const auto granted_numbers = numbers_of(granted, rows);
  put_link_change(value_, kind, event, granted_numbers, numbers_of(revoked, rows));
  rows.put(link_change_key(provider, username, event.getPosition()), value_);

  const auto reference = ref_of(event);
  const Era era = era_of(event, provider);
  value_.clear();
  put_when(value_, reference);
  for (const auto service : granted_numbers) {
    std::string key = grants_prefix(service, provider, era);
    put_key_text(key, username);
    put_ordered(key, reference.position);
    rows.put(key, value_);
  }
  eras_.note(provider, era, reference, rows);
}

std::vector<ServiceNumber> AccessProjection::numbers_of(const Services& services, RowBuffer& rows) {
  std::vector<ServiceNumber> out;
  out.reserve(services.size());
  for (const auto service : services) {
    auto known = services_.find(service);
    if (known == services_.end()) {
      known = services_.emplace(service, static_cast<ServiceNumber>(services_.size())).first;
      std::string number;
      put_u32be(number, known->second);
      rows.put(service_number_key(service), number);
      rows.put(service_text_key(known->second), service);
    }
    out.push_back(known->second);
  }
  return out;
}

}  // namespace muniment::view
