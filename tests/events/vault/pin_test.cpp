#include "events/vault/pin.h"

#include <gtest/gtest.h>

#include <set>

namespace muniment {
namespace {

class APin : public testing::Test {
 protected:
  std::string opened(const AccountKey& with, const AccountId& of, const EventId& set_by, const SealedPin& bytes) {
    const std::optional<PinDigits> found = sealer.open(with, of, set_by, bytes);
    return found ? std::string(text_of(found->bytes())) : "does not open";
  }

  IdSource ids;
  AccountKey key = AccountKey::random();
  AccountId account = ids.next_account();
  EventId event = ids.next_event();
  PinDigits digits{bytes_of("0123").first<4>()};
  PinSealer sealer;
  SealedPin sealed = sealer.seal(key, account, event, digits);
};

TEST_F(APin, OpensAsItWas) { EXPECT_EQ(opened(key, account, event, sealed), "0123"); }

TEST_F(APin, IsBoundToItsKeyAccountAndEvent) {
  EXPECT_EQ(opened(AccountKey::random(), account, event, sealed), "does not open");
  EXPECT_EQ(opened(key, ids.next_account(), event, sealed), "does not open");
  EXPECT_EQ(opened(key, account, ids.next_event(), sealed), "does not open");
}

TEST_F(APin, DoesNotOpenOnceABitIsFlipped) {
  for (std::size_t byte = 0; byte < sealed.size(); ++byte) {
    SealedPin flipped = sealed;
    flipped[byte] ^= 1;
    EXPECT_EQ(opened(key, account, event, flipped), "does not open") << "byte " << byte;
  }
}

TEST_F(APin, IsSealedAnewEachTime) {
  std::set<SealedPin> all;
  for (int i = 0; i < 1000; ++i) all.insert(sealer.seal(key, account, event, digits));
  EXPECT_EQ(all.size(), 1000U);
}

// Key 00..1f, account 16 x 0xa1, event 16 x 0xe1, nonce 12 x 0x01, PIN 0123; computed with Python's `cryptography`, not with this program.
TEST_F(APin, OpensTheGoldenBytes) {
  std::array<Byte, 32> counting;
  for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<Byte>(i);
  std::array<Byte, 16> of, set_by;
  of.fill(0xa1);
  set_by.fill(0xe1);
  SealedPin golden;
  std::ranges::copy(from_hex("01010101010101010101010133d34e5517981b007044f10d8a2b6400b62aafe0").value(), golden.begin());
  EXPECT_EQ(opened(AccountKey(counting), AccountId(of), EventId(set_by), golden), "0123");
}

}  // namespace
}  // namespace muniment
