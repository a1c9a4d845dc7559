#include "events/proof/ed25519.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace muniment {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

[[noreturn]] void fail() { throw std::runtime_error("OpenSSL gives no Ed25519: check its configuration and its providers"); }

Context new_context() {
  Context context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  if (!context) fail();
  return context;
}

Key private_key(PrivateSeed seed) {
  Key key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), &EVP_PKEY_free};
  if (!key) fail();
  return key;
}

}  // namespace

bool verify_ed25519(const PublicKey& key, ByteSpan message, ByteSpan signature) {
  if (signature.size() != std::tuple_size_v<Signature>) return false;
  const Key pkey{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()), &EVP_PKEY_free};
  const Context context = new_context();
  if (!pkey || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) != 1) fail();
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

PublicKey public_key_of(PrivateSeed seed) {
  const Key key = private_key(seed);
  PublicKey out;
  std::size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1 || size != out.size()) fail();
  return out;
}

Signature sign_ed25519(PrivateSeed seed, ByteSpan message) {
  const Key key = private_key(seed);
  const Context context = new_context();
  Signature out;
  std::size_t size = out.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) != 1 || size != out.size())
    fail();
  return out;
}

}  // namespace muniment
