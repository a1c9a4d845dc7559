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
      if (defined.getAdministrator()) administrators_.push_back(id);
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

bool Catalogue::has_administrator_service(const ServiceSet& services) const {
  return std::any_of(administrators_.begin(), administrators_.end(), [&](ServiceId id) { return services.contains(id); });
}

bool Catalogue::has_delegate_service(const ServiceSet& services) const {
  return std::any_of(services.begin(), services.end(), [this](ServiceId id) {
    const Service* service = find(id);
    return service != nullptr && service->delegate;
  });
}

std::optional<ServiceId> Catalogue::administrator_service() const {
  if (administrators_.empty()) return std::nullopt;
  return administrators_.front();
}

void Catalogue::describe(Canonical& out) const {
  out.text("catalogue").number(version_).number(services_.size());
  for (const auto& [id, service] : services_) {
    out.text(id).text(service.name).flag(service.administrator).flag(service.delegate).flag(service.retired);
  }
}

}  // namespace muniment
