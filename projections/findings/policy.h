// The policies as findings are judged by them: thresholds, hours, time zone, services that must not be held together.
//
// What the provider's own policy says counts; what it does not say is the agency's; what neither says is the rule's default.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "projections/as_of.h"
#include "projections/findings/rule.h"

namespace muniment::view {

// Stands where a provider would for what is the agency's, or nobody's. No PID/SL packs to it.
constexpr PackedProvider no_provider = 0xffffffffff;

struct PolicyVersion {
  EventRef event;
  std::string time_zone;         // IANA name; empty: not said.
  std::uint8_t work_days = 0;    // Bit 0 is Monday; 0: not said.
  std::optional<int> work_from;  // Minutes since midnight, local.
  std::optional<int> work_to;
  std::vector<std::pair<std::string, std::string>> incompatible;
  std::vector<std::pair<std::string, std::uint32_t>> thresholds;

  bool operator==(const PolicyVersion&) const = default;
};

PolicyVersion policy_of(schema::Event::Reader event);
void put_policy(std::string& out, const PolicyVersion& policy);
PolicyVersion take_policy(Position position, std::string_view value);
// Of one provider, or of the agency: no_provider.
std::string policies_prefix(PackedProvider provider);

// What holds for one provider. The versions must outlive it; either may be null.
class PolicyView {
 public:
  PolicyView(const PolicyVersion* provider, const PolicyVersion* agency) : provider_(provider), agency_(agency) {}

  std::uint32_t threshold(const RuleThreshold& threshold) const;
  std::string_view time_zone() const;  // UTC where nobody says another one.
  std::uint8_t work_days() const;      // Monday to Friday where nobody says others.
  std::optional<int> work_from() const;
  std::optional<int> work_to() const;
  // Each pair that either of them names.
  std::vector<std::pair<std::string_view, std::string_view>> incompatible() const;
  // Of the later one of the two; 0: neither is set.
  Position position() const;

 private:
  const PolicyVersion* provider_;
  const PolicyVersion* agency_;
};

// When something begins that is due so long after `since` as the rule's first threshold says, in its unit: names end in _days, _hours or
// _minutes.
Timestamp due_time(Timestamp since, Rule rule, const PolicyView& policy);
Timestamp due_time(Timestamp since, const RuleThreshold& threshold, const PolicyView& policy);

// The policies that were in force at a moment, looked up as they are needed. One thread at a time.
class PoliciesAsOf {
 public:
  PoliciesAsOf(const Snapshot& snapshot, const Table& table, const AsOf& as_of) : snapshot_(snapshot), table_(table), as_of_(as_of) {}
  PolicyView of(PackedProvider provider);

 private:
  const PolicyVersion* version(PackedProvider provider);

  const Snapshot& snapshot_;
  const Table& table_;
  const AsOf& as_of_;
  std::unordered_map<PackedProvider, std::optional<PolicyVersion>> known_;
};

// The latest ones, on the writing side.
class LatestPolicies {
 public:
  LatestPolicies(const Database& database, const Table& table) : database_(database), table_(table) {}
  PolicyView of(PackedProvider provider);
  // It is the provider's, or with no_provider the agency's, from now on.
  void set(PackedProvider provider, PolicyVersion policy, RowBuffer& rows);
  void written();

 private:
  const PolicyVersion* version(PackedProvider provider);

  const Database& database_;
  const Table& table_;
  std::unordered_map<PackedProvider, std::optional<PolicyVersion>> known_;
};

}  // namespace muniment::view
