// A Cap'n Proto struct's JSON form as a JSON Schema (2020-12): what reader.h reads and writer.h writes, for descriptions of an interface.
#pragma once

#include <capnp/schema.h>

#include <string>

namespace muniment {

// Members that are not named are allowed: messages are append-only. Throws std::invalid_argument as JsonReader does.
std::string json_schema(capnp::StructSchema root);

}  // namespace muniment
