// All aggregates that have been asked for, each the fold of its own stream. Used in two ways: a replay feeds it the whole log in order; a
// sequencer loads one stream at a time as decisions ask for it, and feeds it what is recorded from then on.
//
// One thread at a time. References stay valid until age() has let go of what they refer to.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "aggregates/account.h"
#include "aggregates/agency.h"
#include "aggregates/catalogue.h"
#include "aggregates/import.h"
#include "aggregates/policy.h"
#include "aggregates/provider.h"
#include "aggregates/recent.h"
#include "aggregates/review.h"
#include "aggregates/terms.h"
#include "events/record/abandoned_imports.h"
#include "events/values/hash.h"

namespace muniment {

using Digest = std::array<Byte, 32>;

class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Feeds an event to every aggregate that its streams name, making those that are not here. Throws UnknownFact, BadRecord.
  void evolve(schema::Event::Reader event);
  // The same for records in a row. Looks ahead, so that what an event touches is in the processor's cache when its turn comes.
  void evolve(std::span<const RecordWords> records);
  // Feeds an event to the aggregate of one stream only, if the event belongs to it.
  void evolve(const StreamName& stream, schema::Event::Reader event);
  // What imports recorded that were abandoned is passed over, which needs to be known before it is fed: said here, or by the agency's
  // stream where that is fed before. Precondition: nothing that they recorded is here (forget_streams).
  void pass_over(const AbandonedImports& abandoned) { abandoned_ = abandoned; }
  const AbandonedImports& passes_over() const { return abandoned_; }
  // Lets go of everything that such an import may have changed, to be loaded again: accounts, names and providers.
  void forget_streams();
  // Lets go of one that could not be loaded whole. Those of which there is one stay.
  void forget(const StreamName& stream);
  // Whether the stream's aggregate is here. Those of which there is one always are, and so is that of a stream that no aggregate folds.
  bool knows(const StreamName& stream);
  // Makes it, as it is before the first event of its stream. Precondition: it is not here.
  void begin(const StreamName& stream);
  // Null where it is not here.
  Account* find_account(const AccountId& id);
  Provider* find_provider(const ProviderId& id);
  // A zero id: nobody has the name.
  const AccountId* find_claim(std::string_view username) { return claims_.find(username); }
  // Fetches what is here of these into the processor's cache: they will be looked up soon, and the accounts of the names.
  void fetch_ahead(std::span<const std::string_view> usernames, std::span<const ProviderId> providers);
  // Made if they are not here.
  Account& account(const AccountId& id);
  Provider& provider(const ProviderId& id);
  Import& import(const EventId& id);
  Policy& policy(const StreamName& stream);
  Review& review(std::string_view name);
  // Who has the name; null when it is free as far as this world was told.
  const AccountId* claimant(std::string_view username);
  Agency& agency() { return agency_; }
  Catalogue& catalogue() { return catalogue_; }
  Terms& terms() { return terms_; }
  ServiceNames& names() { return names_; }

  std::size_t account_count() const { return accounts_.size(); }
  std::size_t provider_count() const { return providers_.size(); }
  // Accounts, names, providers and reviews that were asked for since the last age(), the most of one kind.
  std::size_t young_count() const {
    return std::max({accounts_.young_size(), claims_.young_size(), providers_.young_size(), reviews_.young_size()});
  }
  // Drops the accounts, names, providers and reviews that were not asked for since the last age(), to be loaded again when they are.
  void age();

  // SHA-256 over the canonical states of all aggregates in the order of their stream's kind and key. Covers no opened personal value, so it
  // is the same before and after a person is erased.
  Digest digest() const;

 private:
  AccountId& claim(std::string_view username);
  void evolve_one(const StreamName& stream, schema::Event::Reader event, Version version);
  void pass_over(const StreamName& stream, schema::Event::Reader event, Version version);

  AbandonedImports abandoned_;
  ServiceNames names_;
  Recent<AccountId, Account, std::hash<AccountId>> accounts_;
  Recent<ProviderId, Provider, std::hash<ProviderId>> providers_;
  Recent<std::string, AccountId, TextHash> claims_;  // A zero id: the name is free.
  Recent<StreamName, Policy, std::hash<StreamName>> policies_;
  Recent<EventId, Import, std::hash<EventId>> imports_;
  Recent<std::string, Review, TextHash> reviews_;
  std::vector<AccountId> fetched_;  // By fetch_ahead().
  Agency agency_;
  Catalogue catalogue_;
  Terms terms_;
};

}  // namespace muniment
