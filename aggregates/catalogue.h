// The services that there are, kept by the agency.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

struct Service {
  ServiceId id;
  std::string name;
  bool administrator = false;  // Its holder is a backup of the Primary User.
  bool delegate = false;       // Its holder may do what the policy delegates.
  bool retired = false;        // Stays valid where it is held; can only be taken away.
};

class Catalogue {
 public:
  explicit Catalogue(ServiceNames& names) : names_(&names) {}
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  const Service* find(std::string_view service) const;
  const Service* find(ServiceId service) const;
  const std::map<std::string_view, Service>& services() const { return services_; }  // In the bytewise order of their ids.

  bool has_administrator_service(const ServiceSet& services) const { return services.intersects(administrators_); }
  bool has_delegate_service(const ServiceSet& services) const { return services.intersects(delegates_); }
  // The one that is granted with the Primary User's role. Nothing before one is defined.
  std::optional<ServiceId> administrator_service() const { return administrator_service_; }

  void describe(Canonical& out) const;

 private:
  ServiceNames* names_;
  Version version_ = 0;
  std::map<std::string_view, Service> services_;  // Keys are the interned texts.
  std::vector<const Service*> by_number_;         // The same, by the numbers of their ids. Null: not in the catalogue.
  ServiceSet administrators_;
  ServiceSet delegates_;
  std::optional<ServiceId> administrator_service_;  // The first that was defined.
};

}  // namespace muniment
