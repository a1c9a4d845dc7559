#include "commands/accept_clock.h"

#include "commands/rules.h"

namespace muniment {

Decision decide(const AcceptClock& accept, const Request& request, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  if (request.actor.kind != schema::PrincipalKind::NODE) {
    const auto authority = agency_authority(request, sight);
    if (!authority) return std::unexpected(authority.error());
    decided.authority = *authority;
  }
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ClockAccepted{accept.clock, accept.expected},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
