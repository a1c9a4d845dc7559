#include "events/values/sha256.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace muniment {
namespace {

std::string hex_of(std::string_view text) { return to_hex(sha256({bytes_of(text)})); }

// FIPS 180-4's examples, as NIST publishes them.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, TakesItsPartsOneBehindTheOther) {
  const Sha256 in_parts = sha256({bytes_of("a"), ByteSpan{}, bytes_of("bc")});
  const Sha256 in_another_order = sha256({bytes_of("bc"), bytes_of("a")});
  EXPECT_EQ(to_hex(in_parts), hex_of("abc"));
  EXPECT_NE(to_hex(in_another_order), hex_of("abc"));
}

TEST(Sha256, IsThatOfEvpForEveryLengthAroundABlocksEnd) {
  const std::string text(300, 'x');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Sha256 expected;
    ASSERT_EQ(EVP_Digest(text.data(), size, expected.data(), nullptr, EVP_sha256(), nullptr), 1);
    ASSERT_EQ(hex_of(std::string_view{text}.substr(0, size)), to_hex(expected)) << size;
  }
}

}  // namespace
}  // namespace muniment
