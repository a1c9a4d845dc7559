#include "commands/authority.h"

namespace muniment {
namespace {

using Answer = std::expected<schema::Authority, Refusal>;

std::unexpected<Refusal> refused(Refusal refusal) { return std::unexpected(refusal); }

bool is_administrator(Role role) { return role == Role::primary_user || role == Role::backup; }

Answer administrator_of(Role role) {
  if (role == Role::primary_user) return schema::Authority::PRIMARY_USER;
  if (role == Role::backup) return schema::Authority::BACKUP;
  return refused(Refusal::not_administrator);
}

// What portal users never do to a Primary User, whoever they are.
bool touches_primary_user(Action action, const Target& target) {
  switch (action) {
    case Action::remove:
      return target.is_primary_user_here;
    case Action::assign:
      return target.is_primary_user_here && target.administrator_service_revoked;
    case Action::reset_password:
    case Action::update_profile:
      return target.is_primary_user_anywhere && !target.is_self;
    default:
      return false;
  }
}

// The agency steps in where no home administrator can, and resets Primary Users.
Answer officer_on_account(Action action, const Target& target) {
  const bool steps_in = target.is_without_home || (action == Action::link && target.is_unlinked) ||
                        (action == Action::reset_password && target.is_primary_user_anywhere);
  if (action == Action::create || !steps_in) return refused(Refusal::not_administrator);
  if (action == Action::remove && target.is_primary_user_here) return refused(Refusal::primary_user_protected);
  return schema::Authority::OFFICER;
}

// Below an administrator: may take part in daily work at the provider, and touch no administrator.
Answer delegate_on_account(Action action, const Target& target) {
  if (action != Action::assign && action != Action::reset_password && action != Action::remove) return refused(Refusal::not_administrator);
  if (target.is_self && action != Action::reset_password) return refused(Refusal::own_services);
  const bool whole_account = action == Action::reset_password;
  if (whole_account ? target.is_administrator_anywhere : target.is_administrator_here) return refused(Refusal::administrator_protected);
  if (target.administrator_service_granted) return refused(Refusal::administrator_protected);
  if (whole_account && !target.is_home_here) return refused(Refusal::home_only);
  return schema::Authority::DELEGATE;
}

Answer on_account(Action action, Role role, const Target& target) {
  if (role == Role::officer) return officer_on_account(action, target);
  if (role == Role::delegate) return delegate_on_account(action, target);
  const Answer administrator = administrator_of(role);
  if (!administrator) return administrator;
  if (target.is_self && (action == Action::remove || (action == Action::assign && target.services_change))) {
    return refused(target.is_primary_user_here && action == Action::remove ? Refusal::primary_user_protected : Refusal::own_services);
  }
  // Only the agency resets a Primary User: not even the Primary User does.
  if (action == Action::reset_password && target.is_primary_user_anywhere) return refused(Refusal::primary_user_protected);
  if (touches_primary_user(action, target)) return refused(Refusal::primary_user_protected);
  const bool needs_home = action == Action::update_profile || action == Action::reset_password;
  if (needs_home && !target.is_home_here) return refused(Refusal::home_only);
  // An unlinked account belongs to nobody's roster: only its former home, or the agency, takes it up again.
  if (action == Action::link && target.is_unlinked && !target.is_home_here) return refused(Refusal::username_unavailable);
  return administrator;
}

}  // namespace

Answer authorize(Action action, Role role, const Target& target) {
  switch (action) {
    case Action::agency:
      if (role == Role::officer) return schema::Authority::OFFICER;
      return refused(Refusal::agency_only);
    case Action::accept_terms:
      if (target.is_self) return schema::Authority::SELF;
      if (role == Role::submitter) return schema::Authority::SUBMITTER;
      return refused(Refusal::not_authorized);
    case Action::report_signal:
      if (role == Role::submitter) return schema::Authority::SUBMITTER;
      if (role == Role::officer) return schema::Authority::OFFICER;
      return refused(Refusal::not_authorized);
    case Action::report_departure:
      if (role == Role::submitter) return schema::Authority::SUBMITTER;
      if (role == Role::officer) return schema::Authority::OFFICER;
      if (is_administrator(role)) return administrator_of(role);
      return refused(Refusal::not_authorized);
    case Action::redeem:
      if (role == Role::submitter) return schema::Authority::SUBMITTER;
      return refused(Refusal::not_authorized);
    case Action::create:
    case Action::link:
    case Action::assign:
    case Action::update_profile:
    case Action::reset_password:
    case Action::remove:
      return on_account(action, role, target);
  }
  return refused(Refusal::not_authorized);
}

}  // namespace muniment
