#include "projections/access/account_state.h"

#include "projections/access/rows.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

std::string terms_in_force(const Snapshot& snapshot, const Table& table, const AsOf& as_of) {
  std::string terms;
  const std::string prefix = terms_prefix();
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    const auto change = take_account_change(ByteReader(rows.key().substr(prefix.size())).ordered(), rows.value());
    if (as_of.sees(change.event)) terms = change.terms_version;
  }
  return terms;
}

}  // namespace

void put_account_change(std::string& out, schema::Event::Reader event, std::string_view terms_version) {
  put_time(out, occurred_at(event));
  put_varint(out, event.getContext().getImportedBy());
  put_varint(out, number_of(event));
  put_text(out, terms_version);
  if (terms_version.empty()) put_details(out, event);
}

AccountChange take_account_change(Position position, std::string_view value) {
  ByteReader from(value);
  AccountChange out{};
  out.event.position = position;
  out.event.at = from.time();
  out.event.import = from.varint();
  out.fact = static_cast<FactNumber>(from.varint());
  out.terms_version = from.text();
  out.details = from.rest();
  return out;
}

std::vector<Unusable> AccountState::unusable() const {
  std::vector<Unusable> out;
  if (locked) out.push_back(Unusable::locked);
  if (disabled) out.push_back(Unusable::disabled);
  if (terminated) out.push_back(Unusable::terminated);
  if (!terms_accepted) out.push_back(Unusable::terms_not_accepted);
  return out;
}

AccountStates::AccountStates(const Snapshot& snapshot, const Table& table, const AsOf& as_of)
    : as_of_(as_of), rows_(snapshot.rows(table, Scan::prefix)), terms_(terms_in_force(snapshot, table, as_of)) {}

const AccountState& AccountStates::of(const std::string& username) {
  if (username != username_) {
    state_ = read(username);
    username_ = username;
  }
  return state_;
}

AccountState AccountStates::read(std::string_view username) {
  AccountState out;
  out.terms_accepted = terms_.empty();
  const std::string prefix = account_changes_prefix(username);
  for (rows_.seek(prefix); rows_.valid(); rows_.next()) {
    const auto change = take_account_change(ByteReader(rows_.key().substr(prefix.size())).ordered(), rows_.value());
    if (!as_of_.sees(change.event)) continue;
    switch (schema::Event::Fact::Which{change.fact}) {
      case schema::Event::Fact::ACCOUNT_LOCKED:
        out.locked = true;
        break;
      case schema::Event::Fact::ACCOUNT_UNLOCKED:
        out.locked = false;
        break;
      case schema::Event::Fact::ACCOUNT_DISABLED:
        out.disabled = true;
        break;
      case schema::Event::Fact::ACCOUNT_ENABLED:
        out.disabled = false;
        break;
      case schema::Event::Fact::ACCOUNT_TERMINATED:
        out.terminated = true;
        break;
      case schema::Event::Fact::TERMS_ACCEPTED:
        if (change.terms_version == terms_) out.terms_accepted = true;
        break;
      default:  // Nothing else is put in these rows.
        break;
    }
  }
  return out;
}

}  // namespace muniment::view
