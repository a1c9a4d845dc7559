// Hashes for tables in memory: seeded anew in every process, so that nobody can choose names that meet in one place. Never stored.
#pragma once

#include <string_view>

#include "events/values/bytes.h"

namespace muniment {

std::size_t hash_of(ByteSpan bytes);

// For tables of text that are asked by std::string_view.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;  // boost::unordered_flat_map need not mix it again.
  std::size_t operator()(std::string_view text) const { return hash_of(bytes_of(text)); }
};

}  // namespace muniment
