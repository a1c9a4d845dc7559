// An event as the views refer to it: enough to tell whether it counts at a moment.
#pragma once

#include "events/record/position.h"
#include "events/values/timestamp.h"
#include "projections/store/coding.h"

namespace muniment::view {

struct EventRef {
  Position position = 0;
  Timestamp at;         // When it took effect.
  Position import = 0;  // Start of the import that brought it, 0 if none did.

  bool operator==(const EventRef&) const = default;
};

inline void put_ref(std::string& out, const EventRef& ref) {
  put_varint(out, ref.position);
  put_time(out, ref.at);
  put_varint(out, ref.import);
}

inline EventRef take_ref(ByteReader& from) {
  EventRef ref;
  ref.position = from.varint();
  ref.at = from.time();
  ref.import = from.varint();
  return ref;
}

}  // namespace muniment::view
