#include "aggregates/policy.h"

#include <algorithm>

#include "aggregates/unknown_fact.h"

namespace muniment {

void Policy::evolve(schema::Event::Reader event, Version version) {
  const auto fact = event.getFact();
  version_ = version;
  if (fact.which() != schema::Event::Fact::POLICY_SET) stop_at_unknown_fact(event);
  delegates_ = fact.getPolicySet().getDelegation();
  delegate_submitters_.clear();
  for (const auto delegate : fact.getPolicySet().getDelegates()) delegate_submitters_.emplace_back(text_of(delegate));
  retention_years_ = fact.getPolicySet().getRetentionYears();
  primary_user_retention_years_ = fact.getPolicySet().getPrimaryUserRetentionYears();
  contents_ = contents_of(fact.getPolicySet());
}

bool Policy::has_delegate(std::string_view submitter) const {
  return std::ranges::find(delegate_submitters_, submitter) != delegate_submitters_.end();
}

bool Policy::equals(schema::Policy::Reader policy) const { return is_set() && contents_ == contents_of(policy); }

std::string Policy::contents_of(schema::Policy::Reader policy) {
  Canonical out;
  out.text(text_of(policy.getTimeZone()))
      .text(text_of(policy.getWorkFrom()))
      .text(text_of(policy.getWorkTo()))
      .flag(policy.getDelegation());
  out.number(policy.getWorkDays().size());
  for (const auto day : policy.getWorkDays()) out.number(day);
  out.number(policy.getIncompatible().size());
  for (const auto pair : policy.getIncompatible()) out.text(text_of(pair.getService())).text(text_of(pair.getOther()));
  out.number(policy.getThresholds().size());
  for (const auto threshold : policy.getThresholds()) out.text(text_of(threshold.getName())).number(threshold.getValue());
  out.number(policy.getDelegates().size());
  for (const auto delegate : policy.getDelegates()) out.text(text_of(delegate));
  // Where it is another than the default, so that the digests of policies from before there was one stay what they were.
  const int years = policy.getRetentionYears();
  const int primary_user_years = policy.getPrimaryUserRetentionYears();
  if (years != retention_years_default || primary_user_years != retention_years_default) {
    out.number(static_cast<std::uint64_t>(years)).number(static_cast<std::uint64_t>(primary_user_years));
  }
  return out.str();
}

void Policy::describe(Canonical& out) const { out.text("policy").number(version_).text(contents_); }

}  // namespace muniment
