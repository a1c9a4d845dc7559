// Checked values out of an event. A field that is not what the schema promises means damage or a foreign file: BadRecord.
#pragma once

#include "aggregates/service_names.h"
#include "events/record/record.h"

namespace muniment {

inline ProviderId provider_of(std::string_view text) {
  const auto id = ProviderId::parse(text);
  if (!id) throw BadRecord("an event names a provider that is no PID/SL");
  return *id;
}
inline ProviderId provider_of(capnp::Text::Reader text) { return provider_of(text_of(text)); }

inline EventId event_id_of(schema::Event::Reader event) {
  const auto id = EventId::from(bytes_of(event.getEventId()));
  if (!id) throw BadRecord("an event's event_id has not 16 bytes");
  return *id;
}

inline void insert_all(ServiceSet& set, capnp::List<capnp::Text>::Reader services, ServiceNames& names) {
  for (const auto service : services) set.insert(names.intern(text_of(service)));
}

inline void erase_all(ServiceSet& set, capnp::List<capnp::Text>::Reader services, ServiceNames& names) {
  for (const auto service : services) set.erase(names.intern(text_of(service)));
}

}  // namespace muniment
