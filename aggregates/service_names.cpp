#include "aggregates/service_names.h"

#include <algorithm>

namespace muniment {
namespace {

auto place_of(const auto& services, ServiceId service) {
  return std::lower_bound(services.begin(), services.end(), service, [](ServiceId a, ServiceId b) { return a.text() < b.text(); });
}

}  // namespace

ServiceId ServiceNames::intern(std::string_view text) {
  if (const auto found = by_text_.find(text); found != by_text_.end()) return ServiceId{found->second};
  const std::string& kept = texts_.emplace_back(text);
  by_text_.emplace(kept, &kept);
  return ServiceId{&kept};
}

std::optional<ServiceId> ServiceNames::find(std::string_view text) const {
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return std::nullopt;
  return ServiceId{found->second};
}

bool ServiceSet::insert(ServiceId service) {
  if (contains(service)) return false;
  services_.insert(place_of(services_, service), service);
  return true;
}

bool ServiceSet::erase(ServiceId service) {
  const auto found = std::find(services_.begin(), services_.end(), service);
  if (found == services_.end()) return false;
  services_.erase(found);
  return true;
}

// A handle is compared in one step, so a walk over the few services of a link beats a search by text.
bool ServiceSet::contains(ServiceId service) const { return std::find(services_.begin(), services_.end(), service) != services_.end(); }

std::vector<std::string_view> ServiceSet::texts() const {
  std::vector<std::string_view> out;
  out.reserve(services_.size());
  for (const ServiceId service : services_) out.push_back(service.text());
  return out;
}

ServiceSet ServiceSet::difference(const ServiceSet& left, const ServiceSet& right) {
  ServiceSet out;
  for (const ServiceId service : left.services_) {
    if (!right.contains(service)) out.services_.push_back(service);
  }
  return out;
}

}  // namespace muniment
