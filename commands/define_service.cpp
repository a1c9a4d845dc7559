#include "commands/define_service.h"

#include "commands/rules.h"

namespace muniment {
namespace {

constexpr std::size_t service_name_max = 200;

}  // namespace

Field<DefineService> DefineService::read(request::DefineService::Reader in) {
  const auto service = service_field(in.getService());
  if (!service) return std::unexpected(service.error());
  auto name = text_field(in.getName(), "name", service_name_max);
  if (!name) return std::unexpected(name.error());
  return DefineService{*service, std::move(*name)};
}

Decision decide(const DefineService& define, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  Decided decided{.authority = *authority};
  if (const Service* known = sight.catalogue().find(define.service)) {
    if (known->retired) return refuse(Refusal::service_retired, "service");
    if (known->name != define.name) return refuse(Refusal::service_already_defined, "service");
    return decided;
  }

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ServiceDefined{define.service, define.name},
                            .streams = {StreamName::single(schema::StreamKind::CATALOGUE)}});
  return decided;
}

}  // namespace muniment
