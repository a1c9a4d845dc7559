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
      const auto defined_now = services_.insert_or_assign(
          id.text(), Service{id, std::string{text_of(defined.getName())}, defined.getAdministrator(), defined.getDelegate(), false});
      by_number_.resize(std::max<std::size_t>(by_number_.size(), id.number() + 1));
      by_number_[id.number()] = &defined_now.first->second;
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
  const auto id = names_->find(service);
  return id ? find(*id) : nullptr;
}

const Service* Catalogue::find(ServiceId service) const {
  return service.number() < by_number_.size() ? by_number_[service.number()] : nullptr;
}

void Catalogue::describe(Canonical& out) const {
  out.text("catalogue").number(version_).number(services_.size());
  for (const auto& [id, service] : services_) {
    out.text(id).text(service.name).flag(service.administrator).flag(service.delegate).flag(service.retired);
  }
}

}  // namespace muniment
