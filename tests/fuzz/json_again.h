// Reads any bytes as JSON of a schema. What is accepted is written as JSON that is accepted again, as the same message.
#pragma once

#include <capnp/message.h>
#include <capnp/schema.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/values/assert.h"

namespace muniment {

template <typename Root>
class JsonAgain {
 public:
  // False when the bytes are refused; else `message` holds what they say, and `again` what its JSON says.
  bool read(const std::uint8_t* bytes, std::size_t size, capnp::MessageBuilder& message, capnp::MessageBuilder& again) {
    auto first = message.initRoot<Root>();
    if (!reader_.read({reinterpret_cast<const char*>(bytes), size}, first)) return false;
    std::string text;
    MUNIMENT_ASSERT(writer_.write(first.asReader(), text));
    auto second = again.initRoot<Root>();
    MUNIMENT_ASSERT(reader_.read(text, second).has_value());
    std::string same;
    MUNIMENT_ASSERT(writer_.write(second.asReader(), same));
    MUNIMENT_ASSERT(same == text);
    return true;
  }

 private:
  JsonReader reader_{capnp::Schema::from<Root>()};
  JsonWriter writer_{capnp::Schema::from<Root>()};
};

}  // namespace muniment
