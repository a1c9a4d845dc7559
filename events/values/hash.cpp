#include "events/values/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

#include "events/values/id.h"

namespace muniment {
namespace {

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::array<Byte, 8> bytes{};
    fill_random(bytes);
    return get_u64be(reinterpret_cast<const char*>(bytes.data()));
  }();
  return seed;
}

}  // namespace

std::size_t hash_of(ByteSpan bytes) { return XXH3_64bits_withSeed(bytes.data(), bytes.size(), process_seed()); }

}  // namespace muniment
