#include "aggregates/world.h"

#include <openssl/evp.h>

#include <algorithm>
#include <functional>

#include "aggregates/event_fields.h"
#include "events/record/event_streams.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

template <typename Key, typename Value, typename Hash>
Value* find(Recent<Key, std::unique_ptr<Value>, Hash>& table, const Key& key) {
  const auto* found = table.find(key);
  return found == nullptr ? nullptr : found->get();
}

template <typename Key, typename Value, typename Hash, typename... Args>
Value& find_or_make(Recent<Key, std::unique_ptr<Value>, Hash>& table, const Key& key, Args&&... args) {
  if (Value* found = find(table, key)) return *found;
  return *table.add(key, std::make_unique<Value>(std::forward<Args>(args)...));
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

AccountId claimant_in(schema::Event::Reader event) {
  if (!has_account(event)) throw BadRecord("an event that claims a username names no account");
  return account_id_of(event);
}

}  // namespace

World::World() : catalogue_(names_) {}

void World::evolve(schema::Event::Reader event) {
  if (has_account(event)) account(account_id_of(event)).evolve(event, event.getAccountVersion());
  if (event.getProviderVersion() != 0) provider(provider_acted_for(event)).evolve(event, event.getProviderVersion());
  if (event.getClaimsUsername()) claim(text_of(event.getUsername())) = claimant_in(event);
  for (const auto stream : event.getContext().getMoreStreams()) evolve_one(stream_of(stream), event, stream.getVersion());
}

void World::evolve(const StreamName& name, schema::Event::Reader event) {
  for (const StreamVersion& entry : streams_of(event)) {
    if (entry.stream == name) evolve_one(name, event, entry.version);
  }
}

void World::evolve_one(const StreamName& stream, schema::Event::Reader event, Version version) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      account(account_id_in(stream.key())).evolve(event, version);
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
      return;
    case schema::StreamKind::POLICY:
      policy(stream).evolve(event, version);
      return;
    case schema::StreamKind::IMPORT:
      import(EventId::from(stream.key()).value()).evolve(event, version);
      return;
    // Kept for questions; no decision reads them.
    case schema::StreamKind::REFUSALS:
    case schema::StreamKind::READS:
    case schema::StreamKind::REVIEW:
    case schema::StreamKind::FINDING:
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
      return imports_.find(EventId::from(stream.key()).value()) != nullptr;
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
      import(EventId::from(stream.key()).value());
      return;
    default:
      MUNIMENT_ASSERT(false);
  }
}

Account* World::find_account(const AccountId& id) { return find(accounts_, id); }
Provider* World::find_provider(const ProviderId& id) { return find(providers_, id); }
Account& World::account(const AccountId& id) { return find_or_make(accounts_, id, id, names_); }
Provider& World::provider(const ProviderId& id) { return find_or_make(providers_, id, id); }
Import& World::import(const EventId& id) { return find_or_make(imports_, id); }
Policy& World::policy(const StreamName& stream) { return find_or_make(policies_, stream); }

AccountId& World::claim(std::string_view username) {
  if (AccountId* found = claims_.find(username)) return *found;
  return claims_.add(std::string{username}, {});
}

const AccountId* World::claimant(std::string_view username) {
  const AccountId* found = claims_.find(username);
  return found == nullptr || found->is_zero() ? nullptr : found;
}

void World::age() {
  accounts_.age();
  providers_.age();
  claims_.age();
}

Digest World::digest() const {
  // Each state as (key, canonical bytes), sorted by key.
  std::vector<std::pair<std::string, std::function<void(Canonical&)>>> states;
  accounts_.for_each([&](const AccountId& id, const auto& account) {
    if (account->exists()) states.emplace_back('0' + std::string{text_of(id.bytes())}, [&](Canonical& out) { account->describe(out); });
  });
  providers_.for_each([&](const ProviderId& id, const auto& provider) {
    if (provider->version() > 0) states.emplace_back('1' + id.text(), [&](Canonical& out) { provider->describe(out); });
  });
  claims_.for_each([&](const std::string& name, const AccountId& id) {
    if (!id.is_zero()) states.emplace_back('2' + name, [&](Canonical& out) { out.text(name).bytes(id.bytes()); });
  });
  policies_.for_each([&](const StreamName& name, const auto& policy) {
    if (policy->is_set()) states.emplace_back('3' + std::string{text_of(name.key())}, [&](Canonical& out) { policy->describe(out); });
  });
  imports_.for_each([&](const EventId& id, const auto& import) {
    if (import->version() > 0) states.emplace_back('4' + std::string{text_of(id.bytes())}, [&](Canonical& out) { import->describe(out); });
  });
  states.emplace_back("5", [&](Canonical& out) { agency_.describe(out); });
  states.emplace_back("6", [&](Canonical& out) { catalogue_.describe(out); });
  states.emplace_back("7", [&](Canonical& out) { terms_.describe(out); });
  std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  MUNIMENT_ASSERT(hash && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1);
  for (const auto& [key, describe] : states) {
    Canonical out;
    out.text(key);
    describe(out);
    EVP_DigestUpdate(hash.get(), out.str().data(), out.str().size());
  }
  Digest digest{};
  EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
  return digest;
}

}  // namespace muniment
