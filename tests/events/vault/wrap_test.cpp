#include "events/vault/wrap.h"

#include <gtest/gtest.h>

#include <set>

namespace muniment {
namespace {

using TestKey = Secret<struct TestKeyKind>;

EpochKey epoch(Byte first) {
  std::array<Byte, 32> secret;
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<Byte>(first + i);
  return {.id = {first, 1, 2, 3, 4, 5, 6, 7}, .secret = decltype(EpochKey::secret)(secret)};
}

std::string hex_of(const std::optional<TestKey>& key) { return key ? to_hex(key->bytes()) : "none"; }

TEST(Wrap, UnwrapsWhatItWrapped) {
  KeyWrapper wrapper(epoch(0x10));
  const TestKey key = TestKey::random();
  const Wrapped wrapped = wrapper.wrap(key, bytes_of("purpose"));
  EXPECT_EQ(hex_of(wrapper.unwrap<TestKeyKind>(wrapped, bytes_of("purpose"))), to_hex(key.bytes()));
  EXPECT_EQ(epoch_of(wrapped), epoch(0x10).id);
}

// Epoch 10 01..07 with key 10..2f, nonce 40..4b, key 60..7f, purpose "purpose"; computed apart from this program.
TEST(Wrap, UnwrapsTheGoldenBytes) {
  const Bytes golden = *from_hex(
      "1001020304050607"
      "404142434445464748494a4b"
      "659d88e672c22cf1ada8a86301f6d9bf3e8111a6476364ff8dda23d6244f2bbc"
      "3b4077c18785bb5da49488d04d701baf");
  KeyWrapper wrapper(epoch(0x10));
  EXPECT_EQ(hex_of(wrapper.unwrap<TestKeyKind>(ByteSpan(golden).first<wrapped_size>(), bytes_of("purpose"))),
            "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f");
}

TEST(Wrap, FindsEveryFlippedBit) {
  KeyWrapper wrapper(epoch(0x10));
  const Wrapped intact = wrapper.wrap(TestKey::random(), bytes_of("purpose"));
  for (std::size_t bit = 0; bit < intact.size() * 8; ++bit) {
    Wrapped damaged = intact;
    damaged[bit / 8] = static_cast<Byte>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(wrapper.unwrap<TestKeyKind>(damaged, bytes_of("purpose"))) << "bit " << bit;
  }
  EXPECT_TRUE(wrapper.unwrap<TestKeyKind>(intact, bytes_of("purpose")));
}

TEST(Wrap, DoesNotOpenForAnotherPurpose) {
  KeyWrapper wrapper(epoch(0x10));
  const Wrapped wrapped = wrapper.wrap(TestKey::random(), bytes_of("account A"));
  EXPECT_FALSE(wrapper.unwrap<TestKeyKind>(wrapped, bytes_of("account B")));
  EXPECT_FALSE(wrapper.unwrap<TestKeyKind>(wrapped, {}));
  EXPECT_TRUE(wrapper.unwrap<TestKeyKind>(wrapped, bytes_of("account A")));
}

TEST(Wrap, DoesNotOpenUnderAnotherEpoch) {
  const Wrapped wrapped = KeyWrapper(epoch(0x10)).wrap(TestKey::random(), bytes_of("purpose"));
  EXPECT_FALSE(KeyWrapper(epoch(0x11)).unwrap<TestKeyKind>(wrapped, bytes_of("purpose")));
  // Nor under another key that carries the right name.
  EpochKey impostor = epoch(0x11);
  impostor.id = epoch(0x10).id;
  EXPECT_FALSE(KeyWrapper(impostor).unwrap<TestKeyKind>(wrapped, bytes_of("purpose")));
}

TEST(Wrap, DrawsANonceEachTime) {
  KeyWrapper wrapper(epoch(0x10));
  const TestKey key = TestKey::random();
  std::set<Wrapped> seen;
  for (int i = 0; i < 100; ++i) seen.insert(wrapper.wrap(key, bytes_of("purpose")));
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace muniment
