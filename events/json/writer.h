// A Cap'n Proto struct as JSON: what reader.h reads, compact, with the fields in the order in which the schema declares them.
//
//   Int64 and UInt64 are written as text, because a JSON number beyond 2^53 does not survive in many programs.
//   An $optional field is left out while its pointer is null or its scalar is the default. A flattened $optional struct is left out while
//   null.
#pragma once

#include <capnp/dynamic.h>

#include <memory>
#include <string>

namespace muniment {

namespace json {
struct Plan;
}

// Made once for a schema; any number of threads may use it at the same time.
class JsonWriter {
 public:
  // Throws std::invalid_argument when the schema has a field without a JSON form here.
  explicit JsonWriter(capnp::StructSchema root);
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  // Appends one object. False when the message holds something newer than this program: a union's case is then written as
  // "type":"unknown" without its fields, an enumerant as its number. Throws kj::Exception when the message is not well-formed.
  // Precondition: texts in the message are UTF-8, as those that a JsonReader made.
  bool write(capnp::DynamicStruct::Reader from, std::string& out) const;

 private:
  std::unique_ptr<const json::Plan> plan_;
};

}  // namespace muniment
