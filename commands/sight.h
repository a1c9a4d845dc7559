// What a decision may look at: the aggregates as of now, the vault, the clock. All of it is as of the last position decided; the decision's
// events are recorded only at the position after it, so only if none of it has changed.
//
// Belongs to the sequencer's thread. References stay valid during one decision.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregates/world.h"
#include "commands/authority.h"
#include "commands/profile.h"
#include "events/log/event_log.h"
#include "events/record/principal.h"
#include "events/values/hash.h"
#include "events/vault/seal.h"
#include "events/vault/vault.h"

namespace muniment {

class Sight {
 public:
  // All borrowed for its life.
  Sight(World& world, const EventLog& log, Vault& vault, Partition partition = 0);

  // A decision begins, and sees this as the present; it never goes back.
  void begin(Timestamp now, Position decided) {
    now_ = now;
    decided_ = decided;
    actor_.reset();
  }
  Timestamp now() const { return now_; }
  // The last position that was decided before this decision.
  Position decided() const { return decided_; }

  const Agency& agency() { return world_.agency(); }
  const Catalogue& catalogue() { return world_.catalogue(); }
  const Terms& terms() { return world_.terms(); }
  // Never registered: a provider with version 0.
  const Provider& provider(const ProviderId& id);
  // Null where nobody has the name.
  const Account* account(const Username& name);
  const Account* account(std::string_view username);
  const Account& account(const AccountId& id);
  // The provider's own policy where it has one, else the agency's.
  const Policy& policy(const ProviderId& provider);
  const Policy& policy_of(const std::optional<ProviderId>& provider);  // Exactly this one; not set: version 0.
  const Import& import(const EventId& id);
  // Never opened: version 0.
  const Review& review(std::string_view name);
  // Whether history is being imported for the provider and has not completed.
  bool is_importing(const Provider& provider);

  // Whether there is such a principal: only then does it learn anything, and only then is what it tries recorded under its name.
  bool is_known(const Principal& actor);
  // The actor's role at a provider, or anywhere for an officer and a submitter. Refused where the actor is unknown or cannot use its
  // account.
  std::expected<Role, Refusal> role_of(const Principal& actor, const std::optional<ProviderId>& provider);
  bool is_administrator(const Account& account, const Provider& provider);
  // Of the account as seen from the provider; what would be granted and revoked is the caller's to add. Null: an unknown account.
  Target target(const Principal& actor, const Account* account, const Provider& provider);
  // May sign in, and has accepted the current terms.
  bool is_usable(const Account& account);
  // Not locked, disabled, terminated or unlinked. Links at closed providers do not count.
  bool may_sign_in(const Account& account);
  bool is_unlinked(const Account& account);
  // When the last of its links ended, with the provider too, by effective time; nothing while there is one, or where there never was any.
  std::optional<Timestamp> left_at(const Account& account);
  // Whether the person was reported to have left an open provider, and has the link there still.
  bool has_left_somewhere(const Account& account);

  // Of the services that accounts hold.
  const ServiceNames& service_names() const { return world_.names(); }
  bool holds(const Account::Link& link, std::string_view service) const {
    const auto id = world_.names().find(service);
    return id && link.services.contains(*id);
  }
  // The account as it was at that position. Reads its stream up to there.
  Account account_as_of(const Account& account, Position at);
  // Whether the account was linked to the provider at that position. Reads the account's stream up to there, where some link has begun or
  // ended since.
  bool was_linked(const Account& account, const ProviderId& provider, Position at);
  // Shows the events of the account's stream behind that version that count, in order, until `see` returns false.
  void read_behind(const Account& account, Version version, const std::function<bool(schema::Event::Reader)>& see);
  // Whether the agency's appointment of the account to administer the provider holds now.
  bool is_appointed(const Account& account, const Provider& provider) const;
  // The current profile, out of the seal. Nothing where none was given, or the person was erased or the vault does not have the key.
  std::optional<Profile> profile(const Account& account);
  bool has_key(const AccountId& account) { return vault_.account_key(account).has_value(); }
  // Accounts on the provider's roster whose name, birth day and email are the same.
  bool has_duplicate(const ProviderId& provider, const Profile& profile, const AccountId* except = nullptr);

  // For what is about to be made.
  EventId next_event_id() { return ids_.next_event(); }
  AccountId new_account();
  // A free name made of the person's, or where the agency wants neutral ones, of nothing.
  Username new_username(const Profile& profile);
  // The first free name: the stem and a number that is one more than that of a name in use, from 1.
  Username free_username(std::string_view stem);
  Vault& vault() { return vault_; }

  // For the sequencer.
  // The version that the stream has now, loading it if need be.
  Version version_of(const StreamName& stream);
  // Takes a decided event into the aggregates. Precondition: version_of was asked of each of its streams.
  void evolve(schema::Event::Reader event);
  // Where events stand that are decided and not yet in the log: the record at a position, or nothing; and what will be sealed into it.
  void set_pending(std::function<RecordWords(Position)> pending, std::function<ByteSpan(Position)> personal) {
    pending_ = std::move(pending);
    pending_personal_ = std::move(personal);
  }
  // Drops what was not looked at since the last call; it is loaded again when it is asked for. Precondition: everything that was decided
  // before the last call is in the log.
  void age();

 private:
  const Account* account_of(const Principal& actor);
  void note_claim(std::string_view username);
  Version claims_of(const StreamName& claim);
  void load(const StreamName& stream);
  void read(const StreamName& stream);
  // Of any stream, and all of them, in the log and on their way there.
  void read_behind(const StreamName& stream, Version version, const std::function<bool(schema::Event::Reader)>& see);
  void forget_streams(Position position);
  bool has_forgotten_pending() const { return forgotten_at_ > log_.head(partition_).position; }

  World& world_;
  const EventLog& log_;
  Vault& vault_;
  Partition partition_;
  Timestamp now_;
  Position decided_ = 0;
  Position forgotten_at_ = 0;  // Until this is in the log, what is loaded may have events on their way there.
  struct Actor {
    std::string name;
    const Account* account;  // Null: nobody has the name.
  };
  std::optional<Actor> actor_;  // Who asks for the decision, once it was looked up: every rule asks for it again.
  IdSource ids_;
  Sealer sealer_;
  std::function<RecordWords(Position)> pending_;
  std::function<ByteSpan(Position)> pending_personal_;
  std::unordered_map<StreamName, Version> plain_versions_;  // Of streams that no aggregate folds.
  struct Offered {
    std::string name;
    std::string stem;
    std::uint64_t number = 0;
  };
  Offered offered_;  // By free_username.
  // The last number claimed, by stem: a hint, checked against the claims.
  boost::unordered_flat_map<std::string, std::uint64_t, TextHash, std::equal_to<>> last_number_;
};

}  // namespace muniment
