#include "commands/retire_service.h"

#include "commands/rules.h"

namespace muniment {

Field<RetireService> RetireService::read(request::RetireService::Reader in) {
  const auto service = service_field(in.getService());
  if (!service) return std::unexpected(service.error());
  return RetireService{*service};
}

Decision decide(const RetireService& retire, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  const Service* service = sight.catalogue().find(retire.service);
  if (service == nullptr) return refuse(Refusal::service_unknown, "service");

  Decided decided{.authority = *authority};
  if (service->retired) return decided;
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ServiceRetired{retire.service},
                            .streams = {StreamName::single(schema::StreamKind::CATALOGUE)}});
  return decided;
}

}  // namespace muniment
