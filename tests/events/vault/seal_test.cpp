#include "events/vault/seal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/events/vault/gcm_collision.h"

namespace muniment {
namespace {

template <std::size_t Size>
std::array<Byte, Size> counting_from(Byte first) {
  std::array<Byte, Size> bytes;
  for (std::size_t i = 0; i < Size; ++i) bytes[i] = static_cast<Byte>(first + i);
  return bytes;
}

const AccountKey key(counting_from<32>(0x00));
const AccountKey other_key(counting_from<32>(0x80));
const AccountId account(counting_from<16>(0xa0));
const AccountId other_account(counting_from<16>(0xb0));
const EventId event(counting_from<16>(0xe0));
const EventId other_event(counting_from<16>(0xd0));

std::string outcome(const std::expected<Bytes, OpenFailure>& opened) {
  return opened ? "opened: " + std::string(text_of(*opened)) : name_of(opened.error());
}

TEST(Seal, OpensWhatItSealed) {
  Sealer sealer;
  for (const std::size_t size : {0U, 1U, 61U, 62U, 63U, 126U, 127U, 1000U, 4096U}) {
    Bytes plaintext(size);
    if (size > 0) fill_random(plaintext);
    const auto opened = sealer.open(key, account, event, sealer.seal(key, account, event, plaintext));
    ASSERT_TRUE(opened) << size << " bytes: " << name_of(opened.error());
    EXPECT_EQ(*opened, plaintext) << size << " bytes";
  }
}

TEST(Seal, OpensInAnotherSealer) {
  EXPECT_EQ(outcome(Sealer().open(key, account, event, Sealer().seal(key, account, event, bytes_of("Ada")))), "opened: Ada");
}

// Key 00..1f, account a0..af, event e0..ef, salt 50..6f. Made with Python's `cryptography`, not with this program.
struct Golden {
  std::string plaintext;
  const char* sealed;
};
const Golden golden[] = {
    {"Ada Lovelace",
     "01a0a1a2a3a4a5a6a7a8a9aaabacadaeaf505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f84654640fe796ff7daa99aa80b45c1"
     "3fa6cedea3d2c65edeafaa8ee681e54da48babae75a09696f42a4063139485fd7d99e2dcd2cd0ffc427ef9aade73a9c6427ece1818441b9995323429b0cf29c9"
     "3acc195c194cf654acc75ec71bceeb70c5ba20eb1b42ca397cb0ab470d432ce96e"},
    {"",
     "01a0a1a2a3a4a5a6a7a8a9aaabacadaeaf505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f84654640fe796ff7daa99aa80b45c1"
     "3fa6cedea3d2c65edeafaa8ee681e54da48ba7ef11c1b6da9b5c250f72f7e0fd7d99e2dcd2cd0ffc427ef9aade73a9c6427ece1818441b9995323429b0cf29c9"
     "3acc195c194cf654acc75ec71bceeb70c501ebfebd819d6f24dc33a5832c289a01"},
    {std::string(text_of(counting_from<100>(0))),
     "01a0a1a2a3a4a5a6a7a8a9aaabacadaeaf505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f84654640fe796ff7daa99aa80b45c1"
     "3fa6cedea3d2c65edeafaa8ee681e54da48bc3ef10c3b5de9e5a22077bfdebf17097edccc3df1ce85768eeb2c769b2da5f60d138396638bdb014130199e502e5"
     "17e2366c287ec56099f169ff22f4d04cf87f0997f48f8e8f0226f845b8d1b0d4dacb55e88f96c4506fb20d6a89fa5c6284f79e1332ed2d2f6cf7be5191397068"
     "6545a8d946fc405ffc8728531cf998161773430e632f833af622fd7bb6a02cdc6f"},
};

TEST(Seal, MakesTheGoldenBytes) {
  Sealer sealer;
  for (const Golden& one : golden) {
    Bytes sealed;
    sealer.seal_with_salt(key, account, event, bytes_of(one.plaintext), counting_from<32>(0x50), sealed);
    EXPECT_EQ(to_hex(sealed), one.sealed);
  }
}

TEST(Seal, OpensTheGoldenBytes) {
  Sealer sealer;
  for (const Golden& one : golden) EXPECT_EQ(outcome(sealer.open(key, account, event, *from_hex(one.sealed))), "opened: " + one.plaintext);
}

TEST(Seal, AppendsToWhatIsThere) {
  Sealer sealer;
  Bytes out = {1, 2, 3};
  sealer.seal(key, account, event, bytes_of("Ada"), out);
  EXPECT_EQ(out.size(), 3 + Sealer::sealed_size(3));
  EXPECT_EQ(Bytes(out.begin(), out.begin() + 3), (Bytes{1, 2, 3}));
  EXPECT_EQ(outcome(sealer.open(key, account, event, ByteSpan(out).subspan(3))), "opened: Ada");
}

// The length tells no more of a name than which multiple of 64 it is below.
TEST(Seal, PadsToMultiplesOf64) {
  Sealer sealer;
  const auto size = [&](std::size_t plaintext) { return sealer.seal(key, account, event, Bytes(plaintext, 'x')).size(); };
  constexpr std::size_t around = 1 + 16 + 32 + 32 + 16;
  EXPECT_EQ(size(0), around + 64);
  EXPECT_EQ(size(62), around + 64);
  EXPECT_EQ(size(63), around + 128);
  EXPECT_EQ(size(126), around + 128);
  EXPECT_EQ(size(127), around + 192);
  EXPECT_EQ(size(4096), around + 4160);
  EXPECT_EQ(size(127), Sealer::sealed_size(127));
}

TEST(Seal, DrawsASaltEachTime) {
  Sealer sealer;
  std::set<Bytes> salts;
  for (int i = 0; i < 1000; ++i) {  // More than one draw of random bytes serves.
    const Bytes sealed = sealer.seal(key, account, event, bytes_of("Ada"));
    salts.emplace(sealed.begin() + 17, sealed.begin() + 49);
  }
  EXPECT_EQ(salts.size(), 1000U);
}

OpenFailure failure_at(std::size_t byte, std::size_t size) {
  if (byte < 1) return OpenFailure::algorithm_unknown;
  if (byte < 17) return OpenFailure::other_account;
  if (byte < 81) return OpenFailure::commitment_mismatch;  // The salt gives other keys, and so another commitment.
  return byte < size ? OpenFailure::tag_mismatch : OpenFailure::malformed;
}

TEST(Seal, FindsEveryFlippedBit) {
  Sealer sealer;
  const Bytes intact = sealer.seal(key, account, event, bytes_of("Ada Lovelace"));
  for (std::size_t bit = 0; bit < intact.size() * 8; ++bit) {
    Bytes damaged = intact;
    damaged[bit / 8] = static_cast<Byte>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto opened = sealer.open(key, account, event, damaged);
    ASSERT_FALSE(opened) << "bit " << bit;
    EXPECT_EQ(opened.error(), failure_at(bit / 8, intact.size())) << "bit " << bit << ": " << name_of(opened.error());
  }
  EXPECT_EQ(outcome(sealer.open(key, account, event, intact)), "opened: Ada Lovelace");
}

TEST(Seal, FindsEveryTruncation) {
  Sealer sealer;
  const Bytes intact = sealer.seal(key, account, event, Bytes(100, 'x'));
  for (std::size_t size = 0; size < intact.size(); ++size) {
    EXPECT_FALSE(sealer.open(key, account, event, ByteSpan(intact).first(size))) << size << " bytes";
  }
  // Short by a whole unit of padding, which the length alone does not show.
  EXPECT_EQ(outcome(sealer.open(key, account, event, ByteSpan(intact).first(intact.size() - 64))), "tag_mismatch");
  Bytes longer = intact;
  longer.push_back(0);
  EXPECT_EQ(outcome(sealer.open(key, account, event, longer)), "malformed");
}

TEST(Seal, OpensForItsOwnAccountEventAndKeyAlone) {
  Sealer sealer;
  const Bytes sealed = sealer.seal(key, account, event, bytes_of("Ada"));
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed)), "opened: Ada");
  EXPECT_EQ(outcome(sealer.open(key, other_account, event, sealed)), "other_account");
  EXPECT_EQ(outcome(sealer.open(key, account, other_event, sealed)), "commitment_mismatch");
  EXPECT_EQ(outcome(sealer.open(other_key, account, event, sealed)), "commitment_mismatch");
}

// The key id in the clear may be rewritten by whoever has the file; the account it names is part of what is bound.
TEST(Seal, DoesNotOpenForAnAccountWrittenOverItsOwn) {
  Sealer sealer;
  Bytes sealed = sealer.seal(key, account, event, bytes_of("Ada"));
  std::ranges::copy(other_account.bytes(), sealed.begin() + 1);
  EXPECT_EQ(outcome(sealer.open(key, other_account, event, sealed)), "commitment_mismatch");
}

// GCM with chosen bytes, as the format says, but with a plaintext that breaks it.
Bytes sealed_by_hand(ByteSpan padded, std::span<const Byte, 32> salt) {
  Bytes bound = {1};
  bound.insert(bound.end(), account.bytes().begin(), account.bytes().end());
  Bytes sealed = bound;
  bound.insert(bound.end(), event.bytes().begin(), event.bytes().end());
  Bytes info(bytes_of("muniment/seal/1").begin(), bytes_of("muniment/seal/1").end());
  info.insert(info.end(), bound.begin(), bound.end());
  std::array<Byte, 64> keys;
  hkdf(key.bytes(), salt, info, keys);
  sealed.insert(sealed.end(), salt.begin(), salt.end());
  sealed.insert(sealed.end(), keys.begin() + 32, keys.end());
  Bytes text(padded.begin(), padded.end());
  std::array<Byte, 16> tag;
  Aes256Gcm().encrypt(std::span<const Byte, 64>(keys).first<32>(), std::array<Byte, 12>{}, bound, text, tag);
  sealed.insert(sealed.end(), text.begin(), text.end());
  sealed.insert(sealed.end(), tag.begin(), tag.end());
  return sealed;
}

TEST(Seal, ChecksThePadding) {
  Sealer sealer;
  const auto salt = counting_from<32>(0x50);
  Bytes padded(64, 0);
  padded[1] = 3;
  std::ranges::copy(bytes_of("Ada"), padded.begin() + 2);
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed_by_hand(padded, salt))), "opened: Ada");

  Bytes dirty = padded;
  dirty.back() = 1;
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed_by_hand(dirty, salt))), "padding_invalid");
  Bytes too_long = padded;
  too_long[1] = 63;
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed_by_hand(too_long, salt))), "padding_invalid");
  too_long[0] = 0xff;
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed_by_hand(too_long, salt))), "padding_invalid");
  Bytes two_units(128, 0);  // More padding than is needed would give one plaintext two forms.
  two_units[1] = 3;
  EXPECT_EQ(outcome(sealer.open(key, account, event, sealed_by_hand(two_units, salt))), "padding_invalid");
}

TEST(Seal, RefusesASaltOfZeros) {
  Bytes padded(64, 0);
  EXPECT_EQ(outcome(Sealer().open(key, account, event, sealed_by_hand(padded, std::array<Byte, 32>{}))), "malformed");
  EXPECT_EQ(outcome(Sealer().open(key, account, event, sealed_by_hand(padded, counting_from<32>(1)))), "opened: ");
}

TEST(SealDeath, StopsRatherThanSealWithoutASalt) {
  Bytes out;
  EXPECT_DEATH(Sealer().seal_with_salt(key, account, event, {}, std::array<Byte, 32>{}, out), "broken invariant");
}

TEST(SealDeath, StopsAtAPlaintextThatIsTooLong) {
  EXPECT_DEATH(Sealer().seal(key, account, event, Bytes(Sealer::plaintext_max + 1)), "broken invariant");
}

// The attack: one ciphertext and one tag that are right under the keys of two sealings, with two plaintexts of 62 bytes. All that keeps
// the seal from opening under both is the commitment, which can be that of one key only.
TEST(Seal, OpensUnderOneKeyWhereGcmAloneOpensUnderTwo) {
  // Found by search: with this salt both key streams begin with the same two bytes, so that one length is right under both.
  std::array<Byte, 32> salt{};
  salt[29] = 0x01;
  salt[30] = 0x98;
  salt[31] = 0x8a;
  Bytes bound = {1};
  bound.insert(bound.end(), account.bytes().begin(), account.bytes().end());
  bound.insert(bound.end(), event.bytes().begin(), event.bytes().end());
  Bytes info(bytes_of("muniment/seal/1").begin(), bytes_of("muniment/seal/1").end());
  info.insert(info.end(), bound.begin(), bound.end());
  std::array<Byte, 64> derived, other_derived;
  hkdf(key.bytes(), salt, info, derived);
  hkdf(other_key.bytes(), salt, info, other_derived);
  const auto encrypting = std::span<const Byte, 64>(derived).first<32>();
  const auto other_encrypting = std::span<const Byte, 64>(other_derived).first<32>();

  Bytes text(64, 'A');
  text[0] = 0;
  text[1] = 62;
  std::array<Byte, 16> unused_tag;
  Aes256Gcm cipher;
  cipher.encrypt(encrypting, std::array<Byte, 12>{}, bound, text, unused_tag);
  const Collision collision = collide(encrypting, other_encrypting, bound, text);

  // Control: GCM by itself accepts it under both.
  Bytes under_one = collision.ciphertext, under_other = collision.ciphertext;
  ASSERT_TRUE(cipher.decrypt(encrypting, std::array<Byte, 12>{}, bound, under_one, collision.tag));
  ASSERT_TRUE(cipher.decrypt(other_encrypting, std::array<Byte, 12>{}, bound, under_other, collision.tag));
  ASSERT_NE(under_one, under_other);

  const auto sealed_with = [&](ByteSpan commitment) {
    Bytes sealed(bound.begin(), bound.begin() + 17);
    sealed.insert(sealed.end(), salt.begin(), salt.end());
    sealed.insert(sealed.end(), commitment.begin(), commitment.end());
    sealed.insert(sealed.end(), collision.ciphertext.begin(), collision.ciphertext.end());
    sealed.insert(sealed.end(), collision.tag.begin(), collision.tag.end());
    return sealed;
  };
  Sealer sealer;
  const Bytes committed = sealed_with(ByteSpan(derived).last(32));
  const Bytes other_committed = sealed_with(ByteSpan(other_derived).last(32));
  EXPECT_EQ(outcome(sealer.open(key, account, event, committed)), "opened: " + std::string(text_of(under_one).substr(2)));
  EXPECT_EQ(outcome(sealer.open(other_key, account, event, committed)), "commitment_mismatch");
  // Control: the ciphertext is as good under the other key, had it been committed to.
  EXPECT_EQ(outcome(sealer.open(other_key, account, event, other_committed)), "opened: " + std::string(text_of(under_other).substr(2)));
  EXPECT_EQ(outcome(sealer.open(key, account, event, other_committed)), "commitment_mismatch");
}

}  // namespace
}  // namespace muniment
