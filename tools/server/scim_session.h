// One request under /scim/v2: who acts, what it sees, and how a command of it is decided.
//
// On a thread that may wait.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "tools/scim/error.h"
#include "tools/scim/user_commands.h"
#include "tools/server/horizon.h"

namespace muniment {

// Which of an operation's commands one is: about whom, where it has one for each of several, and which try.
struct ScimCommandPlace {
  std::string about = {};
  int attempt = 0;
};

class ScimSession {
 public:
  // An administrator, an officer, or a submitter that acts for an administrator whom Muniment-Actor names and whom the agency's policy lets
  // it act for. Whoever administers nothing has nothing to look for here. The call must outlive it.
  static std::expected<ScimSession, scim::Error> begin(Node& node, const Call& call);

  Node& node() const { return *node_; }
  const Horizon& horizon() const { return horizon_; }
  // Where it acts: the provider that `?provider=` names, or the only one that the caller administers.
  const std::optional<ProviderId>& provider() const { return provider_; }
  bool sees(const ProviderId& provider) const { return horizon_.has(provider); }

  // Before each operation of a request that has several: whether the caller may go on, and what it sees now. `place`: which operation it
  // is, counted from 1. Error: its token or session has ended, or it sees nothing here any more.
  std::expected<void, scim::Error> begin_operation(std::size_t place);

  // What stands in a command. Its id is the request's Idempotency-Key where that is enough to name it, and is made of the key and of its
  // place in the request otherwise; without a key it is random. What is asked for again is found to be so already, and nothing is recorded
  // twice.
  scim::Envelope envelope(const ScimCommandPlace& which = {}, std::optional<Version> expected_version = {}) const;
  // Decided, and durable. Error: the caller may not act any more or has no allowance, or there is no room for it now.
  std::expected<Answer, scim::Error> decide(Command command);
  // Waits until the views have what was there when the request came, and what it has decided; false: not in time.
  bool wait_for_views() const;

  // In If-Match; empty: none.
  const std::string& if_match() const { return if_match_; }
  void set_if_match(std::string if_match) { if_match_ = std::move(if_match); }

 private:
  ScimSession(Node& node, const Call& call) : node_(&node), call_(&call), if_match_(call.if_match), seen_(call.views_needed) {}

  bool may_go_on() const { return node_->callers().is_valid(*call_->caller, call_->session); }
  std::expected<void, scim::Error> look();
  std::string command_id(const ScimCommandPlace& which) const;
  std::optional<Problem> why_not_decide();

  Node* node_;
  const Call* call_;
  std::string actor_;
  std::optional<Principal> submitted_by_;
  Horizon horizon_;
  std::optional<ProviderId> provider_;
  std::string if_match_;
  std::size_t place_ = 0;    // Of the operation; 0: the request is one.
  std::size_t decided_ = 0;  // Commands.
  Position seen_;            // By the request when it came, and by its last decision.
};

}  // namespace muniment
