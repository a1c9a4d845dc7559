#include "events/values/sha256_blocks.h"

// Deprecated since OpenSSL 3.0 in favour of EVP, which does not go on from a state.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace muniment {
namespace {

// In the standard's order.
std::array<std::uint32_t, 8> words_of(const Sha256State& state) {
  const auto& [abef, cdgh] = state;
  return {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
}

}  // namespace

// A is the highest of abef, as the instructions have it.
Sha256State Sha256State::initial() {
  return {.abef = {0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667}, .cdgh = {0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372}};
}

Sha256 Sha256State::digest() const {
  const std::array<std::uint32_t, 8> words = words_of(*this);
  std::array<std::uint32_t, 8> big_endian;
  std::ranges::transform(words, big_endian.begin(), [](std::uint32_t word) { return __builtin_bswap32(word); });
  return std::bit_cast<Sha256>(big_endian);
}

void sha256_blocks_by_library(Sha256State& state, const Byte* blocks, std::size_t count) {
  SHA256_CTX context{};
  std::ranges::copy(words_of(state), context.h);
  for (; count > 0; --count, blocks += sha256_block_bytes) SHA256_Transform(&context, blocks);
  const auto& h = context.h;
  state = {.abef = {h[5], h[4], h[1], h[0]}, .cdgh = {h[7], h[6], h[3], h[2]}};
}

Sha256Message::~Sha256Message() {
  OPENSSL_cleanse(&state_, sizeof state_);
  OPENSSL_cleanse(block_.data(), block_.size());
}

void Sha256Message::add(ByteSpan bytes) {
  const std::size_t held = length_ % sha256_block_bytes;
  length_ += bytes.size();
  if (held > 0) {
    const std::size_t taken = std::min(bytes.size(), sha256_block_bytes - held);
    std::copy_n(bytes.data(), taken, block_.data() + held);
    if (held + taken < sha256_block_bytes) return;
    sha256_blocks(state_, block_.data(), 1);
    bytes = bytes.subspan(taken);
  }
  const std::size_t whole = bytes.size() / sha256_block_bytes;
  if (whole > 0) sha256_blocks(state_, bytes.data(), whole);
  std::ranges::copy(bytes.subspan(whole * sha256_block_bytes), block_.begin());
}

// FIPS 180-4, 5.1.1: a one bit, zeros, the message's length in bits as u64be, to the end of a block.
Sha256 Sha256Message::finish() {
  const std::uint64_t bits = length_ * 8;
  std::size_t held = length_ % sha256_block_bytes;
  block_[held++] = 0x80;
  if (held > sha256_block_bytes - sizeof bits) {
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(held), block_.end(), Byte{0});
    sha256_blocks(state_, block_.data(), 1);
    held = 0;
  }
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(held), block_.end() - sizeof bits, Byte{0});
  const std::uint64_t big_endian = __builtin_bswap64(bits);
  std::memcpy(block_.data() + sha256_block_bytes - sizeof bits, &big_endian, sizeof bits);
  sha256_blocks(state_, block_.data(), 1);
  return state_.digest();
}

#if defined(__x86_64__)
namespace {

#define MUNIMENT_SHA __attribute__((target("sha,sse4.1,ssse3")))

// FIPS 180-4, 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

MUNIMENT_SHA inline __m128i load(const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); }
MUNIMENT_SHA inline void store(void* at, __m128i value) { _mm_storeu_si128(static_cast<__m128i*>(at), value); }

// `Lanes` messages, a block of each at a time. Everything but the order of the statements is the standard's: four rounds a step, the four
// words that the step after the next ones needs made meanwhile.
template <std::size_t Lanes>
MUNIMENT_SHA void compress(const std::array<Sha256State*, Lanes>& states, std::array<const Byte*, Lanes> blocks, std::size_t count) {
  const __m128i to_big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef[Lanes];
  __m128i cdgh[Lanes];
  for (std::size_t i = 0; i < Lanes; ++i) {
    abef[i] = load(&states[i]->abef);
    cdgh[i] = load(&states[i]->cdgh);
  }
  for (; count > 0; --count) {
    __m128i words[4][Lanes];
    __m128i abef_before[Lanes];
    __m128i cdgh_before[Lanes];
    for (std::size_t i = 0; i < Lanes; ++i) {
      abef_before[i] = abef[i];
      cdgh_before[i] = cdgh[i];
      for (std::size_t part = 0; part < 4; ++part) words[part][i] = _mm_shuffle_epi8(load(blocks[i] + 16 * part), to_big_endian);
      blocks[i] += sha256_block_bytes;
    }
#pragma GCC unroll 16
    for (std::size_t step = 0; step < 16; ++step) {
      const auto& now = words[step % 4];
      auto& next = words[(step + 1) % 4];
      auto& last = words[(step + 3) % 4];
      const __m128i constants = load(&round_constants[4 * step]);
      __m128i sums[Lanes];
      for (std::size_t i = 0; i < Lanes; ++i) {
        sums[i] = _mm_add_epi32(now[i], constants);
        cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], sums[i]);
      }
      for (std::size_t i = 0; i < Lanes && step >= 3 && step < 15; ++i)
        next[i] = _mm_sha256msg2_epu32(_mm_add_epi32(next[i], _mm_alignr_epi8(now[i], last[i], 4)), now[i]);
      for (std::size_t i = 0; i < Lanes; ++i) abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(sums[i], 0x0e));
      for (std::size_t i = 0; i < Lanes && step >= 1 && step < 13; ++i) last[i] = _mm_sha256msg1_epu32(last[i], now[i]);
    }
    for (std::size_t i = 0; i < Lanes; ++i) {
      abef[i] = _mm_add_epi32(abef[i], abef_before[i]);
      cdgh[i] = _mm_add_epi32(cdgh[i], cdgh_before[i]);
    }
  }
  for (std::size_t i = 0; i < Lanes; ++i) {
    store(&states[i]->abef, abef[i]);
    store(&states[i]->cdgh, cdgh[i]);
  }
}

}  // namespace

bool has_sha256_instructions() {
  static const bool has = [] {
    // __builtin_cpu_supports does not know "sha" in every compiler: CPUID leaf 7, EBX bit 29; leaf 1, ECX bits 9 (SSSE3) and 19 (SSE4.1).
    unsigned a = 0, b = 0, c = 0, d = 0;
    const auto ask = [&](unsigned leaf) { __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(leaf), "c"(0u)); };
    ask(0);
    if (a < 7) return false;
    ask(1);
    const bool has_shuffles = (c >> 9 & 1) != 0 && (c >> 19 & 1) != 0;
    ask(7);
    return has_shuffles && (b >> 29 & 1) != 0;
  }();
  return has;
}

#undef MUNIMENT_SHA

#else
namespace {

template <std::size_t Lanes>
void compress(const std::array<Sha256State*, Lanes>&, std::array<const Byte*, Lanes>, std::size_t) {}

}  // namespace

bool has_sha256_instructions() { return false; }

#endif

void sha256_blocks(Sha256State& first, const Byte* first_blocks, Sha256State& second, const Byte* second_blocks, std::size_t count) {
  if (has_sha256_instructions()) return compress<2>({&first, &second}, {first_blocks, second_blocks}, count);
  sha256_blocks_by_library(first, first_blocks, count);
  sha256_blocks_by_library(second, second_blocks, count);
}

void sha256_blocks(Sha256State& state, const Byte* blocks, std::size_t count) {
  if (has_sha256_instructions()) return compress<1>({&state}, {blocks}, count);
  sha256_blocks_by_library(state, blocks, count);
}

}  // namespace muniment
