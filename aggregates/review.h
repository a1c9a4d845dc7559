// A review of access: everybody who was linked to its providers when it was opened is to be looked at. State and evolve; decisions are in
// commands/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Review {
 public:
  // Who reviews whom at a provider.
  struct Assignment {
    ProviderId provider;
    std::string reviewer;  // As Principal::text writes it.
    Position assigned_at = 0;
    std::vector<std::string> usernames = {};  // None: everybody there.
    bool is_by_agency = false;                // Whoever was assigned by a provider does not stand above it.

    bool has(const ProviderId& at, std::string_view username) const;
  };
  // The last one about a person at a provider.
  struct Decision {
    schema::ReviewDecision decision{};
    std::vector<std::string> services = {};  // Of a revoke; none: the link.
    schema::Revocation revocation{};
    bool is_by_agency = false;  // By a reviewer whom the agency had assigned.
    Timestamp at = {};
    Version account_version = 0;  // Of the person's account: what became of it stands behind.
  };
  struct Counts {
    std::uint32_t kept = 0;
    std::uint32_t revoked = 0;
    std::uint32_t asked = 0;
  };

  // Takes an event of the review's stream. Throws UnknownFact.
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  bool exists() const { return version_ > 0; }
  bool is_closed() const { return closed_position_ != 0; }
  Position closed_position() const { return closed_position_; }
  // Its population is who was linked to its providers at this position.
  Position opened_at() const { return opened_at_; }
  Timestamp opened_time() const { return opened_time_; }
  Timestamp due_at() const { return due_at_; }
  const std::optional<Timestamp>& remind_at() const { return remind_at_; }
  bool covers(const ProviderId& provider) const;
  const std::vector<ProviderId>& providers() const { return providers_; }
  // Those that hold now.
  const std::vector<Assignment>& assignments() const { return assignments_; }
  bool is_reviewer(std::string_view reviewer) const;
  // Whether the agency has assigned somebody there.
  bool is_assigned_by_agency(const ProviderId& provider) const;
  // Null: nothing was decided.
  const Decision* decision_about(const ProviderId& provider, std::string_view username) const;
  // By the last decision about each.
  Counts counts() const;
  bool has_notice(schema::Notice notice) const;
  // SHA-256 of the report's rows, as the node sealed it; empty: it did not yet.
  const std::string& seal() const { return seal_; }
  bool is_signed_by(std::string_view signer) const;

  void describe(Canonical& out) const;

 private:
  void open(schema::Event::Reader event);
  void assign(schema::Event::Reader event);
  void dismiss(schema::Event::Reader event);
  void decide(schema::Event::Reader event);

  Version version_ = 0;
  Position opened_at_ = 0;
  Position closed_position_ = 0;
  Timestamp opened_time_;
  Timestamp due_at_;
  std::optional<Timestamp> remind_at_;
  std::vector<ProviderId> providers_;
  std::vector<Assignment> assignments_;
  std::map<std::pair<ProviderId, std::string>, Decision> decisions_;
  std::vector<schema::Notice> notices_;
  std::string seal_;
  std::vector<std::string> signers_;  // As Principal::text writes them.
};

}  // namespace muniment
