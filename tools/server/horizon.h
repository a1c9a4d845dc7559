// What a caller may see. A token says who the caller is and, of an auditor, how far it may look; what an account administers, and whether
// an officer is one still, is read from the log each time.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "tools/server/node.h"
#include "tools/server/problem.h"

namespace muniment {

struct Horizon {
  bool is_everything = false;
  std::vector<ProviderId> providers = {};  // Whose affairs it sees, where it does not see everything.
  std::optional<Username> self = {};       // Whose own access it sees everywhere.

  bool has(const ProviderId& provider) const;
  // Whether it sees all that the other does.
  bool covers(const Horizon& other) const;
};

// Of an account it is as far as the views have come, which must have taken in the position.
std::expected<Horizon, Problem> horizon_of(Node& node, const Token& caller, Position views_needed = 0);
inline std::expected<Horizon, Problem> horizon_of(Node& node, const Call& call) {
  return horizon_of(node, *call.caller, call.views_needed);
}

// Of whoever asked, while the answer is sent.
class RightToLook {
 public:
  RightToLook(Node& node, const Call& call, Horizon horizon)
      : node_(node), caller_(call.caller), session_(call.session), horizon_(std::move(horizon)) {}

  // Whether it has it still: its token was not revoked, its session has not ended, and it sees no less than when it asked.
  bool holds() const;
  const Token& caller() const { return *caller_; }
  const Horizon& horizon() const { return horizon_; }

 private:
  Node& node_;
  const std::shared_ptr<const Token> caller_;
  const std::string session_;
  const Horizon horizon_;
};

// The provider that a question is narrowed to: the one asked about, or the only one that the caller sees. Nothing: no need to. What the
// caller may not see is answered alike whether it is there or not.
std::expected<std::optional<ProviderId>, Problem> provider_within(const Horizon& horizon, const std::optional<ProviderId>& asked);

// Events as a caller may see them. Whoever does not see everything sees what happened at its providers, without what would tell of others:
// versions of accounts, other providers in a report of a departure, whether a link was the last one, who was named in a refused attempt and
// was never on the roster. Of what happened elsewhere it sees facts that are about its providers too, without where, by whom and why.
class EventView {
 public:
  EventView(Node& node, const Horizon& horizon) : node_(node), horizon_(horizon) {}

  // Calls `show` with the event as the caller may see it; false: it is not shown.
  bool show(schema::Event::Reader event, const std::function<void(schema::Event::Reader)>& show) const;
  // Appends the event in JSON; false: it is not shown.
  bool write(schema::Event::Reader event, std::string& out) const;

 private:
  bool is_visible(schema::Event::Reader event) const;
  // At a provider that the caller does not see.
  bool happened_elsewhere(schema::Event::Reader event) const;
  // Or because of something that did: a notice is given at each provider that it is for.
  bool comes_from_elsewhere(schema::Event::Reader event) const;
  void redact(schema::Event::Builder event) const;
  std::vector<std::string> seen_of(capnp::List<capnp::Text>::Reader providers) const;

  Node& node_;
  const Horizon& horizon_;
};

// Whether the account was ever on the provider's roster.
bool was_on_roster(const Node& node, const ProviderId& provider, const Username& username);

}  // namespace muniment
