// Who may do what: one pure table. What an account administers is read from the log at that moment; tokens and claims only say who it is.
// Source: job aids, introductions ("The Primary User is responsible for managing access ..."); docs/ARCHITECTURE.md, "Who may".
#pragma once

#include <expected>

#include "commands/refusal.h"
#include "events/schema/event.capnp.h"

namespace muniment {

// What the actor is, at the provider where it wants to act.
enum class Role {
  nobody,    // An account without power there.
  delegate,  // Holds a delegate service (Manage Subordinate Accounts), and the policy delegates.
  backup,    // Holds an administrator service (Primary Portal User), and is not the Primary User.
  primary_user,
  appointed_delegate,  // Of a provider without a Primary User, by the agency, for a while: acts as a backup.
  officer,             // Of the agency.
  auditor,             // Reads everything it is shown; decides nothing but what is done about findings.
  submitter,           // A machine that reports.
};

enum class Action {
  agency,  // Officers, providers, relationships, Primary Users, terms, catalogue, policy, and the state of accounts.
  create,
  link,
  assign,  // Services at one provider.
  update_profile,
  reset_password,
  remove,
  accept_terms,
  report_signal,  // Sign-ins, use of services, what a portal grants.
  report_departure,
  redeem,
  hold_review,    // Open one, assign its reviewers, close it.
  decide_review,  // Of one person at one provider.
  attest_roster,
  dispose,  // Of a finding.
};

// What it would be done to. All false for an action without a target, or on an unknown one.
struct Target {
  bool is_self = false;
  bool is_primary_user_here = false;
  bool is_primary_user_anywhere = false;
  bool is_administrator_here = false;  // Primary User or backup.
  bool is_administrator_anywhere = false;
  bool is_home_here = false;     // The provider created the account.
  bool is_without_home = false;  // The provider that created it was closed.
  bool is_left_by_home = false;  // That one removed it, and others link it still.
  bool is_unlinked = false;
  bool services_change = false;  // Some service would be granted or revoked.
  bool administrator_service_granted = false;
  bool administrator_service_revoked = false;
  bool is_reviewed_by_actor = false;  // The actor was assigned to review it.
};

// The right by which it may be done, or the first reason why not.
std::expected<schema::Authority, Refusal> authorize(Action action, Role role, const Target& target);

}  // namespace muniment
