#include "events/values/sha256_blocks.h"

#include <gtest/gtest.h>

#include <numeric>

namespace muniment {
namespace {

Bytes counting(std::size_t length) {
  Bytes bytes(length);
  std::iota(bytes.begin(), bytes.end(), Byte{7});
  return bytes;
}

TEST(Sha256Blocks, AreTheSameByTheProcessorAndByTheLibrary) {
  const Bytes first = counting(5 * sha256_block_bytes);
  const Bytes second(5 * sha256_block_bytes, 0xa5);
  Sha256State a = Sha256State::initial();
  Sha256State b = a;
  Sha256State alone = a;
  Sha256State first_by_library = a;
  Sha256State second_by_library = a;
  for (const std::size_t count : {1u, 3u, 0u, 5u}) {
    sha256_blocks(a, first.data(), b, second.data(), count);
    sha256_blocks(alone, first.data(), count);
    sha256_blocks_by_library(first_by_library, first.data(), count);
    sha256_blocks_by_library(second_by_library, second.data(), count);
    EXPECT_EQ(to_hex(a.digest()), to_hex(first_by_library.digest()));
    EXPECT_EQ(to_hex(alone.digest()), to_hex(first_by_library.digest()));
    EXPECT_EQ(to_hex(b.digest()), to_hex(second_by_library.digest()));
  }
}

TEST(Sha256Message, HasTheDigestOfAllOfItHoweverItComes) {
  const Bytes bytes = counting(200);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const ByteSpan message = ByteSpan(bytes).first(size);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      Sha256Message parts(Sha256State::initial(), 0);
      parts.add(message.first(cut));
      parts.add(message.subspan(cut));
      ASSERT_EQ(to_hex(parts.finish()), to_hex(sha256({message}))) << size << " cut at " << cut;
    }
  }
}

TEST(Sha256Message, GoesOnBehindBlocksThatWereHashed) {
  const Bytes bytes = counting(150);
  Sha256State state = Sha256State::initial();
  sha256_blocks(state, bytes.data(), 2);
  Sha256Message rest(state, 2);
  rest.add(ByteSpan(bytes).subspan(2 * sha256_block_bytes));
  EXPECT_EQ(to_hex(rest.finish()), to_hex(sha256({bytes})));
}

}  // namespace
}  // namespace muniment
