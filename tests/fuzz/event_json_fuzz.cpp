// Any bytes may come as the JSON of an event.
#include "events/record/event_streams.h"
#include "json_again.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static JsonAgain<schema::Event> json;
  capnp::MallocMessageBuilder message;
  capnp::MallocMessageBuilder again;
  if (!json.read(bytes, size, message, again)) return 0;
  const auto event = message.getRoot<schema::Event>().asReader();
  try {
    check_envelope(event);
  } catch (const BadRecord&) {
    return 0;
  }
  (void)streams_of(event);
  return 0;
}
