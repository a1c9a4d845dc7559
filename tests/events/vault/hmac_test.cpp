#include "events/vault/hmac.h"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "events/values/id.h"

namespace muniment {
namespace {

Bytes hex(std::string_view digits) { return *from_hex(digits); }
Bytes repeated(Byte byte, std::size_t count) { return Bytes(count, byte); }
Bytes counting(Byte first, Byte last) {
  Bytes bytes;
  for (int b = first; b <= last; ++b) bytes.push_back(static_cast<Byte>(b));
  return bytes;
}

struct HmacVector {
  const char* name;
  Bytes key;
  Bytes data;
  const char* digest;
};

// RFC 4231, section 4, the column HMAC-SHA-256.
const HmacVector rfc_4231[] = {
    {"1", repeated(0x0b, 20), hex("4869205468657265"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"2", hex("4a656665"), hex("7768617420646f2079612077616e7420666f72206e6f7468696e673f"),
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"3", repeated(0xaa, 20), repeated(0xdd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"4", counting(0x01, 0x19), repeated(0xcd, 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {"6, a key longer than a block", repeated(0xaa, 131),
     hex("54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374"),
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
};

TEST(Hmac, MatchesTheVectorsOfRfc4231) {
  for (const HmacVector& vector : rfc_4231) {
    EXPECT_EQ(to_hex(HmacKey(vector.key).mac({vector.data})), vector.digest) << "case " << vector.name;
  }
}

TEST(Hmac, TakesItsMessageInParts) {
  const HmacVector& vector = rfc_4231[2];
  const ByteSpan data = vector.data;
  EXPECT_EQ(to_hex(HmacKey(vector.key).mac({data.first(7), {}, data.subspan(7)})), vector.digest);
}

TEST(Hmac, AgreesWithOpenSslAtEveryKeyLength) {
  Bytes key(150);
  Bytes data(77);
  fill_random(key);
  fill_random(data);
  for (std::size_t length = 0; length <= key.size(); ++length) {
    Digest expected;
    ASSERT_NE(HMAC(EVP_sha256(), key.data(), static_cast<int>(length), data.data(), data.size(), expected.data(), nullptr), nullptr);
    EXPECT_EQ(HmacKey(ByteSpan(key).first(length)).mac({data}), expected) << "key of " << length << " bytes";
  }
}

// OpenSSL's own contexts take an absent key to mean the one of the call before.
TEST(Hmac, DoesNotReuseTheLastKeyWhenGivenNone) {
  const Bytes data = hex("4869205468657265");
  const Digest empty = HmacKey(ByteSpan{}).mac({data});
  const Digest keyed = HmacKey(repeated(0x0b, 20)).mac({data});
  EXPECT_NE(keyed, empty);
  EXPECT_EQ(HmacKey(ByteSpan{}).mac({data}), empty);
}

struct HkdfVector {
  const char* name;
  Bytes key, salt, info;
  const char* out;
};

// RFC 5869, appendix A, the cases of SHA-256.
const HkdfVector rfc_5869[] = {
    {"A.1", repeated(0x0b, 22), counting(0x00, 0x0c), counting(0xf0, 0xf9),
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"A.2", counting(0x00, 0x4f), counting(0x60, 0xaf), counting(0xb0, 0xff),
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
     "cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"A.3, no salt and no info",
     repeated(0x0b, 22),
     {},
     {},
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

TEST(Hkdf, MatchesTheVectorsOfRfc5869) {
  for (const HkdfVector& vector : rfc_5869) {
    Bytes out(std::string_view(vector.out).size() / 2);
    hkdf(vector.key, vector.salt, vector.info, out);
    EXPECT_EQ(to_hex(out), vector.out) << "case " << vector.name;
  }
}

TEST(Hkdf, ExpandsFromTheExtractedKeyOfRfc5869) {
  Bytes out(42);
  hkdf_expand(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"), counting(0xf0, 0xf9), out);
  EXPECT_EQ(to_hex(out), rfc_5869[0].out);
}

TEST(Hkdf, ReadsNoSaltAsZeros) {
  Bytes without(42), zeros(42);
  hkdf(repeated(0x0b, 22), {}, {}, without);
  hkdf(repeated(0x0b, 22), repeated(0, 32), {}, zeros);
  EXPECT_EQ(without, zeros);
}

TEST(HkdfDeath, StopsWhenAskedForMoreThanItCanGive) {
  Bytes out(255 * 32 + 1);
  EXPECT_DEATH(hkdf_expand(repeated(1, 32), {}, out), "broken invariant");
}

}  // namespace
}  // namespace muniment
