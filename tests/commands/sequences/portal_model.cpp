#include "tests/commands/sequences/portal_model.h"

#include <fmt/format.h>

namespace muniment::sequences {
namespace {

using Status = Answer::Status;

constexpr unsigned provider_with_delegates = 0;

Expected refused(Refusal refusal) { return {Status::refused, refusal}; }

}  // namespace

std::string text_of(const Expected& expected) {
  if (expected.refusal) return std::string{name_of(*expected.refusal)};
  return expected.status == Status::accepted ? "accepted" : expected.status == Status::unchanged ? "unchanged" : "failed";
}

std::string_view name_of(Flaw flaw) {
  constexpr std::array<std::string_view, flaws> names{"none",
                                                      "own services may be changed",
                                                      "Primary Users may be removed",
                                                      "a link is enough to reset",
                                                      "delegates may act on administrators",
                                                      "the locked may act",
                                                      "usernames may be tried out",
                                                      "former Primary Users stay"};
  return names[static_cast<std::size_t>(flaw)];
}

// A person's accounts are numbered in the order in which they are made.
std::optional<unsigned> PortalModel::free_account(unsigned person) const {
  for (const unsigned account : {2 * person, 2 * person + 1}) {
    if (find(account) == nullptr) return account;
  }
  return std::nullopt;
}

bool PortalModel::is_unlinked(const Account& account) const {
  for (const auto& [provider, held] : account.links) {
    if (!providers_[provider].is_closed) return false;
  }
  return true;
}

bool PortalModel::is_primary_anywhere(unsigned account) const {
  for (const Provider& provider : providers_) {
    if (!provider.is_closed && provider.primary_user == account) return true;
  }
  return false;
}

bool PortalModel::is_administrator_at(unsigned account, unsigned provider) const {
  if (providers_[provider].is_closed) return false;
  if (providers_[provider].primary_user == account) return true;
  const Account* found = find(account);
  return found != nullptr && found->links.contains(provider) && (found->links.at(provider) & administrator_bit) != 0;
}

bool PortalModel::is_administrator_anywhere(unsigned account) const {
  for (unsigned provider = 0; provider < providers; ++provider) {
    if (is_administrator_at(account, provider)) return true;
  }
  return false;
}

bool PortalModel::is_person_at(unsigned person, unsigned provider) const {
  for (const unsigned account : {2 * person, 2 * person + 1}) {
    if (const Account* found = find(account); found != nullptr && found->links.contains(provider)) return true;
  }
  return false;
}

PortalModel::Role PortalModel::role_at(unsigned actor, std::optional<unsigned> provider) const {
  if (actor == officer) return Role::agency;
  if (actor == portal) return Role::machine;
  const Account* self = actor < accounts ? find(actor) : nullptr;
  if (self == nullptr) return Role::unknown;
  const bool is_locked = self->is_locked && flaw_ != Flaw::the_locked_may_act;
  if (is_locked || self->is_disabled || self->is_terminated || is_unlinked(*self)) return Role::unusable;
  if (!provider || providers_[*provider].is_closed || !self->links.contains(*provider)) return Role::nobody;
  if (is_administrator_at(actor, *provider)) return Role::administrator;
  const bool may_be_delegate = *provider == provider_with_delegates && (self->links.at(*provider) & delegate_bit) != 0;
  return may_be_delegate ? Role::delegate : Role::nobody;
}

bool PortalModel::changes_services(const Deed& deed) const {
  const Account* account = find(deed.account);
  const bool is_linked = account != nullptr && account->links.contains(deed.provider);
  return deed.services != (is_linked ? account->links.at(deed.provider) : 0);
}

std::optional<Refusal> PortalModel::refused_to_administrator(const Deed& deed, const Account* account) const {
  const bool is_primary_here = account != nullptr && providers_[deed.provider].primary_user == deed.account;
  const bool takes_office =
      deed.kind == Kind::remove || (deed.kind == Kind::assign && (deed.services & administrator_bit) == 0 && account != nullptr &&
                                    account->links.contains(deed.provider) && (account->links.at(deed.provider) & administrator_bit) != 0);
  if (is_primary_here && takes_office && flaw_ != Flaw::primary_users_may_be_removed) return Refusal::primary_user_protected;
  const bool is_own = account != nullptr && deed.actor == deed.account &&
                      (deed.kind == Kind::remove || deed.kind == Kind::link || (deed.kind == Kind::assign && changes_services(deed)));
  if (is_own && flaw_ != Flaw::own_services_may_be_changed) return Refusal::own_services;
  const bool is_home = account != nullptr && account->home == deed.provider;
  if (deed.kind == Kind::link && account != nullptr && is_unlinked(*account) && !is_home) return Refusal::username_unavailable;
  if (deed.kind != Kind::reset) return std::nullopt;
  if (is_primary_here || (is_home && is_primary_anywhere(deed.account))) return Refusal::primary_user_protected;
  if (!is_home && flaw_ != Flaw::a_link_is_enough_to_reset) return Refusal::home_only;
  return std::nullopt;
}

std::optional<Refusal> PortalModel::refused_to_delegate(const Deed& deed, const Account* account) const {
  if (deed.kind != Kind::assign && deed.kind != Kind::reset && deed.kind != Kind::remove) return Refusal::not_administrator;
  const bool is_own = account != nullptr && deed.actor == deed.account;
  if (is_own && (deed.kind == Kind::remove || (deed.kind == Kind::assign && changes_services(deed)))) return Refusal::own_services;
  const std::uint8_t held =
      account != nullptr && account->links.contains(deed.provider) ? account->links.at(deed.provider) : std::uint8_t{0};
  const bool makes_one = deed.kind == Kind::assign && (deed.services & ~held & administrator_bit) != 0;
  const bool is_administrator = account != nullptr && is_administrator_at(deed.account, deed.provider);
  if ((is_administrator && flaw_ != Flaw::delegates_may_act_on_administrators) || makes_one) return Refusal::administrator_protected;
  if (deed.kind != Kind::reset) return std::nullopt;
  if (account == nullptr || account->home != deed.provider) return Refusal::home_only;
  if (is_administrator_anywhere(deed.account)) return Refusal::administrator_protected;
  return std::nullopt;
}

// Where no home administrator can, and for Primary Users.
std::optional<Refusal> PortalModel::refused_to_officer(const Deed& deed, const Account* account) const {
  if (deed.kind == Kind::create || account == nullptr) return Refusal::not_administrator;
  const bool leaves_links = deed.kind == Kind::reset || (deed.kind == Kind::assign && !changes_services(deed));
  const bool steps_in = providers_[account->home].is_closed || (deed.kind == Kind::link && is_unlinked(*account)) ||
                        (leaves_links && is_primary_anywhere(deed.account));
  if (!steps_in) return Refusal::not_administrator;
  const bool takes_office =
      deed.kind == Kind::remove || (deed.kind == Kind::assign && (deed.services & administrator_bit) == 0 &&
                                    account->links.contains(deed.provider) && (account->links.at(deed.provider) & administrator_bit) != 0);
  if (takes_office && providers_[deed.provider].primary_user == deed.account) return Refusal::primary_user_protected;
  return std::nullopt;
}

std::optional<Refusal> PortalModel::refused_on_account(const Deed& deed, Role role) const {
  const Account* account = deed.kind == Kind::create ? nullptr : find(deed.account);
  switch (role) {
    case Role::unknown:
      return Refusal::actor_unknown;
    case Role::unusable:
      return Refusal::actor_not_usable;
    case Role::agency:
      return refused_to_officer(deed, account);
    case Role::administrator:
      return refused_to_administrator(deed, account);
    case Role::delegate:
      return refused_to_delegate(deed, account);
    case Role::machine:
    case Role::nobody:
      break;
  }
  return Refusal::not_administrator;
}

Expected PortalModel::decide_of_agency(const Deed& deed) const {
  const Provider& provider = providers_[deed.provider];
  if (deed.kind == Kind::close_provider) {
    if (!provider.is_registered) return refused(Refusal::provider_unknown);
    if (deed.actor != officer) return refused(Refusal::agency_only);
    return {provider.is_closed ? Status::unchanged : Status::accepted};
  }
  if (deed.actor != officer) return refused(Refusal::agency_only);
  if (provider.is_closed) return refused(Refusal::provider_closed);
  if (!provider.is_registered) return {};
  if (provider.particulars != (deed.services & 1U)) return refused(Refusal::provider_already_registered);
  return {Status::unchanged};
}

Expected PortalModel::decide_primary_user(const Deed& deed) const {
  if (deed.actor != officer) return refused(Refusal::agency_only);
  if (deed.kind == Kind::assign_new_primary_user) return {};
  const Account* account = find(deed.account);
  if (account == nullptr || account->is_terminated) return refused(Refusal::username_unavailable);
  if (providers_[deed.provider].primary_user != deed.account) return {};
  const std::uint8_t held = account->links.at(deed.provider);
  return {(held | deed.services | administrator_bit) == held ? Status::unchanged : Status::accepted};
}

Expected PortalModel::decide_state(const Deed& deed) const {
  if (deed.actor != officer) return refused(Refusal::agency_only);
  const Account* account = find(deed.account);
  if (account == nullptr) return refused(Refusal::username_unavailable);
  if (deed.kind == Kind::terminate) return {account->is_terminated ? Status::unchanged : Status::accepted};
  if (account->is_terminated) return refused(Refusal::account_terminated);
  const bool is_about_lock = deed.kind == Kind::lock || deed.kind == Kind::unlock;
  const bool is_set = is_about_lock ? account->is_locked : account->is_disabled;
  const bool is_wanted = deed.kind == Kind::lock || deed.kind == Kind::disable;
  return {is_set == is_wanted ? Status::unchanged : Status::accepted};
}

Expected PortalModel::decide_on_account(const Deed& deed, Role role) const {
  if (const auto refusal = refused_on_account(deed, role)) return refused(*refusal);
  if (deed.kind == Kind::create) {
    if (deed.services == 0) return refused(Refusal::no_services_assigned);
    if (is_person_at(deed.person(), deed.provider)) return refused(Refusal::possible_duplicate);
    return {};
  }
  const Account* account = find(deed.account);
  const bool is_linked = account != nullptr && account->links.contains(deed.provider);
  if (deed.kind == Kind::link) {
    if (account == nullptr && flaw_ == Flaw::usernames_may_be_tried_out) return refused(Refusal::not_on_roster);
    if (account == nullptr || account->is_terminated) return refused(Refusal::username_unavailable);
    if (is_linked) return refused(Refusal::already_linked);
    if (deed.services == 0) return refused(Refusal::no_services_assigned);
    return {};
  }
  if (!is_linked) return refused(Refusal::not_on_roster);
  if (deed.kind == Kind::remove) return {};
  if (account->is_terminated) return refused(Refusal::account_terminated);
  if (deed.kind == Kind::assign && !changes_services(deed)) return {Status::unchanged};
  return {};
}

Expected PortalModel::decide(const Deed& deed) const {
  const Role anywhere = role_at(deed.actor, std::nullopt);
  if (anywhere == Role::unknown) return refused(Refusal::actor_unknown);
  if (anywhere == Role::unusable) return refused(Refusal::actor_not_usable);
  if (deed.kind == Kind::register_provider || deed.kind == Kind::close_provider) return decide_of_agency(deed);
  if (deed.kind >= Kind::lock) return decide_state(deed);
  const Provider& provider = providers_[deed.provider];
  if (!provider.is_registered) return refused(Refusal::provider_unknown);
  if (provider.is_closed) return refused(Refusal::provider_closed);
  if (deed.kind == Kind::assign_new_primary_user || deed.kind == Kind::assign_primary_user) return decide_primary_user(deed);
  return decide_on_account(deed, role_at(deed.actor, deed.provider));
}

// The former Primary User's link ends with the office.
void PortalModel::seat(unsigned provider, unsigned account, std::uint8_t more) {
  auto& office = providers_[provider].primary_user;
  if (office && *office != account && flaw_ != Flaw::former_primary_users_stay) accounts_.at(*office).links.erase(provider);
  office = account;
  accounts_.at(account).links[provider] |= static_cast<std::uint8_t>(more | administrator_bit);
}

void PortalModel::apply(const Deed& deed) {
  switch (deed.kind) {
    case Kind::register_provider:
      providers_[deed.provider] = {.is_registered = true, .particulars = static_cast<std::uint8_t>(deed.services & 1U)};
      return;
    case Kind::close_provider:
      providers_[deed.provider].is_closed = true;
      return;
    case Kind::assign_new_primary_user: {
      const unsigned account = free_account(deed.person()).value();
      accounts_[account] = {.home = deed.provider};
      return seat(deed.provider, account, deed.services);
    }
    case Kind::assign_primary_user:
      return seat(deed.provider, deed.account, deed.services);
    case Kind::create:
      accounts_[free_account(deed.person()).value()] = {.home = deed.provider, .links = {{deed.provider, deed.services}}};
      return;
    case Kind::link:
    case Kind::assign:
      accounts_.at(deed.account).links[deed.provider] = deed.services;
      return;
    case Kind::reset:
      return;
    case Kind::remove:
      accounts_.at(deed.account).links.erase(deed.provider);
      return;
    case Kind::lock:
    case Kind::unlock:
      accounts_.at(deed.account).is_locked = deed.kind == Kind::lock;
      return;
    case Kind::disable:
    case Kind::enable:
      accounts_.at(deed.account).is_disabled = deed.kind == Kind::disable;
      return;
    case Kind::terminate:
      accounts_.at(deed.account).is_terminated = true;
      return;
  }
}

std::set<std::string> PortalModel::held() const {
  std::set<std::string> out;
  for (const auto& [account, state] : accounts_) {
    for (const auto& [provider, held] : state.links) {
      if (providers_[provider].is_closed) continue;
      for (unsigned bit = 0; bit < services; ++bit) {
        if ((held >> bit & 1U) != 0)
          out.insert(fmt::format("{} {} {}", provider_id(provider).text(), username_of(account), service_name(bit)));
      }
    }
  }
  return out;
}

}  // namespace muniment::sequences
