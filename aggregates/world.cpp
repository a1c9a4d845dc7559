#include "aggregates/world.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "aggregates/event_fields.h"
#include "events/record/event_streams.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::size_t look_ahead = 64;  // Events; as many as a log reads at once.

template <typename Table, typename Key, typename... Args>
auto& find_or_make(Table& table, const Key& key, Args&&... args) {
  if (auto* found = table.find(key)) return *found;
  return table.add(key, std::forward<Args>(args)...);
}

AccountId account_id_in(ByteSpan key) {
  const auto id = AccountId::from(key);
  if (!id) throw BadRecord("an account's stream key has not 16 bytes");
  return *id;
}

ProviderId provider_id_in(ByteSpan key) {
  const auto id = StreamName::provider_of(key);
  if (!id) throw BadRecord("a provider's stream key is no PID/SL");
  return *id;
}

EventId import_id_in(ByteSpan key) {
  const auto id = EventId::from(key);
  if (!id) throw BadRecord("an import's stream key has not 16 bytes");
  return *id;
}

AccountId claimant_in(schema::Event::Reader event) {
  if (!has_account(event)) throw BadRecord("an event that claims a username names no account");
  return account_id_of(event);
}

template <typename State>
void describe(const State& state, Canonical& out, const ServiceNames&) {
  state.describe(out);
}
void describe(const Account& account, Canonical& out, const ServiceNames& names) { account.describe(out, names); }
// Of a name: who has it.
void describe(const AccountId& claimant, Canonical& out, const ServiceNames&) { out.bytes(claimant.bytes()); }

// SHA-256 over states, each as its key and its canonical bytes.
class StateHasher {
 public:
  explicit StateHasher(const ServiceNames& names) : names_(names) {
    MUNIMENT_ASSERT(hash_ && EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) == 1);
  }

  template <typename State>
  void add(std::string_view key, const State& state) {
    bytes_.clear();
    bytes_.text(key);
    describe(state, bytes_, names_);
    EVP_DigestUpdate(hash_.get(), bytes_.str().data(), bytes_.str().size());
  }
  Digest digest() {
    Digest digest{};
    EVP_DigestFinal_ex(hash_.get(), digest.data(), nullptr);
    return digest;
  }

 private:
  const ServiceNames& names_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  Canonical bytes_;
};

// Those states of a table that have had an event, in the order of their keys' texts.
template <typename Key, typename State, typename Hash, typename TextOf, typename IsThere>
void add_all(const Recent<Key, State, Hash>& table, char kind, TextOf text_of_key, IsThere is_there, StateHasher& hasher) {
  std::vector<std::pair<Key, const State*>> states;
  states.reserve(table.size());
  table.for_each([&](const Key& key, const State& state) {
    if (is_there(state)) states.emplace_back(key, &state);
  });
  std::ranges::sort(states, {}, [&](const auto& state) { return text_of_key(state.first); });
  std::string text;
  for (const auto& [key, state] : states) {
    text.assign(1, kind).append(text_of_key(key));
    hasher.add(text, *state);
  }
}

}  // namespace

World::World() : catalogue_(names_) {}

void World::evolve(schema::Event::Reader event) {
  if (!abandoned_.empty() && abandoned_.have_brought(event)) {
    for (const StreamVersion& entry : streams_of(event)) pass_over(entry.stream, event, entry.version);
    return;
  }
  if (has_account(event)) account(account_id_of(event)).evolve(event, event.getAccountVersion(), names_);
  if (event.getProviderVersion() != 0) provider(provider_acted_for(event)).evolve(event, event.getProviderVersion());
  if (event.getClaimsUsername()) claim(text_of(event.getUsername())) = claimant_in(event);
  if (!event.hasContext()) return;
  for (const auto stream : event.getContext().getMoreStreams()) evolve_one(stream_of(stream), event, stream.getVersion());
}

void World::evolve(std::span<const RecordWords> records) {
  boost::container::static_vector<RecordReader, look_ahead> readers;
  for (; !records.empty(); records = records.subspan(readers.size())) {
    readers.clear();
    for (const RecordWords record : records.first(std::min(records.size(), look_ahead))) {
      const auto event = readers.emplace_back(record).event();
      accounts_.prefetch(account_id_of(event));
      if (const auto provider = provider_of(event)) providers_.prefetch(*provider);
      if (event.getClaimsUsername()) claims_.prefetch(text_of(event.getUsername()));
    }
    for (RecordReader& reader : readers) {
      accounts_.prefetch_value(account_id_of(reader.event()));
      if (const auto provider = provider_of(reader.event())) providers_.prefetch_value(*provider);
    }
    for (RecordReader& reader : readers) evolve(reader.event());
  }
}

void World::evolve(const StreamName& name, schema::Event::Reader event) {
  const bool counts = !abandoned_.have_brought(event);
  for (const StreamVersion& entry : streams_of(event)) {
    if (entry.stream != name) continue;
    counts ? evolve_one(name, event, entry.version) : pass_over(name, event, entry.version);
  }
}

// Versions go on, since what comes after has the next one; nothing else changes. An account that nobody else made is none.
void World::pass_over(const StreamName& stream, schema::Event::Reader event, Version version) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      if (Account* found = accounts_.find(account_id_in(stream.key()))) found->pass_over(version);
      return;
    case schema::StreamKind::PROVIDER:
      provider(provider_id_in(stream.key())).pass_over(version);
      return;
    case schema::StreamKind::USERNAME:
      return;
    default:
      evolve_one(stream, event, version);
  }
}

void World::forget_streams() {
  accounts_.clear();
  providers_.clear();
  claims_.clear();
}

void World::evolve_one(const StreamName& stream, schema::Event::Reader event, Version version) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      account(account_id_in(stream.key())).evolve(event, version, names_);
      return;
    case schema::StreamKind::PROVIDER:
      provider(provider_id_in(stream.key())).evolve(event, version);
      return;
    case schema::StreamKind::USERNAME:
      claim(text_of(stream.key())) = claimant_in(event);
      return;
    case schema::StreamKind::CATALOGUE:
      catalogue_.evolve(event, version);
      return;
    case schema::StreamKind::TERMS:
      terms_.evolve(event, version);
      return;
    case schema::StreamKind::AGENCY:
      agency_.evolve(event, version);
      abandoned_.note(event);
      return;
    case schema::StreamKind::POLICY:
      policy(stream).evolve(event, version);
      return;
    case schema::StreamKind::IMPORT:
      import(import_id_in(stream.key())).evolve(event, version);
      return;
    case schema::StreamKind::REVIEW:
      review(text_of(stream.key())).evolve(event, version);
      return;
    // Kept for questions; no decision reads them.
    case schema::StreamKind::REFUSALS:
    case schema::StreamKind::READS:
    case schema::StreamKind::FINDING:
    case schema::StreamKind::ERASURES:
      return;
  }
  throw BadRecord("an event belongs to a stream of a kind that this program does not know: it was written by a newer one; use that one");
}

bool World::knows(const StreamName& stream) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      return accounts_.find(account_id_in(stream.key())) != nullptr;
    case schema::StreamKind::PROVIDER:
      return providers_.find(provider_id_in(stream.key())) != nullptr;
    case schema::StreamKind::USERNAME:
      return claims_.find(text_of(stream.key())) != nullptr;
    case schema::StreamKind::POLICY:
      return policies_.find(stream) != nullptr;
    case schema::StreamKind::IMPORT:
      return imports_.find(import_id_in(stream.key())) != nullptr;
    case schema::StreamKind::REVIEW:
      return reviews_.find(text_of(stream.key())) != nullptr;
    default:
      return true;
  }
}

void World::begin(const StreamName& stream) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      account(account_id_in(stream.key()));
      return;
    case schema::StreamKind::PROVIDER:
      provider(provider_id_in(stream.key()));
      return;
    case schema::StreamKind::USERNAME:
      claim(text_of(stream.key()));
      return;
    case schema::StreamKind::POLICY:
      policy(stream);
      return;
    case schema::StreamKind::IMPORT:
      import(import_id_in(stream.key()));
      return;
    case schema::StreamKind::REVIEW:
      review(text_of(stream.key()));
      return;
    default:
      MUNIMENT_ASSERT(false);
  }
}

void World::forget(const StreamName& stream) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      return accounts_.drop(account_id_in(stream.key()));
    case schema::StreamKind::PROVIDER:
      return providers_.drop(provider_id_in(stream.key()));
    case schema::StreamKind::USERNAME:
      return claims_.drop(std::string{text_of(stream.key())});
    case schema::StreamKind::POLICY:
      return policies_.drop(stream);
    case schema::StreamKind::IMPORT:
      return imports_.drop(import_id_in(stream.key()));
    case schema::StreamKind::REVIEW:
      return reviews_.drop(std::string{text_of(stream.key())});
    default:
      return;
  }
}

Account* World::find_account(const AccountId& id) { return accounts_.find(id); }
Provider* World::find_provider(const ProviderId& id) { return providers_.find(id); }
Account& World::account(const AccountId& id) { return find_or_make(accounts_, id); }
Provider& World::provider(const ProviderId& id) { return find_or_make(providers_, id); }
Import& World::import(const EventId& id) { return find_or_make(imports_, id); }
Policy& World::policy(const StreamName& stream) { return find_or_make(policies_, stream); }
Review& World::review(std::string_view name) {
  if (Review* found = reviews_.find(name)) return *found;
  return reviews_.add(std::string{name});
}

void World::fetch_ahead(std::span<const std::string_view> usernames, std::span<const ProviderId> providers) {
  for (const std::string_view name : usernames) claims_.prefetch(name);
  for (const ProviderId& id : providers) providers_.prefetch(id);
  for (const std::string_view name : usernames) claims_.prefetch_value(name);
  for (const ProviderId& id : providers) providers_.prefetch_value(id);
  fetched_.clear();
  for (const std::string_view name : usernames) {
    const AccountId* const id = claims_.peek(name);
    if (id == nullptr || id->is_zero()) continue;
    fetched_.push_back(*id);
    accounts_.prefetch(*id);
  }
  // A decision asks for more of an account than a fold does.
  for (const AccountId& id : fetched_) accounts_.prefetch_value(id, decltype(accounts_)::Part::whole);
}

AccountId& World::claim(std::string_view username) {
  if (AccountId* found = claims_.find(username)) return *found;
  return claims_.add(std::string{username});
}

const AccountId* World::claimant(std::string_view username) {
  const AccountId* found = claims_.find(username);
  return found == nullptr || found->is_zero() ? nullptr : found;
}

void World::age() {
  accounts_.age();
  providers_.age();
  claims_.age();
  reviews_.age();
}

Digest World::digest() const {
  StateHasher hasher(names_);
  add_all(
      accounts_, '0', [](const AccountId& id) { return text_of(id.bytes()); }, [](const Account& account) { return account.exists(); },
      hasher);
  add_all(
      providers_, '1', [](const ProviderId& id) { return id.text(); }, [](const Provider& provider) { return provider.version() > 0; },
      hasher);
  add_all(
      claims_, '2', [](const std::string& name) { return std::string_view{name}; },
      [](const AccountId& claimant) { return !claimant.is_zero(); }, hasher);
  add_all(
      policies_, '3', [](const StreamName& name) { return text_of(name.key()); }, [](const Policy& policy) { return policy.is_set(); },
      hasher);
  add_all(
      imports_, '4', [](const EventId& id) { return text_of(id.bytes()); }, [](const Import& import) { return import.version() > 0; },
      hasher);
  hasher.add("5", agency_);
  hasher.add("6", catalogue_);
  hasher.add("7", terms_);
  add_all(
      reviews_, '8', [](const std::string& name) { return std::string_view{name}; }, [](const Review& review) { return review.exists(); },
      hasher);
  return hasher.digest();
}

}  // namespace muniment
