#include "commands/set_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "commands/rules.h"
#include "events/values/finding_rule.h"

namespace muniment {
namespace {

constexpr std::size_t zone_size_max = 64;
constexpr unsigned list_size_max = 1000;

// The form of an IANA name: Area/Location, as in https://data.iana.org/time-zones/theory.html. Which ones exist, whoever lets commands in
// knows (tools/wire/command_reader.h): that differs from one machine and year to another, and a decision must not.
bool is_time_zone(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '/';
  };
  if (name.empty() || name.size() > zone_size_max || !std::ranges::all_of(name, is_allowed)) return false;
  if (name.front() >= '0' && name.front() <= '9') return false;
  return name.front() != '/' && name.back() != '/' && name.find("//") == std::string_view::npos;
}

bool is_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() != 5 || text[2] != ':') return false;
  return digit(0) * 10 + digit(1) < 24 && digit(3) * 10 + digit(4) < 60;
}

Field<void> check_hours(schema::Policy::Reader policy) {
  if (policy.hasTimeZone() && !is_time_zone(text_of(policy.getTimeZone())))
    return malformed("time_zone", "an IANA name such as America/New_York");
  std::set<std::uint8_t> seen;
  const auto days = policy.getWorkDays();
  for (unsigned i = 0; i < days.size(); ++i) {
    if (days[i] < 1 || days[i] > 7) return malformed(fmt::format("work_days[{}]", i), "a day from 1, Monday, to 7, Sunday");
    if (!seen.insert(days[i]).second) return malformed("work_days", "each day once");
  }
  for (const auto& [field, is_there, other_is_there, text] :
       {std::tuple{"work_from", policy.hasWorkFrom(), policy.hasWorkTo(), policy.getWorkFrom()},
        std::tuple{"work_to", policy.hasWorkTo(), policy.hasWorkFrom(), policy.getWorkTo()}}) {
    if (is_there ? !is_time_of_day(text_of(text)) : other_is_there) return malformed(field, "a time as HH:MM, 00:00 to 23:59");
  }
  return {};
}

Field<void> check_pairs(capnp::List<schema::IncompatiblePair>::Reader pairs) {
  if (pairs.size() > list_size_max) return malformed("incompatible", fmt::format("at most {} pairs", list_size_max));
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (unsigned i = 0; i < pairs.size(); ++i) {
    const auto service = service_field(pairs[i].getService(), fmt::format("incompatible[{}].service", i));
    if (!service) return std::unexpected(service.error());
    const auto other = service_field(pairs[i].getOther(), fmt::format("incompatible[{}].other", i));
    if (!other) return std::unexpected(other.error());
    if (*service == *other) return malformed(fmt::format("incompatible[{}].other", i), "another service than the first");
    if (!seen.insert(std::minmax(*service, *other)).second) return malformed("incompatible", "each pair once");
  }
  return {};
}

Field<void> check_thresholds(capnp::List<schema::Threshold>::Reader thresholds) {
  if (thresholds.size() > list_size_max) return malformed("thresholds", fmt::format("at most {} thresholds", list_size_max));
  std::set<std::string_view> seen;
  for (unsigned i = 0; i < thresholds.size(); ++i) {
    const auto name = code_field(thresholds[i].getName(), fmt::format("thresholds[{}].name", i));
    if (!name) return std::unexpected(name.error());
    if (!threshold_named(*name))
      return malformed(fmt::format("thresholds[{}].name", i),
                       "a threshold of a rule, such as dormant_days: muniment audit rules lists them");
    if (!seen.insert(*name).second) return malformed("thresholds", "each name once");
  }
  return {};
}

Field<void> check_delegates(capnp::List<capnp::Text>::Reader delegates, bool is_of_provider) {
  if (delegates.size() > 0 && is_of_provider) return malformed("delegates", "none where a provider is named: they are the agency's alone");
  if (delegates.size() > list_size_max) return malformed("delegates", fmt::format("at most {} submitters", list_size_max));
  std::set<std::string_view> seen;
  for (unsigned i = 0; i < delegates.size(); ++i) {
    const auto delegate = Principal::parse(text_of(delegates[i]));
    const bool is_submitter = delegate && delegate->kind == schema::PrincipalKind::SUBMITTER && delegate->text() == text_of(delegates[i]);
    if (!is_submitter) return malformed(fmt::format("delegates[{}]", i), "submitter:NAME, in lower case");
    if (!seen.insert(text_of(delegates[i])).second) return malformed("delegates", "each submitter once");
  }
  return {};
}

Field<void> check_retention(schema::Policy::Reader policy, bool is_of_provider) {
  constexpr int years_max = 100;
  for (const auto& [field, years] : {std::pair<const char*, int>{"retention_years", policy.getRetentionYears()},
                                     {"primary_user_retention_years", policy.getPrimaryUserRetentionYears()}}) {
    if (years > years_max) return malformed(field, fmt::format("0 to {}", years_max));
    if (is_of_provider && years != retention_years_default)
      return malformed(field, "none in a provider's policy: the agency's holds for all");
  }
  return {};
}

// What the schema knows of it and nothing else, with every text once: a record is for ever, and who sent the message may have written into
// it what no field has a name for. Nothing of the sender's is read again when it is decided.
std::shared_ptr<capnp::MessageBuilder> copy_of(schema::Policy::Reader policy) {
  auto message = std::make_shared<capnp::MallocMessageBuilder>();
  auto out = message->initRoot<schema::Policy>();
  if (policy.hasTimeZone()) out.setTimeZone(policy.getTimeZone());
  if (policy.hasWorkDays()) out.setWorkDays(policy.getWorkDays());
  if (policy.hasWorkFrom()) out.setWorkFrom(policy.getWorkFrom());
  if (policy.hasWorkTo()) out.setWorkTo(policy.getWorkTo());
  if (policy.hasIncompatible()) {
    const auto from = policy.getIncompatible();  // Once: each time counts against what may be read of the message.
    auto pairs = out.initIncompatible(from.size());
    for (unsigned i = 0; i < from.size(); ++i) {
      pairs[i].setService(from[i].getService());
      pairs[i].setOther(from[i].getOther());
    }
  }
  if (policy.hasThresholds()) {
    const auto from = policy.getThresholds();
    auto thresholds = out.initThresholds(from.size());
    for (unsigned i = 0; i < from.size(); ++i) {
      thresholds[i].setName(from[i].getName());
      thresholds[i].setValue(from[i].getValue());
    }
  }
  out.setDelegation(policy.getDelegation());
  if (policy.hasDelegates()) out.setDelegates(policy.getDelegates());
  out.setRetentionYears(policy.getRetentionYears());
  out.setPrimaryUserRetentionYears(policy.getPrimaryUserRetentionYears());
  return message;
}

StreamName stream_of(const std::optional<ProviderId>& provider) {
  return provider ? StreamName::policy(*provider) : StreamName::single(schema::StreamKind::POLICY);
}

}  // namespace

Field<SetPolicy> SetPolicy::read(request::SetPolicy::Reader in) {
  std::optional<ProviderId> provider;
  if (in.hasProvider()) {
    const auto named = provider_field(in.getProvider());
    if (!named) return std::unexpected(named.error());
    provider = *named;
  }
  const schema::Policy::Reader policy = in.getPolicy();
  if (const auto hours = check_hours(policy); !hours) return std::unexpected(hours.error());
  if (const auto pairs = check_pairs(policy.getIncompatible()); !pairs) return std::unexpected(pairs.error());
  if (const auto thresholds = check_thresholds(policy.getThresholds()); !thresholds) return std::unexpected(thresholds.error());
  if (const auto delegates = check_delegates(policy.getDelegates(), provider.has_value()); !delegates)
    return std::unexpected(delegates.error());
  if (const auto kept = check_retention(policy, provider.has_value()); !kept) return std::unexpected(kept.error());
  auto copy = copy_of(policy);
  const schema::Policy::Reader copied = copy->getRoot<schema::Policy>().asReader();
  return SetPolicy{provider, copied, std::move(copy)};
}

Decision decide(const SetPolicy& set, const Request& request, Sight& sight) {
  if (set.provider) {
    const auto provider = open_provider(*set.provider, sight);
    if (!provider) return std::unexpected(provider.error());
  }
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  for (const auto pair : set.policy.getIncompatible()) {
    for (const auto service : {text_of(pair.getService()), text_of(pair.getOther())}) {
      if (sight.catalogue().find(service) == nullptr) return refuse(Refusal::service_unknown, "incompatible");
    }
  }

  Decided decided{.authority = *authority};
  if (sight.policy_of(set.provider).equals(set.policy)) return decided;
  decided.events.push_back(
      {.id = sight.next_event_id(), .fact = fact::PolicySet{set.policy}, .streams = {stream_of(set.provider)}, .provider = set.provider});
  return decided;
}

}  // namespace muniment
