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

    bool has(const ProviderId& at, std::string_view username) const;
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
  bool is_closed() const { return closed_; }
  // Its population is who was linked to its providers at this position.
  Position opened_at() const { return opened_at_; }
  bool covers(const ProviderId& provider) const;
  const std::vector<ProviderId>& providers() const { return providers_; }
  const std::vector<Assignment>& assignments() const { return assignments_; }
  bool is_reviewer(std::string_view reviewer) const;
  // By the last decision about each.
  Counts counts() const;

  void describe(Canonical& out) const;

 private:
  void open(schema::Event::Reader event);

  Version version_ = 0;
  bool closed_ = false;
  Position opened_at_ = 0;
  std::vector<ProviderId> providers_;
  std::vector<Assignment> assignments_;
  std::map<std::pair<ProviderId, std::string>, schema::ReviewDecision> decisions_;
};

}  // namespace muniment
