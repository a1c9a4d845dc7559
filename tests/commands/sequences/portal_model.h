// What must come of a deed, in a page and a half: the job aids' rules over plain tables, written apart from commands/.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "commands/answer.h"
#include "tests/commands/sequences/deed.h"

namespace muniment::sequences {

struct Expected {
  Answer::Status status = Answer::Status::accepted;
  std::optional<Refusal> refusal = {};

  bool operator==(const Expected&) const = default;
};
std::string text_of(const Expected& expected);

// A rule that a model leaves out: decisions that keep it must then be found wrong, or the rule is not tested.
enum class Flaw : std::uint8_t {
  none,
  own_services_may_be_changed,
  primary_users_may_be_removed,
  a_link_is_enough_to_reset,
  delegates_may_act_on_administrators,
  the_locked_may_act,
  usernames_may_be_tried_out,
  former_primary_users_stay,
};
inline constexpr unsigned flaws = 8;
std::string_view name_of(Flaw flaw);

class PortalModel {
 public:
  // At the first of the providers delegates have the policy's leave.
  explicit PortalModel(Flaw flaw = Flaw::none) : flaw_(flaw) {}

  Expected decide(const Deed& deed) const;
  // Precondition: it is accepted.
  void apply(const Deed& deed);
  // Who holds what at providers that are open: "provider username service".
  std::set<std::string> held() const;
  // Each person has two accounts at most here: which one comes next.
  std::optional<unsigned> free_account(unsigned person) const;
  bool has_room_for(unsigned person) const { return free_account(person).has_value(); }

 private:
  struct Provider {
    bool is_registered = false;
    bool is_closed = false;
    std::uint8_t particulars = 0;
    std::optional<unsigned> primary_user = {};
  };
  struct Account {
    unsigned home = 0;
    bool is_locked = false;
    bool is_disabled = false;
    bool is_terminated = false;
    std::map<unsigned, std::uint8_t> links = {};  // By provider: the services.
  };
  enum class Role { unknown, unusable, agency, machine, nobody, delegate, administrator };

  const Account* find(unsigned account) const { return accounts_.contains(account) ? &accounts_.at(account) : nullptr; }
  bool is_unlinked(const Account& account) const;
  bool is_primary_anywhere(unsigned account) const;
  bool is_administrator_at(unsigned account, unsigned provider) const;
  bool is_administrator_anywhere(unsigned account) const;
  bool is_person_at(unsigned person, unsigned provider) const;
  Role role_at(unsigned actor, std::optional<unsigned> provider) const;
  std::optional<Refusal> refused_on_account(const Deed& deed, Role role) const;
  std::optional<Refusal> refused_to_administrator(const Deed& deed, const Account* account) const;
  std::optional<Refusal> refused_to_delegate(const Deed& deed, const Account* account) const;
  std::optional<Refusal> refused_to_officer(const Deed& deed, const Account* account) const;
  Expected decide_of_agency(const Deed& deed) const;
  Expected decide_primary_user(const Deed& deed) const;
  Expected decide_state(const Deed& deed) const;
  Expected decide_on_account(const Deed& deed, Role role) const;
  bool changes_services(const Deed& deed) const;
  void seat(unsigned provider, unsigned account, std::uint8_t more);

  Flaw flaw_;
  std::array<Provider, providers> providers_;
  std::map<unsigned, Account> accounts_;
};

}  // namespace muniment::sequences
