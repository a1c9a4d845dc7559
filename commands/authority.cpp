#include "commands/authority.h"

namespace muniment {
namespace {

using Ruling = std::expected<schema::Authority, Refusal>;

std::unexpected<Refusal> refused(Refusal refusal) { return std::unexpected(refusal); }

bool is_administrator(Role role) { return role == Role::primary_user || role == Role::backup || role == Role::appointed_delegate; }

Ruling administrator_of(Role role) {
  if (role == Role::primary_user) return schema::Authority::PRIMARY_USER;
  if (role == Role::backup) return schema::Authority::BACKUP;
  if (role == Role::appointed_delegate) return schema::Authority::APPOINTED_DELEGATE;
  return refused(Refusal::not_administrator);
}

// Acts on the account as a whole, wherever it is linked; all others act on one link.
bool is_on_whole_account(Action action) { return action == Action::update_profile || action == Action::reset_password; }

// To link oneself as well: a delegate of the agency need not be linked where it acts, and would stay an administrator beyond its time.
bool is_change_of_own_services(Action action, const Target& target) {
  return target.is_self && (action == Action::remove || action == Action::link || (action == Action::assign && target.services_change));
}

// Only by assigning another one does a provider lose its Primary User, or the Primary User the administrator's service.
bool unseats_primary_user(Action action, const Target& target) {
  return target.is_primary_user_here && (action == Action::remove || (action == Action::assign && target.administrator_service_revoked));
}

// The agency steps in where no home administrator can, and for Primary Users, whom no portal user resets. Of an account that its home has
// on its roster no more it handles only what is the home's alone: others administer their links themselves. The panel's Submit asks for the
// right to assign even where only the profile changes.
Ruling officer_on_account(Action action, const Target& target) {
  const bool leaves_links = is_on_whole_account(action) || (action == Action::assign && !target.services_change);
  const bool steps_in = target.is_without_home || (action == Action::link && target.is_unlinked) ||
                        (leaves_links && (target.is_primary_user_anywhere || target.is_left_by_home));
  if (action == Action::create || !steps_in) return refused(Refusal::not_administrator);
  if (unseats_primary_user(action, target)) return refused(Refusal::primary_user_protected);
  return schema::Authority::OFFICER;
}

// Below an administrator: may take part in daily work at the provider, and touch no administrator. Of an account that is no business of
// this provider only that is told.
Ruling delegate_on_account(Action action, const Target& target) {
  if (action != Action::assign && action != Action::reset_password && action != Action::remove) return refused(Refusal::not_administrator);
  if (is_change_of_own_services(action, target)) return refused(Refusal::own_services);
  if (target.is_administrator_here || target.administrator_service_granted) return refused(Refusal::administrator_protected);
  if (!is_on_whole_account(action)) return schema::Authority::DELEGATE;
  if (!target.is_home_here) return refused(Refusal::home_only);
  if (target.is_administrator_anywhere) return refused(Refusal::administrator_protected);
  return schema::Authority::DELEGATE;
}

Ruling administrator_on_account(Action action, Role role, const Target& target) {
  if (unseats_primary_user(action, target)) return refused(Refusal::primary_user_protected);
  if (is_change_of_own_services(action, target)) return refused(Refusal::own_services);
  // An unlinked account is on nobody's roster: only its former home, or the agency, takes it up again.
  if (action == Action::link && target.is_unlinked && !target.is_home_here) return refused(Refusal::username_unavailable);
  if (is_on_whole_account(action)) {
    // Only the agency resets a Primary User: not even the Primary User does. Of a stranger it is not told who is one elsewhere.
    const bool is_primary_user = target.is_primary_user_here || (target.is_home_here && target.is_primary_user_anywhere);
    const bool is_own_profile = action == Action::update_profile && target.is_self;
    if (is_primary_user && !is_own_profile) return refused(Refusal::primary_user_protected);
    if (!target.is_home_here) return refused(Refusal::home_only);
  }
  return administrator_of(role);
}

Ruling on_account(Action action, Role role, const Target& target) {
  switch (role) {
    case Role::officer:
      return officer_on_account(action, target);
    case Role::delegate:
      return delegate_on_account(action, target);
    case Role::primary_user:
    case Role::backup:
    case Role::appointed_delegate:
      return administrator_on_account(action, role, target);
    case Role::nobody:
    case Role::submitter:
    case Role::auditor:
      break;
  }
  return refused(Refusal::not_administrator);
}

}  // namespace

Ruling authorize(Action action, Role role, const Target& target) {
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
    case Action::dispose:
      if (role == Role::officer) return schema::Authority::OFFICER;
      if (role == Role::auditor) return schema::Authority::AUDITOR;
      return refused(Refusal::not_authorized);
    case Action::hold_review:
      if (role == Role::officer) return schema::Authority::OFFICER;
      if (role == Role::primary_user) return schema::Authority::PRIMARY_USER;
      return refused(Refusal::not_authorized);
    case Action::decide_review:
      if (!target.is_reviewed_by_actor) return refused(Refusal::not_reviewer);
      if (target.is_self) return refused(Refusal::own_review);
      return schema::Authority::REVIEWER;
    case Action::attest_roster:
      if (role == Role::primary_user) return schema::Authority::PRIMARY_USER;
      if (role == Role::appointed_delegate) return schema::Authority::APPOINTED_DELEGATE;  // Where there is no Primary User to do it.
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
