// Any bytes may come as JSON of the schema that has everything the reader knows.
#include "json_again.h"
#include "tests/events/json/sample.capnp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static muniment::JsonAgain<muniment::sample::Everything> json;
  capnp::MallocMessageBuilder message;
  capnp::MallocMessageBuilder again;
  json.read(bytes, size, message, again);
  return 0;
}
