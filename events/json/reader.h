// JSON into a Cap'n Proto struct, by the struct's schema and its annotations ($Json of capnp/compat/json.capnp and ours of
// events/schema/annotations.capnp). What is read is exactly what the schema says, or nothing is: see docs/formats.md, "JSON".
//
//   Every field must be there unless it is $optional; none may be there twice or be unknown; null is no value.
//   Integers of every type are read from a JSON integer or from its text; 1.0 and 1e3 are no integers.
//   Data is hexadecimal (both cases) or Base64; an Int64 with $time is RFC 3339 text; an enumerant is its name.
//   The field that a union's $Json.discriminator names may stand anywhere in its object.
//   Text is UTF-8 without U+0000.
#pragma once

#include <capnp/dynamic.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace muniment {

struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;  // of a document; at most 16 MiB
  std::size_t depth = 16;                    // of objects and lists in each other
};

// Why a document was refused. Neither part holds a value that it contained.
struct JsonError {
  std::string path;     // "services[1]", "profile.zip"; empty for the document as a whole
  std::string problem;  // "expected text", "is missing"

  std::string message() const;  // "services[1]: expected text"
};

// Made once for a schema, then used for many documents by one thread at a time: it owns the parser's buffers.
class JsonReader {
 public:
  // Throws std::invalid_argument when the schema has a field without a JSON form here, or for limits beyond ours.
  explicit JsonReader(capnp::StructSchema root, JsonLimits limits = {});
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // `text` is one JSON object with nothing but white space around it. `into` is of the root schema and freshly initialized (every field at
  // its default); after an error it holds some part of the document. The bytes of `text` are not kept.
  std::expected<void, JsonError> read(std::string_view text, capnp::DynamicStruct::Builder into);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace muniment
