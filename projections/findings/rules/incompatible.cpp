// Services held together that the policy names as incompatible: judged when one of them is granted, by the policy of that moment.
#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_incompatible(const Step& step, Desk& desk) {
  for (const LinkStep& link : step.links) {
    if (link.link == nullptr || link.granted.empty()) continue;
    for (const auto& [one, other, policy] : link.policy->incompatible()) {
      const HeldFinding* first = nullptr;
      const HeldFinding* second = nullptr;
      for (const HeldFinding& held : link.link->held) {
        if (desk.services().id_of(held.service) == one) first = &held;
        if (desk.services().id_of(held.service) == other) second = &held;
      }
      if (first == nullptr || second == nullptr) continue;
      const Position later = std::max(first->granted.position, second->granted.position);
      if (later != step.event.position) continue;  // It was open before.
      Interval interval = interval_of(step.event);
      if (const Position earlier = std::min(first->granted.position, second->granted.position); earlier != later) {
        interval.count = 2;
        interval.evidence = {earlier, later};
      }
      interval.service = one;
      interval.other = other;
      interval.policy = policy;
      const std::uint64_t extra = (std::uint64_t{first->service} << 32) | second->service;
      desk.intervals().put({link.provider, Rule::incompatible_services, std::string{link.username}, step.event.position, extra},
                           std::move(interval));
      for (const auto service : {first->service, second->service})
        link.link->marks.push_back({Rule::incompatible_services, step.event.position, extra, service});
    }
  }
}

}  // namespace muniment::view
