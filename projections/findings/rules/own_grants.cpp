// Services that somebody granted to themselves, or was granted at their own request.
#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_own_grants(Step& step, Desk& desk) {
  for (LinkStep& link : step.links) {
    const bool is_own = step.actor_username == link.username;
    const bool is_requested = step.requester == link.username;
    if (link.link == nullptr || (!is_own && !is_requested)) continue;
    for (const auto service : link.granted) {
      const std::string what = desk.is_administrator(service, link.place->value) ? "administrator" : "";
      if (is_own) desk.open(Rule::self_granted, step, link, service, what);
      if (is_requested) desk.open(Rule::self_requested, step, link, service, what);
    }
  }
}

}  // namespace muniment::view
