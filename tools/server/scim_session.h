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

  // What stands in its next command. Its id is the request's Idempotency-Key, with a number behind it from the second one on, or else a
  // random one: what is asked for again is found to be so already, and nothing is recorded twice.
  scim::Envelope envelope(std::optional<Version> expected_version = {});
  // Decided, and durable. Error: there is no room for it now.
  std::expected<Answer, scim::Error> decide(Command command) const;

  // In If-Match; empty: none.
  const std::string& if_match() const { return if_match_; }
  void set_if_match(std::string if_match) { if_match_ = std::move(if_match); }

 private:
  ScimSession(Node& node, const Call& call) : node_(&node), call_(&call), if_match_(call.if_match) {}

  Node* node_;
  const Call* call_;
  std::string actor_;
  std::optional<Principal> submitted_by_;
  Horizon horizon_;
  std::optional<ProviderId> provider_;
  std::string if_match_;
  std::size_t commands_ = 0;
};

}  // namespace muniment
