// Any bytes may come as JSON. What the reader accepts is written as JSON that it accepts again, as the same message.
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/schema.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/values/assert.h"
#include "tests/events/json/sample.capnp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using muniment::sample::Everything;
  static muniment::JsonReader reader(capnp::Schema::from<Everything>());
  static const muniment::JsonWriter writer(capnp::Schema::from<Everything>());

  capnp::MallocMessageBuilder first;
  auto read = first.initRoot<Everything>();
  if (!reader.read({reinterpret_cast<const char*>(bytes), size}, read)) return 0;
  std::string text;
  MUNIMENT_ASSERT(writer.write(read.asReader(), text));

  capnp::MallocMessageBuilder second;
  auto again = second.initRoot<Everything>();
  MUNIMENT_ASSERT(reader.read(text, again).has_value());
  std::string same;
  MUNIMENT_ASSERT(writer.write(again.asReader(), same));
  MUNIMENT_ASSERT(same == text);
  return 0;
}
