// Any words may stand where a record should: a damaged store, or a foreign file. They are read as an event and shown as JSON, or refused
// with one of two exceptions.
#include <kj/exception.h>

#include <cstring>
#include <string>
#include <vector>

#include "events/json/writer.h"
#include "events/record/event_streams.h"
#include "events/record/principal.h"
#include "events/record/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const JsonWriter writer(capnp::Schema::from<schema::Event>());
  // The frame is made, so that what is fuzzed is mostly what it holds; the first byte says whether it is left as it came.
  if (size == 0) return 0;
  std::vector<capnp::word> words((size - 1) / sizeof(capnp::word));
  if (!words.empty()) std::memcpy(static_cast<void*>(words.data()), bytes + 1, words.size() * sizeof(capnp::word));
  if (bytes[0] != 0 && !words.empty()) {
    const std::uint32_t frame[2] = {0, static_cast<std::uint32_t>(words.size() - 1)};
    std::memcpy(static_cast<void*>(words.data()), frame, sizeof frame);
  }
  std::string json;
  try {
    RecordReader record(words);
    const auto event = record.event();
    (void)writer.write(event, json);
    check_envelope(event);
    (void)streams_of(event);
    (void)Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text();
  } catch (const BadRecord&) {
  } catch (const kj::Exception&) {
  }
  return 0;
}
