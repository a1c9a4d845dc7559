// Services that somebody granted to themselves, or was granted at their own request.
#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_own_grants(const Step& step, Desk& desk) {
  for (LinkStep link : step.links) {
    if (link.link == nullptr) continue;
    for (const auto service : link.granted) {
      const std::string what = desk.is_administrator(service, link.provider) ? "administrator" : "";
      if (step.actor_username == link.username) desk.open(Rule::self_granted, step, link, service, what);
      if (step.requester == link.username) desk.open(Rule::self_requested, step, link, service, what);
    }
  }
}

}  // namespace muniment::view
