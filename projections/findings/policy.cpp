#include "projections/findings/policy.h"

#include <algorithm>

#include "events/record/record.h"
#include "events/values/assert.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

constexpr std::uint8_t monday_to_friday = 0b0011111;
constexpr std::int64_t ns_per_minute = 60'000'000'000;
constexpr std::size_t remembered_max = 1 << 17;

// HH:MM; a policy is checked when it is set.
std::optional<int> minutes_of(std::string_view time) {
  if (time.size() != 5) return std::nullopt;
  const auto digit = [&](std::size_t at) { return time[at] - '0'; };
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

void put_minutes(std::string& out, const std::optional<int>& minutes) {
  put_varint(out, minutes ? static_cast<std::uint64_t>(*minutes) + 1 : 0);
}

std::optional<int> take_minutes(ByteReader& from) {
  const auto value = from.varint();
  return value == 0 ? std::nullopt : std::optional{static_cast<int>(value) - 1};
}

std::int64_t unit_of(std::string_view threshold) {
  if (threshold.ends_with("_days")) return 24 * 60 * ns_per_minute;
  if (threshold.ends_with("_hours")) return 60 * ns_per_minute;
  MUNIMENT_ASSERT(threshold.ends_with("_minutes"));
  return ns_per_minute;
}

// The last one of the provider's that counts.
template <typename Counts>
std::optional<PolicyVersion> find_policy(const Snapshot& snapshot, const Table& table, PackedProvider provider, Counts counts) {
  std::optional<PolicyVersion> out;
  const std::string prefix = policies_prefix(provider);
  auto rows = snapshot.rows(table, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next()) {
    auto policy = take_policy(ByteReader(rows.key().substr(prefix.size())).ordered(), rows.value());
    if (counts(policy.event)) out = std::move(policy);
  }
  return out;
}

}  // namespace

PolicyVersion policy_of(schema::Event::Reader event) {
  const auto policy = event.getFact().getPolicySet();
  PolicyVersion out;
  out.event = ref_of(event);
  out.time_zone = text_of(policy.getTimeZone());
  for (const auto day : policy.getWorkDays()) {
    if (day < 1 || day > 7) throw BrokenEvent("work_days: expected days from 1 to 7");
    out.work_days = static_cast<std::uint8_t>(out.work_days | (1U << (day - 1)));
  }
  out.work_from = minutes_of(text_of(policy.getWorkFrom()));
  out.work_to = minutes_of(text_of(policy.getWorkTo()));
  for (const auto pair : policy.getIncompatible()) {
    out.incompatible.emplace_back(checked_text(text_of(pair.getService()), "incompatible"),
                                  checked_text(text_of(pair.getOther()), "incompatible"));
  }
  for (const auto threshold : policy.getThresholds()) out.thresholds.emplace_back(text_of(threshold.getName()), threshold.getValue());
  return out;
}

void put_policy(std::string& out, const PolicyVersion& policy) {
  put_time(out, policy.event.at);
  put_varint(out, policy.event.import);
  put_text(out, policy.time_zone);
  put_byte(out, policy.work_days);
  put_minutes(out, policy.work_from);
  put_minutes(out, policy.work_to);
  put_varint(out, policy.incompatible.size());
  for (const auto& [service, other] : policy.incompatible) {
    put_text(out, service);
    put_text(out, other);
  }
  put_varint(out, policy.thresholds.size());
  for (const auto& [name, value] : policy.thresholds) {
    put_text(out, name);
    put_varint(out, value);
  }
}

PolicyVersion take_policy(Position position, std::string_view value) {
  ByteReader from(value);
  PolicyVersion out;
  out.event.position = position;
  out.event.at = from.time();
  out.event.import = from.varint();
  out.time_zone = from.text();
  out.work_days = from.byte();
  out.work_from = take_minutes(from);
  out.work_to = take_minutes(from);
  for (auto left = from.varint(); left > 0; --left) {
    const std::string service{from.text()};
    out.incompatible.emplace_back(service, from.text());
  }
  for (auto left = from.varint(); left > 0; --left) {
    const std::string name{from.text()};
    out.thresholds.emplace_back(name, static_cast<std::uint32_t>(from.varint()));
  }
  return out;
}

std::string policies_prefix(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::finding_policy);
  put_provider(key, provider);
  return key;
}

std::uint32_t PolicyView::threshold(const RuleThreshold& threshold) const {
  for (const auto* policy : {provider_, agency_}) {
    if (policy == nullptr) continue;
    for (const auto& [name, value] : policy->thresholds) {
      if (name == threshold.name) return value;
    }
  }
  return threshold.by_default;
}

std::string_view PolicyView::time_zone() const {
  for (const auto* policy : {provider_, agency_}) {
    if (policy != nullptr && !policy->time_zone.empty()) return policy->time_zone;
  }
  return "UTC";
}

std::uint8_t PolicyView::work_days() const {
  for (const auto* policy : {provider_, agency_}) {
    if (policy != nullptr && policy->work_days != 0) return policy->work_days;
  }
  return monday_to_friday;
}

std::optional<int> PolicyView::work_from() const {
  for (const auto* policy : {provider_, agency_}) {
    if (policy != nullptr && policy->work_from) return policy->work_from;
  }
  return std::nullopt;
}

std::optional<int> PolicyView::work_to() const {
  for (const auto* policy : {provider_, agency_}) {
    if (policy != nullptr && policy->work_to) return policy->work_to;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string_view, std::string_view>> PolicyView::incompatible() const {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  for (const auto* policy : {provider_, agency_}) {
    if (policy == nullptr) continue;
    for (const auto& [service, other] : policy->incompatible) {
      const std::pair<std::string_view, std::string_view> pair = std::minmax(std::string_view{service}, std::string_view{other});
      if (std::find(out.begin(), out.end(), pair) == out.end()) out.push_back(pair);
    }
  }
  return out;
}

Position PolicyView::position() const {
  return std::max(provider_ == nullptr ? 0 : provider_->event.position, agency_ == nullptr ? 0 : agency_->event.position);
}

Timestamp due_time(Timestamp since, Rule rule, const PolicyView& policy) {
  return due_time(since, entry_of(rule).thresholds.front(), policy);
}

Timestamp due_time(Timestamp since, const RuleThreshold& threshold, const PolicyView& policy) {
  const std::int64_t wait = std::int64_t{policy.threshold(threshold)} * unit_of(threshold.name);
  return wait > end_of_time.ns - since.ns ? end_of_time : Timestamp{since.ns + wait};
}

const PolicyVersion* PoliciesAsOf::version(PackedProvider provider) {
  auto [known, is_new] = known_.try_emplace(provider);
  if (is_new) known->second = find_policy(snapshot_, table_, provider, [this](const EventRef& event) { return as_of_.sees(event); });
  return known->second ? &*known->second : nullptr;
}

PolicyView PoliciesAsOf::of(PackedProvider provider) {
  const PolicyVersion* agency = version(no_provider);  // References into an unordered_map stay.
  return {provider == no_provider ? nullptr : version(provider), agency};
}

const PolicyVersion* LatestPolicies::version(PackedProvider provider) {
  auto [known, is_new] = known_.try_emplace(provider);
  if (is_new) known->second = find_policy(database_.snapshot(), table_, provider, [](const EventRef&) { return true; });
  return known->second ? &*known->second : nullptr;
}

PolicyView LatestPolicies::of(PackedProvider provider) {
  const PolicyVersion* agency = version(no_provider);
  return {provider == no_provider ? nullptr : version(provider), agency};
}

void LatestPolicies::set(PackedProvider provider, PolicyVersion policy, RowBuffer& rows) {
  std::string key = policies_prefix(provider);
  put_ordered(key, policy.event.position);
  std::string value;
  put_policy(value, policy);
  rows.put(key, value);
  known_[provider] = std::move(policy);
}

void LatestPolicies::written() {
  if (known_.size() > remembered_max) known_.clear();
}

}  // namespace muniment::view
