// The texts of a list that stands in a record, read by its own pointers: a fold reads two lists an event, and Cap'n Proto's readers, which
// are not inlined, took a sixth of its time.
#pragma once

#include <capnp/any.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "events/record/record.h"

namespace muniment {

// Visits the texts of the list under this pointer of the struct, in order. The pointer's number is that of the schema: of a struct that has
// lists alone, the order in which they were declared. Precondition: the struct is of a record whose pointers were followed (RecordReader),
// or of a message that is being built. Throws BadRecord where there is something else than a list of texts.
template <typename Visit>
void for_each_text(capnp::AnyStruct::Reader of, std::size_t pointer, Visit visit);

namespace record_texts {

// A pointer to a list, and where it leads.
struct List {
  const capnp::word* first;
  std::size_t count;
};

constexpr std::uint64_t list_pointer = 1;
constexpr std::uint64_t of_bytes = 2;
constexpr std::uint64_t of_pointers = 6;

inline std::uint64_t word_at(const capnp::word* at) {
  std::uint64_t out = 0;
  std::memcpy(&out, at, sizeof out);
  return out;
}

// Null leads to an empty list.
inline List follow(const capnp::word* at, std::uint64_t element) {
  const std::uint64_t pointer = word_at(at);
  if (pointer == 0) return {at, 0};
  if ((pointer & 3) != list_pointer || (pointer >> 32 & 7) != element) throw BadRecord("expected a list of texts");
  return {at + 1 + (static_cast<std::int32_t>(pointer) >> 2), pointer >> 35};
}

inline std::string_view text(const capnp::word* at) {
  const auto [first, size] = follow(at, of_bytes);  // The byte behind its end is counted, and is zero.
  const auto* const bytes = reinterpret_cast<const char*>(first);
  if (size == 0) return {};
  if (bytes[size - 1] != '\0') throw BadRecord("a text that does not end");
  return {bytes, size - 1};
}

}  // namespace record_texts

template <typename Visit>
void for_each_text(capnp::AnyStruct::Reader of, std::size_t pointer, Visit visit) {
  if (pointer >= of.getPointerSection().size()) return;
  const auto data = of.getDataSection();
  const auto* const pointers = reinterpret_cast<const capnp::word*>(data.end());
  const auto [first, count] = record_texts::follow(pointers + pointer, record_texts::of_pointers);
  for (std::size_t i = 0; i < count; ++i) visit(record_texts::text(first + i));
}

}  // namespace muniment
