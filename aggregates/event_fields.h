// Checked values out of an event. A field that is not what the schema promises means damage or a foreign file: BadRecord.
#pragma once

#include "aggregates/service_names.h"
#include "events/record/record.h"

namespace muniment {

inline ProviderId provider_named(capnp::Text::Reader text) {
  const auto id = ProviderId::parse(text_of(text));
  if (!id) throw BadRecord("an event names a provider that is no PID/SL");
  return *id;
}
inline ProviderId provider_acted_for(schema::Event::Reader event) {
  const auto id = provider_of(event);
  if (!id) throw BadRecord("an event about a provider names none");
  return *id;
}

inline void insert_all(ServiceSet& set, capnp::List<capnp::Text>::Reader services, ServiceNames& names) {
  for (const auto service : services) set.insert(names.intern(text_of(service)));
}

inline void erase_all(ServiceSet& set, capnp::List<capnp::Text>::Reader services, ServiceNames& names) {
  for (const auto service : services) set.erase(names.intern(text_of(service)));
}

}  // namespace muniment
