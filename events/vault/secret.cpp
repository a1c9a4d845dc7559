#include "events/vault/secret.h"

#include <openssl/crypto.h>

namespace muniment {

void cleanse(std::span<Byte> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

bool equal_in_constant_time(ByteSpan a, ByteSpan b) {
  if (a.size() != b.size()) return false;
  return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace muniment
