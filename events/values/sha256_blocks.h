// SHA-256 from a state that is known, which is what HMAC needs, and its compression of two messages side by side, with the processor's own
// instructions for it (x86 SHA extensions): one message alone leaves them idle half of the time, because each step waits for the one
// before. On another processor OpenSSL compresses. FIPS 180-4, 6.2.2.
#pragma once

#include <array>
#include <cstdint>

#include "events/values/sha256.h"

namespace muniment {

inline constexpr std::size_t sha256_block_bytes = 64;

// The hash so far, in the order that the instructions take: not that of the standard.
struct Sha256State {
  static Sha256State initial();
  Sha256 digest() const;

  alignas(16) std::array<std::uint32_t, 4> abef;
  alignas(16) std::array<std::uint32_t, 4> cdgh;
};

// Whether this processor has the instructions.
bool has_sha256_instructions();

// So many blocks of each message.
void sha256_blocks(Sha256State& first, const Byte* first_blocks, Sha256State& second, const Byte* second_blocks, std::size_t count);
void sha256_blocks(Sha256State& state, const Byte* blocks, std::size_t count);
// The same by OpenSSL.
void sha256_blocks_by_library(Sha256State& state, const Byte* blocks, std::size_t count);

// A message that some blocks have been hashed of. What it has of the message is overwritten when it is destroyed.
class Sha256Message {
 public:
  Sha256Message(const Sha256State& state, std::size_t blocks) : state_(state), length_(blocks * sha256_block_bytes) {}
  Sha256Message(const Sha256Message&) = delete;
  Sha256Message& operator=(const Sha256Message&) = delete;
  ~Sha256Message();

  void add(ByteSpan bytes);
  Sha256 finish();  // Once, and then nothing more.

 private:
  Sha256State state_;
  std::uint64_t length_;  // In bytes. What of it fills no block is in block_.
  std::array<Byte, sha256_block_bytes> block_;
};

}  // namespace muniment
