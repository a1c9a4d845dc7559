#include "events/vault/hmac.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "events/values/assert.h"
#include "events/vault/secret.h"

namespace muniment {
namespace {

constexpr std::size_t block_size = 64;  // Of SHA-256, in bytes.

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not compute SHA-256: check that its default provider is installed and enabled");
}

}  // namespace

struct HmacSha256::Context {
  EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* running = EVP_MD_CTX_new();

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    EVP_MD_CTX_free(running);
    EVP_MD_free(sha256);
  }

  void start() { require(EVP_DigestInit_ex2(running, nullptr, nullptr) == 1); }
  void add(ByteSpan bytes) { require(EVP_DigestUpdate(running, bytes.data(), bytes.size()) == 1); }
  void finish(Byte* out) { require(EVP_DigestFinal_ex(running, out, nullptr) == 1); }
};

HmacSha256::HmacSha256() : context_(std::make_unique<Context>()) {
  require(context_->sha256 != nullptr && context_->running != nullptr);
  require(EVP_DigestInit_ex2(context_->running, context_->sha256, nullptr) == 1);
}

HmacSha256::~HmacSha256() = default;

Digest HmacSha256::mac(ByteSpan key, std::initializer_list<ByteSpan> parts) {
  std::array<Byte, block_size> pad{};
  if (key.size() > block_size) {  // RFC 2104: a longer key is hashed first.
    context_->start();
    context_->add(key);
    context_->finish(pad.data());
  } else if (!key.empty()) {
    std::memcpy(pad.data(), key.data(), key.size());
  }

  Digest digest;
  for (Byte& b : pad) b ^= 0x36;
  context_->start();
  context_->add(pad);
  for (const ByteSpan part : parts) context_->add(part);
  context_->finish(digest.data());

  for (Byte& b : pad) b ^= 0x36 ^ 0x5c;
  context_->start();
  context_->add(pad);
  context_->add(digest);
  context_->finish(digest.data());
  cleanse(pad);
  return digest;
}

void hkdf_expand(HmacSha256& hmac, ByteSpan key, ByteSpan info, std::span<Byte> out) {
  MUNIMENT_ASSERT(out.size() <= 255 * sizeof(Digest));
  Digest previous{};
  std::size_t previous_size = 0;  // T(0) is empty.
  Byte counter = 1;
  for (std::size_t done = 0; done < out.size(); ++counter) {
    previous = hmac.mac(key, {ByteSpan(previous).first(previous_size), info, ByteSpan(&counter, 1)});
    previous_size = previous.size();
    const std::size_t taken = std::min(previous.size(), out.size() - done);
    std::memcpy(out.data() + done, previous.data(), taken);
    done += taken;
  }
  cleanse(previous);
}

void hkdf(HmacSha256& hmac, ByteSpan key, ByteSpan salt, ByteSpan info, std::span<Byte> out) {
  Digest extracted = hmac.mac(salt, {key});  // HMAC pads an empty key with zeros, which is the RFC's default salt.
  hkdf_expand(hmac, extracted, info, out);
  cleanse(extracted);
}

}  // namespace muniment
