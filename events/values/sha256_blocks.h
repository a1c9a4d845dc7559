// SHA-256's compression of two messages side by side, with the processor's own instructions for it (x86 SHA extensions). One message alone
// leaves them idle half of the time, because each step waits for the one before. Only that: padding and output are the caller's, and
// whoever has no such processor uses another library. FIPS 180-4, 6.2.2.
#pragma once

#include <array>
#include <cstdint>

#include "events/values/bytes.h"

namespace muniment {

inline constexpr std::size_t sha256_block_bytes = 64;

// The hash so far, in the order that the instructions take: not that of the standard.
struct Sha256State {
  static Sha256State initial();
  std::array<Byte, 32> digest() const;

  alignas(16) std::array<std::uint32_t, 4> abef;
  alignas(16) std::array<std::uint32_t, 4> cdgh;
};

// Whether this processor has the instructions. The functions below take one that has.
bool has_sha256_instructions();

// So many blocks of each message. Precondition: has_sha256_instructions().
void sha256_blocks(Sha256State& first, const Byte* first_blocks, Sha256State& second, const Byte* second_blocks, std::size_t count);
void sha256_blocks(Sha256State& state, const Byte* blocks, std::size_t count);

}  // namespace muniment
