// All aggregates that have been asked for, each the fold of its own stream. Used in two ways: a replay feeds it the whole log in order; a
// sequencer loads one stream at a time as decisions ask for it, and feeds it what is recorded from then on.
//
// One thread at a time. References stay valid until forget().
#pragma once

#include <array>
#include <memory>
#include <unordered_map>

#include "aggregates/account.h"
#include "aggregates/agency.h"
#include "aggregates/catalogue.h"
#include "aggregates/import.h"
#include "aggregates/policy.h"
#include "aggregates/provider.h"
#include "aggregates/terms.h"

namespace muniment {

using Digest = std::array<Byte, 32>;

class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Feeds an event to every aggregate that its streams name, making those that are not here. Throws UnknownFact, BadRecord.
  void evolve(schema::Event::Reader event);
  // Feeds an event to the aggregate of one stream only, if the event belongs to it.
  void evolve(const StreamName& stream, schema::Event::Reader event);
  // Feeds an event to those aggregates that are already here; the others will be loaded when they are asked for.
  void evolve_known(schema::Event::Reader event);

  bool knows(const StreamName& stream) const;
  Account& account(const AccountId& id);
  Provider& provider(const ProviderId& id);
  Import& import(const EventId& id);
  Policy& policy(const StreamName& stream);
  // Who has the name; nothing when it is free as far as this world was told.
  const AccountId* claimant(std::string_view username) const;
  Agency& agency() { return agency_; }
  Catalogue& catalogue() { return catalogue_; }
  Terms& terms() { return terms_; }
  ServiceNames& names() { return names_; }

  std::size_t account_count() const { return accounts_.size(); }
  std::size_t provider_count() const { return providers_.size(); }
  // Drops accounts, names and providers, to be loaded again when asked for.
  void forget();

  // SHA-256 over the canonical states of all aggregates in the order of their stream's kind and key. Covers no opened personal value, so it
  // is the same before and after a person is erased.
  Digest digest() const;

 private:
  void evolve_one(schema::StreamVersion::Reader stream, schema::Event::Reader event);

  ServiceNames names_;
  std::unordered_map<AccountId, std::unique_ptr<Account>> accounts_;
  std::unordered_map<ProviderId, std::unique_ptr<Provider>> providers_;
  std::unordered_map<std::string, AccountId> claims_;
  std::unordered_map<StreamName, std::unique_ptr<Policy>> policies_;
  std::unordered_map<EventId, std::unique_ptr<Import>> imports_;
  Agency agency_;
  Catalogue catalogue_;
  Terms terms_;
};

}  // namespace muniment
