#include "events/values/sha256.h"

// By its own functions, which need no context: of something short EVP takes half as long again. Deprecated since OpenSSL 3.0 in favour of
// EVP; the values are the same, and a test compares the two.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <stdexcept>

namespace muniment {

Sha256 sha256(std::initializer_list<ByteSpan> parts) {
  SHA256_CTX state;
  bool is_done = SHA256_Init(&state) == 1;
  for (const ByteSpan part : parts) is_done = is_done && SHA256_Update(&state, part.data(), part.size()) == 1;
  Sha256 digest;
  if (!is_done || SHA256_Final(digest.data(), &state) != 1) {
    throw std::runtime_error("OpenSSL gives no SHA-256: check its configuration and its providers");
  }
  return digest;
}

}  // namespace muniment
