// Services that were revoked and granted again, and such that were held for minutes.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

Interval act_of(const EventRef& event, Position before, const std::string& service) {
  Interval act;
  act.opened = event;
  add_act(act, {before, event.at, event.import});
  add_act(act, event);
  act.service = service;
  return act;
}

void see_revoked(const Step& step, const LinkStep& link, Desk& desk) {
  for (const HeldFinding& held : link.revoked) {
    if (step.event.at < due_time(held.granted.at, Rule::short_grant, *link.policy)) {
      desk.note_act(Rule::short_grant, link.provider, link.username,
                    act_of(step.event, held.granted.position, desk.services().id_of(held.service)),
                    link.policy->threshold(Threshold::short_grant_minutes).position, std::uint64_t{held.service} + 1);
    }
    link.person->ended.push_back({link.provider, held.service, step.event});
  }
  // Those that are granted again later are no finding. The oldest come first.
  auto& ended = link.person->ended;
  const auto counts = [&](const EndedGrant& grant) {
    const PolicyView& policy = grant.provider == link.provider ? *link.policy : desk.policies().of(grant.provider);
    return due_time(grant.ended.at, Rule::granted_again, policy) > step.event.at;
  };
  ended.erase(ended.begin(), std::find_if(ended.begin(), ended.end(), counts));
}

void see_granted(const Step& step, const LinkStep& link, Desk& desk) {
  for (const auto service : link.granted) {
    auto& ended = link.person->ended;
    const auto before = std::find_if(ended.begin(), ended.end(),
                                     [&](const EndedGrant& grant) { return grant.provider == link.provider && grant.service == service; });
    if (before == ended.end()) continue;
    if (step.event.at < due_time(before->ended.at, Rule::granted_again, *link.policy)) {
      desk.note_act(Rule::granted_again, link.provider, link.username,
                    act_of(step.event, before->ended.position, desk.services().id_of(service)),
                    link.policy->threshold(Threshold::granted_again_days).position, std::uint64_t{service} + 1);
    }
    ended.erase(before);
  }
}

}  // namespace

void see_repeated_grants(const Step& step, Desk& desk) {
  for (const LinkStep& link : step.links) {
    see_granted(step, link, desk);
    see_revoked(step, link, desk);
  }
}

}  // namespace muniment::view
