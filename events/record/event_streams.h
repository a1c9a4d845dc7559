// The streams that an event belongs to, whichever way its record says them. docs/formats.md, "Streams".
#pragma once

#include <boost/container/static_vector.hpp>

#include "events/record/record.h"

namespace muniment {

using EventStreams = boost::container::static_vector<StreamVersion, event_streams_max>;

// In their order, each with the event's version in it. Throws BadRecord where check_envelope does.
EventStreams streams_of(schema::Event::Reader event);

// One of those that stand in the context. Throws BadRecord when its key is longer than any.
StreamName stream_of(schema::StreamVersion::Reader entry);

}  // namespace muniment
