// The policies as findings are judged by them: thresholds, hours, time zone, services that must not be held together.
//
// What the provider's own policy says counts; what it does not say is the agency's; what neither says is the rule's default.
#pragma once

#include <array>
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
  std::vector<std::pair<Threshold, std::uint32_t>> thresholds;

  bool operator==(const PolicyVersion&) const = default;
};

PolicyVersion policy_of(schema::Event::Reader event);
void put_policy(std::string& out, const PolicyVersion& policy);
PolicyVersion take_policy(Position position, std::string_view value);
// Of one provider, or of the agency: no_provider.
std::string policies_prefix(PackedProvider provider);

// What holds for one provider, and which policy says so. The versions must outlive it.
class PolicyView {
 public:
  struct Value {
    std::uint32_t value = 0;
    Position position = 0;  // Of the policy that says it; 0: it is the default.
  };
  struct Pair {
    std::string_view service;
    std::string_view other;
    Position position = 0;
  };

  // Either may be null.
  PolicyView(const PolicyVersion* provider, const PolicyVersion* agency);

  const Value& threshold(Threshold threshold) const { return thresholds_[static_cast<std::size_t>(threshold)]; }
  std::string_view time_zone() const;  // UTC where nobody says another one.
  std::uint8_t work_days() const;      // Monday to Friday where nobody says others.
  std::optional<int> work_from() const;
  std::optional<int> work_to() const;
  // Of the latest policy that says anything of the zone, the days or the hours.
  Position hours_position() const;
  // Each pair that either of them names.
  std::vector<Pair> incompatible() const;

 private:
  template <typename Said, typename Says>
  Said first_said(Says says, Said by_default) const;

  std::array<const PolicyVersion*, 2> versions_;  // The provider's, the agency's.
  std::array<Value, threshold_count> thresholds_;
};

// When so long has passed since then as the threshold says.
Timestamp due_time(Timestamp since, Threshold threshold, std::uint32_t value);
// By the rule's first threshold.
Timestamp due_time(Timestamp since, Rule rule, const PolicyView& policy);

// All policies there were, looked up as they are needed. One thread at a time.
class PoliciesAsOf {
 public:
  PoliciesAsOf(const Snapshot& snapshot, const Table& table, const AsOf& as_of) : snapshot_(snapshot), table_(table), as_of_(as_of) {}
  // In force at the moment.
  PolicyView of(PackedProvider provider) { return before(provider, EventRef{end_of_positions, as_of_.at(), 0}); }
  // In force when that event was recorded, which is seen at the moment.
  PolicyView before(PackedProvider provider, const EventRef& event);
  // The first policy that is in force after `opened` and no longer names the pair.
  std::optional<EventRef> unnamed_since(PackedProvider provider, std::string_view service, std::string_view other, const EventRef& opened);

 private:
  static constexpr Position end_of_positions = ~Position{0};
  const std::vector<PolicyVersion>& versions(PackedProvider provider);

  const Snapshot& snapshot_;
  const Table& table_;
  const AsOf& as_of_;
  std::unordered_map<PackedProvider, std::vector<PolicyVersion>> known_;  // In the order they were recorded.
};

// The latest ones, on the writing side.
class LatestPolicies {
 public:
  // Reads what the table has.
  LatestPolicies(const Snapshot& snapshot, const Table& table);
  // Valid until the next policy is set.
  const PolicyView& of(PackedProvider provider);
  // The lowest that a threshold ever was there.
  std::uint32_t lowest(PackedProvider provider, Threshold threshold);
  // It is the provider's, or with no_provider the agency's, from now on.
  void set(PackedProvider provider, PolicyVersion policy, RowBuffer& rows);

 private:
  struct Known {
    std::optional<PolicyVersion> version;
    std::array<std::uint32_t, threshold_count> lowest;
  };
  Known& known(PackedProvider provider);

  std::unordered_map<PackedProvider, Known> known_;  // Those that have one, and no_provider.
  std::unordered_map<PackedProvider, PolicyView> views_;
};

}  // namespace muniment::view
