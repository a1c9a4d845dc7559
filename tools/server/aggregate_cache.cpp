#include "tools/server/aggregate_cache.h"

#include <algorithm>

#include "tools/wire/open_imports.h"

namespace muniment {
namespace {

AccountAt at_of(const Account& account, const ServiceNames& names) {
  AccountAt out{.version = account.version(),
                .home = account.home(),
                .primary_of = account.primary_of(),
                .is_disabled = account.is_disabled(),
                .is_terminated = account.is_terminated(),
                .profile_position = account.profile_position(),
                .appointed_at = account.appointed_at()};
  for (const Account::Link& link : account.links()) {
    AccountAt::Link& added = out.links.emplace_back(AccountAt::Link{link.provider});
    for (const std::string_view service : link.services.texts(names)) added.services.emplace_back(service);
  }
  return out;
}

}  // namespace

template <typename Entry>
template <typename Id>
std::shared_ptr<Entry> AggregateCache::Recent<Entry>::of(const std::string& key, const Id& id) {
  const std::lock_guard lock(mutex_);
  if (!kept_.contains(key) && kept_.size() >= kept_max)
    kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  Kept& kept = kept_[key];
  if (!kept.entry) kept.entry = std::make_shared<Entry>(id);
  kept.used = ++uses_;
  return kept.entry;
}

void AggregateCache::fold(AccountEntry& entry, Position position) const {
  log_.read_stream(0, StreamName::account(entry.account.id()), entry.account.version() + 1, [&](Position at, RecordWords words) {
    if (at > position) return false;
    RecordReader record(words);
    const Version version = entry.account.version() + 1;
    if (abandoned_.have_brought(record.event())) {
      entry.account.pass_over(version);
    } else {
      entry.account.evolve(record.event(), version, entry.names);
    }
    entry.last = at;
    return true;
  });
}

std::optional<AccountAt> AggregateCache::account(const Username& username, Position position) {
  std::optional<AccountId> id;
  log_.read_stream(0, StreamName::username(username), 1, [&](Position at, RecordWords words) {
    RecordReader record(words);
    const bool counts = !abandoned_.have_brought(record.event());
    if (counts && at <= position) id = account_id_of(record.event());
    return !counts;
  });
  if (!id) return std::nullopt;
  const auto entry = accounts_.of(id->hex(), *id);
  const std::lock_guard lock(entry->mutex);
  if (entry->last > position) {  // An older moment than was asked for before.
    AccountEntry then(*id);
    fold(then, position);
    return at_of(then.account, then.names);
  }
  fold(*entry, position);
  return at_of(entry->account, entry->names);
}

bool AggregateCache::has_officer(const std::string& name) {
  const std::lock_guard lock(agency_mutex_);
  const Position head = log_.head(0).position;
  if (head != agency_read_to_) {
    log_.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), agency_.version() + 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      agency_.evolve(record.event(), agency_.version() + 1);
      return true;
    });
    agency_read_to_ = head;
  }
  return agency_.has_officer(name);
}

// What an open import has recorded is left out today and counts when it has completed: what comes from there on is not kept.
Provider AggregateCache::provider(const ProviderId& id) {
  const auto entry = providers_.of(id.text(), id);
  const std::lock_guard lock(entry->mutex);
  OpenImports open(log_);
  std::optional<Provider> out;
  Version version = entry->version;
  log_.read_stream(0, StreamName::provider(id), version + 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    ++version;
    if (abandoned_.have_brought(record.event())) {
      (out ? *out : entry->provider).pass_over(version);
      if (!out) entry->version = version;
      return true;
    }
    const bool is_open = open.contain(record.event());
    if (is_open && !out) out = entry->provider;
    if (!is_open) (out ? *out : entry->provider).evolve(record.event(), version);
    if (!out) entry->version = version;
    return true;
  });
  return out ? std::move(*out) : entry->provider;
}

}  // namespace muniment
