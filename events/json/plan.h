// A schema compiled for the walks of reader.cpp and writer.cpp: which JSON object has which fields, and where in a Cap'n Proto struct each
// is kept. Compiled once, so that no document looks at a schema or an annotation.
//
// One JSON object may be spread over several structs: a flattened field puts the fields of another struct or group beside its own. And
// what fields it may have depends on its unions. So an object has *places* (the structs that it is spread over; place 0 is its own) and
// *scopes* (sets of fields that are there together: one always, and one for the chosen case of each union).
#pragma once

#include <capnp/schema.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/json/name_table.h"

namespace muniment::json {

// Limits of a schema. Beyond them compile() refuses it.
constexpr std::size_t max_places = 8;
constexpr std::size_t max_scopes = 8;  // that hold at once
constexpr std::size_t max_names = 64;  // in one scope: a bit each in a word

struct Object;

enum class Kind : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  enumeration,
  time,      // Int64: UTC nanoseconds as RFC 3339
  id,        // two UInt64: sixteen bytes as hexadecimal
  provider,  // UInt32 and UInt8: a PID/SL
  text,
  hex,     // Data
  base64,  // Data
  object,  // a struct of its own
  group,   // an object whose fields are kept in the struct around it
  list,
};

struct Enumeration {
  std::vector<std::string> names;  // by ordinal
  NameTable by_name;
  std::string expected;  // what a reader says of anything else
};

struct Value {
  Kind kind;
  Kind element = Kind::boolean;              // of a list
  const Enumeration* enumeration = nullptr;  // of an enumeration or a list of them
  const Object* object = nullptr;            // of an object, a group, or a list of objects
  bool is_pointer() const { return kind >= Kind::text && kind != Kind::group; }
};

struct Member {
  std::string name;
  std::string key;  // `"name":` as it is written
  Value value;
  std::uint8_t place;
  bool optional;
  std::uint32_t offset = 0;        // in the data section, in units of the value's size; or the number of the pointer
  std::uint32_t offset_2 = 0;      // of the second part of an id or a provider, in units of that part's size
  std::uint64_t default_bits = 0;  // Cap'n Proto keeps a scalar XORed with its default.
};

// A struct that flattened fields are kept in.
struct Place {
  std::uint8_t number;
  std::uint8_t parent;    // number of the place that points to it
  bool optional;          // A null pointer while none of its fields is present.
  std::uint32_t pointer;  // in the parent
  std::uint16_t data_words;
  std::uint16_t pointers;
};

struct Scope;

struct Union {
  std::string tag;  // name of the field that says which case it is
  std::string key;  // `"tag":`
  std::uint8_t place;
  std::uint32_t offset;            // of the discriminant, in 16-bit units
  std::vector<std::string> names;  // by discriminant
  NameTable by_name;
  std::string expected;      // what a reader says of another name
  std::vector<Scope> cases;  // by discriminant
};

// What comes next when the object is written.
struct Step {
  enum class What : std::uint8_t { place, member, choice } what;
  std::uint16_t index;
};

struct Scope {
  std::vector<Member> members;
  std::vector<Union> unions;
  std::vector<Place> places;                         // parents before children
  std::vector<Step> order;                           // the schema's declaration order
  NameTable names;                                   // A member's index, or members.size() + a union's.
  std::array<std::uint64_t, max_places> required{};  // by place: bits of the names that must be there once the place is
};

struct Object {
  std::string name;  // for messages: "service used"
  std::uint16_t data_words = 0;
  std::uint16_t pointers = 0;
  Scope scope;
};

struct Plan {
  capnp::StructSchema schema;
  const Object* root = nullptr;
  std::vector<std::unique_ptr<Object>> objects;
  std::vector<std::unique_ptr<Enumeration>> enumerations;
};

// Throws std::invalid_argument, naming the type and the field, for what has no JSON form here: floats, Void outside a union, unions without
// $Json.discriminator, Data without $Json.hex or $Json.base64, lists of lists, interfaces, AnyPointer, defaults of pointers, clashing
// names.
Plan compile(capnp::StructSchema root);

}  // namespace muniment::json
