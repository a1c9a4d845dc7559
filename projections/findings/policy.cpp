#include "projections/findings/policy.h"

#include <algorithm>

#include "events/record/record.h"
#include "events/values/assert.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

constexpr std::uint8_t monday_to_friday = 0b0011111;
constexpr std::int64_t ns_per_minute = 60'000'000'000;

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

std::int64_t unit_of(Threshold threshold) {
  const std::string_view name = name_of(threshold);
  if (name.ends_with("_days")) return ns_per_minute * 60 * 24;
  if (name.ends_with("_hours")) return ns_per_minute * 60;
  MUNIMENT_ASSERT(name.ends_with("_minutes"));
  return ns_per_minute;
}

// In the order they were recorded.
template <typename Visit>
void each_version(const Snapshot& snapshot, const Table& table, PackedProvider provider, Visit visit) {
  const std::string prefix = policies_prefix(provider);
  auto rows = snapshot.rows(table, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next())
    visit(take_policy(ByteReader(rows.key().substr(prefix.size())).ordered(), rows.value()));
}

bool says_hours(const PolicyVersion& policy) {
  return !policy.time_zone.empty() || policy.work_days != 0 || policy.work_from || policy.work_to;
}

void lower(std::array<std::uint32_t, threshold_count>& lowest, const PolicyVersion& policy) {
  for (const auto& [threshold, value] : policy.thresholds) {
    auto& low = lowest[static_cast<std::size_t>(threshold)];
    low = std::min(low, value);
  }
}

bool names_pair(const PolicyView& policy, std::string_view service, std::string_view other) {
  const auto pairs = policy.incompatible();
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const PolicyView::Pair& pair) { return pair.service == service && pair.other == other; });
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
  // A name that is none judges nothing: they were not always checked.
  for (const auto said : policy.getThresholds()) {
    if (const auto threshold = threshold_named(text_of(said.getName()))) out.thresholds.emplace_back(*threshold, said.getValue());
  }
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
  for (const auto& [threshold, value] : policy.thresholds) {
    put_byte(out, static_cast<std::uint8_t>(threshold));
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
    const auto threshold = from.byte();
    if (threshold >= threshold_count) throw Failed("a policy has a threshold that is none: delete the views' folder, they are built again");
    out.thresholds.emplace_back(Threshold{threshold}, static_cast<std::uint32_t>(from.varint()));
  }
  return out;
}

std::string policies_prefix(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::finding_policy);
  put_provider(key, provider);
  return key;
}

PolicyView::PolicyView(const PolicyVersion* provider, const PolicyVersion* agency) : versions_{provider, agency}, thresholds_{} {
  for (std::size_t i = 0; i < threshold_count; ++i) thresholds_[i].value = default_of(Threshold{static_cast<std::uint8_t>(i)});
  for (const PolicyVersion* policy : {agency, provider}) {
    if (policy == nullptr) continue;
    for (const auto& [threshold, value] : policy->thresholds)
      thresholds_[static_cast<std::size_t>(threshold)] = {value, policy->event.position};
  }
}

template <typename Said, typename Says>
Said PolicyView::first_said(Says says, Said by_default) const {
  for (const PolicyVersion* policy : versions_) {
    if (policy == nullptr) continue;
    if (const Said said = says(*policy); said != Said{}) return said;
  }
  return by_default;
}

std::string_view PolicyView::time_zone() const {
  return first_said([](const PolicyVersion& policy) { return std::string_view{policy.time_zone}; }, std::string_view{"UTC"});
}

std::uint8_t PolicyView::work_days() const {
  return first_said([](const PolicyVersion& policy) { return policy.work_days; }, monday_to_friday);
}

std::optional<int> PolicyView::work_from() const {
  return first_said([](const PolicyVersion& policy) { return policy.work_from; }, std::optional<int>{});
}

std::optional<int> PolicyView::work_to() const {
  return first_said([](const PolicyVersion& policy) { return policy.work_to; }, std::optional<int>{});
}

Position PolicyView::hours_position() const {
  Position out = 0;
  for (const PolicyVersion* policy : versions_) {
    if (policy != nullptr && says_hours(*policy)) out = std::max(out, policy->event.position);
  }
  return out;
}

std::vector<PolicyView::Pair> PolicyView::incompatible() const {
  std::vector<Pair> out;
  for (const PolicyVersion* policy : versions_) {
    if (policy == nullptr) continue;
    for (const auto& [service, other] : policy->incompatible) {
      const bool is_ordered = service <= other;
      const Pair named{is_ordered ? service : other, is_ordered ? other : service, policy->event.position};
      const auto is_same = [&](const Pair& pair) { return pair.service == named.service && pair.other == named.other; };
      if (std::none_of(out.begin(), out.end(), is_same)) out.push_back(named);
    }
  }
  return out;
}

Timestamp due_time(Timestamp since, Threshold threshold, std::uint32_t value) {
  const std::int64_t wait = std::int64_t{value} * unit_of(threshold);
  return wait > end_of_time.ns - since.ns ? end_of_time : Timestamp{since.ns + wait};
}

Timestamp due_time(Timestamp since, Rule rule, const PolicyView& policy) {
  const Threshold threshold = entry_of(rule).thresholds.front();
  return due_time(since, threshold, policy.threshold(threshold).value);
}

const std::vector<PolicyVersion>& PoliciesAsOf::versions(PackedProvider provider) {
  auto [known, is_new] = known_.try_emplace(provider);
  if (is_new) each_version(snapshot_, table_, provider, [&](PolicyVersion policy) { known->second.push_back(std::move(policy)); });
  return known->second;
}

PolicyView PoliciesAsOf::before(PackedProvider provider, const EventRef& event) {
  const auto last = [&](PackedProvider whose) -> const PolicyVersion* {
    const PolicyVersion* out = nullptr;
    for (const PolicyVersion& policy : versions(whose)) {
      if (policy.event.position < event.position && policy.event.at <= event.at && as_of_.sees(policy.event)) out = &policy;
    }
    return out;
  };
  const PolicyVersion* agency = last(no_provider);  // References into an unordered_map stay.
  return {last(provider), agency};
}

std::optional<EventRef> PoliciesAsOf::unnamed_since(PackedProvider provider, std::string_view service, std::string_view other,
                                                    const EventRef& opened) {
  std::vector<EventRef> changes;
  for (const PackedProvider whose : {provider, no_provider}) {
    for (const PolicyVersion& policy : versions(whose)) {
      if (policy.event.position > opened.position && as_of_.sees(policy.event)) changes.push_back(policy.event);
    }
  }
  std::sort(changes.begin(), changes.end(), [](const EventRef& a, const EventRef& b) { return a.position < b.position; });
  for (const EventRef& change : changes) {
    if (!names_pair(before(provider, {change.position + 1, change.at, 0}), service, other)) return change;
  }
  return std::nullopt;
}

LatestPolicies::LatestPolicies(const Snapshot& snapshot, const Table& table) {
  known(no_provider);
  std::string prefix;
  put_tag(prefix, TableTag::finding_policy);
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    ByteReader key(rows.key().substr(prefix.size()));
    Known& policy = known(key.provider());
    policy.version = take_policy(key.ordered(), rows.value());
    lower(policy.lowest, *policy.version);
  }
}

LatestPolicies::Known& LatestPolicies::known(PackedProvider provider) {
  auto [found, is_new] = known_.try_emplace(provider);
  if (!is_new) return found->second;
  for (std::size_t i = 0; i < threshold_count; ++i) found->second.lowest[i] = default_of(Threshold{static_cast<std::uint8_t>(i)});
  return found->second;
}

// Of a provider that has none of its own it is the agency's.
const PolicyView& LatestPolicies::of(PackedProvider provider) {
  const auto own = known_.find(provider);
  const PackedProvider whose = own == known_.end() ? no_provider : provider;
  if (const auto view = views_.find(whose); view != views_.end()) return view->second;
  const Known& agency = known(no_provider);
  const PolicyVersion* version = whose == no_provider ? nullptr : &*own->second.version;
  return views_.emplace(whose, PolicyView(version, agency.version ? &*agency.version : nullptr)).first->second;
}

std::uint32_t LatestPolicies::lowest(PackedProvider provider, Threshold threshold) {
  const auto i = static_cast<std::size_t>(threshold);
  const auto own = known_.find(provider);
  const std::uint32_t agency = known(no_provider).lowest[i];
  return own == known_.end() ? agency : std::min(own->second.lowest[i], agency);
}

void LatestPolicies::set(PackedProvider provider, PolicyVersion policy, RowBuffer& rows) {
  std::string key = policies_prefix(provider);
  put_ordered(key, policy.event.position);
  std::string value;
  put_policy(value, policy);
  rows.put(key, value);
  Known& changed = known(provider);
  lower(changed.lowest, policy);
  changed.version = std::move(policy);
  views_.clear();
}

}  // namespace muniment::view
