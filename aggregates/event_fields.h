// Checked values out of an event. A field that is not what the schema promises means damage or a foreign file: BadRecord.
#pragma once

#include "aggregates/service_names.h"
#include "events/record/record.h"
#include "events/record/texts.h"

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

// The services under a pointer of a fact: texts.h.
inline void insert_all(ServiceSet& set, capnp::AnyStruct::Reader fact, std::size_t pointer, ServiceNames& names) {
  for_each_text(fact, pointer, [&](std::string_view service) { set.insert(names.intern(service)); });
}

inline void erase_all(ServiceSet& set, capnp::AnyStruct::Reader fact, std::size_t pointer, ServiceNames& names) {
  for_each_text(fact, pointer, [&](std::string_view service) { set.erase(names.intern(service)); });
}

}  // namespace muniment
