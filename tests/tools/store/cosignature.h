// A checkpoint as somebody else than the log has signed it too.
#pragma once

#include <string>
#include <string_view>

#include "events/proof/note.h"

namespace muniment::test {

// With the signature of a witness whom nobody knows: what a store's file says of itself, it is believed.
inline std::string with_cosignature(std::string_view note) {
  Note out = Note::parse(note).value();
  out.signatures.push_back({.name = "witness.example", .key_id = 1, .signature = Bytes(72)});
  return out.bytes();
}

}  // namespace muniment::test
