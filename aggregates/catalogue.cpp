#include "aggregates/catalogue.h"

#include <algorithm>

#include "aggregates/unknown_fact.h"

namespace muniment {

void Catalogue::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::SERVICE_DEFINED: {
      const auto defined = fact.getServiceDefined();
      const ServiceId id = names_->intern(text_of(defined.getService()));
      services_.insert_or_assign(
          id.text(), Service{id, std::string{text_of(defined.getName())}, defined.getAdministrator(), defined.getDelegate(), false});
      if (defined.getAdministrator() && !administrator_service_) administrator_service_ = id;
      if (defined.getAdministrator()) administrators_.insert(id);
      if (defined.getDelegate()) delegates_.insert(id);
      return;
    }
    case Fact::SERVICE_RETIRED:
      if (const auto found = services_.find(text_of(fact.getServiceRetired().getService())); found != services_.end())
        found->second.retired = true;
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

const Service* Catalogue::find(std::string_view service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? nullptr : &found->second;
}

void Catalogue::describe(Canonical& out) const {
  out.text("catalogue").number(version_).number(services_.size());
  for (const auto& [id, service] : services_) {
    out.text(id).text(service.name).flag(service.administrator).flag(service.delegate).flag(service.retired);
  }
}

}  // namespace muniment
