// An account: one person, one username. State and evolve; decisions are in commands/.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/container/string.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates/canonical.h"
#include "aggregates/service_names.h"
#include "events/record/record.h"

namespace muniment {

class Account {
 public:
  struct Link {
    ProviderId provider;
    ServiceSet services;
    Timestamp changed_at;  // Effective time of the latest change of this link.
  };
  // The latest reset, whose one-time credential the vault knows by `event`.
  struct Reset {
    Position position = 0;
    EventId event;
    Timestamp expires_at;
    bool redeemed = false;
  };

  explicit Account(const AccountId& id) : id_(id) {}

  // Takes an event of the account's stream; `names` are always the same. Throws UnknownFact.
  void evolve(schema::Event::Reader event, Version version, ServiceNames& names);

  // An event of its stream that counts no more: of an import that was abandoned.
  void pass_over(Version version) { version_ = version; }

  const AccountId& id() const { return id_; }
  Version version() const { return version_; }
  // Nobody made it, or an import that was abandoned: it has no name.
  bool exists() const { return !username_.empty(); }
  std::string_view username() const { return {username_.data(), username_.size()}; }
  // The provider that created it; its administrators alone change the profile and reset the password.
  std::optional<ProviderId> home() const { return ProviderId::from(home_number_, home_letter_); }
  // The ImportStarted that brought it; 0: it was made here.
  Position imported_by() const { return seldom().imported_by; }

  bool is_locked() const { return locked_; }
  bool is_disabled() const { return disabled_; }
  bool is_terminated() const { return terminated_; }
  // Holds no link: cannot sign in, and its name stays reserved.
  bool is_unlinked() const { return links_.empty(); }
  const std::string& accepted_terms() const { return accepted_terms_ ? *accepted_terms_ : no_terms; }  // Empty: none yet.

  std::span<const Link> links() const { return links_; }  // In the order of the PID/SLs.
  const Link* link(const ProviderId& provider) const;
  // Kept after the link has ended, for the order of history.
  Timestamp changed_at(const ProviderId& provider) const;
  bool is_primary_user_anywhere() const { return !primary_of().empty(); }
  const std::vector<ProviderId>& primary_of() const { return seldom().primary_of; }
  // Where the agency has made it a delegate, be its time over or not: the provider says.
  const std::vector<ProviderId>& appointed_at() const { return seldom().appointed_at; }

  // Where the sealed profile stands: position of the event that carries the current one. 0: none was ever given.
  Position profile_position() const { return profile_position_; }
  // Under which event's id the vault keeps the PIN; zero: none.
  const EventId& pin_event() const { return pin_event_; }
  const Reset& reset() const { return seldom().reset; }

  // The person was erased: nothing of theirs can be read or sealed any more.
  bool is_erased() const { return seldom().erased; }
  // Matters of the legal holds that stand, in the order in which they were placed.
  const std::vector<std::string>& holds() const { return seldom().holds; }
  // Of any provider, now or formerly.
  bool was_primary_user() const { return seldom().was_primary_user; }
  // That the person left a provider: the first report since they began there, with the earliest time that any said. It ends when they begin
  // there anew, as whom ever, and all of them when they begin after the last link has ended.
  struct Departure {
    ProviderId provider;
    Position position = 0;
    Timestamp left_at;
    Timestamp reported_at;
    std::optional<Timestamp> removed_at = {};
  };
  const std::vector<Departure>& departures() const { return seldom().departures; }
  const Departure* departure_from(const ProviderId& provider) const;
  // Position of the latest beginning or end of any of its links; 0: there was none..
  Position membership_position() const { return membership_position_; }
  // When the latest of those links ended that were taken away, by effective time; nothing where none was.
  std::optional<Timestamp> last_removed_at() const;

  void describe(Canonical& out, const ServiceNames& names) const;

 private:
  Link& link_or_new(const ProviderId& provider);
  void end_link(const ProviderId& provider, Timestamp at);
  void begin(schema::Event::Reader event);
  void report_departure(schema::Event::Reader event);
  void end_departure(const ProviderId& provider);
  void assign_primary(schema::Event::Reader event, ServiceNames& names);

  // What few accounts have.
  struct Seldom {
    Reset reset;
    std::vector<std::pair<ProviderId, Timestamp>> ended;  // Links that are no more, and when.
    std::vector<ProviderId> primary_of;
    std::vector<ProviderId> appointed_at;
    Position imported_by = 0;
    std::vector<std::string> holds;
    std::vector<Departure> departures;
    bool was_primary_user = false;
    bool erased = false;
  };
  static const Seldom nothing;
  static const std::string no_terms;

  const Seldom& seldom() const { return seldom_ ? *seldom_ : nothing; }
  Seldom& seldom_to_change();

  // There are millions, visited at random: what most events touch stands in the first two lines of the processor's cache, which a fold
  // fetches ahead, and the whole takes three.
  AccountId id_;
  Version version_ = 0;
  boost::container::small_vector<Link, 2> links_;
  std::uint32_t home_number_ = 0;
  char home_letter_ = 0;  // 0: it has no home.
  bool locked_ = false;
  bool disabled_ = false;
  bool terminated_ = false;
  Position profile_position_ = 0;
  Position membership_position_ = 0;
  EventId pin_event_;
  std::unique_ptr<Seldom> seldom_;
  std::unique_ptr<std::string> accepted_terms_;
  boost::container::string username_;  // Holds 22 characters without memory of its own.
};
static_assert(sizeof(Account) <= 192);

}  // namespace muniment
