#include "aggregates/canonical.h"

namespace muniment {

Canonical& Canonical::text(std::string_view value) {
  put_u32be(out_, static_cast<std::uint32_t>(value.size()));
  out_.append(value);
  return *this;
}

Canonical& Canonical::number(std::uint64_t value) {
  put_u64be(out_, value);
  return *this;
}

Canonical& Canonical::services(const ServiceSet& services, const ServiceNames& names) {
  number(services.size());
  for (const ServiceId service : services.sorted(names)) text(service.text());
  return *this;
}

}  // namespace muniment
