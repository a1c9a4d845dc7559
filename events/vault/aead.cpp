#include "events/vault/aead.h"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace muniment {
namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not run AES-256-GCM: check that its default provider is installed and enabled");
}

}  // namespace

struct Aes256Gcm::Contexts {
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  EVP_CIPHER_CTX* encrypting = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX* decrypting = EVP_CIPHER_CTX_new();

  Contexts() = default;
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;
  ~Contexts() {
    EVP_CIPHER_CTX_free(decrypting);
    EVP_CIPHER_CTX_free(encrypting);
    EVP_CIPHER_free(cipher);
  }
};

Aes256Gcm::Aes256Gcm() : contexts_(std::make_unique<Contexts>()) {
  require(contexts_->cipher != nullptr && contexts_->encrypting != nullptr && contexts_->decrypting != nullptr);
  // A null cipher in the later calls means this one, which saves its set-up; key and nonce are given anew at every call.
  require(EVP_EncryptInit_ex2(contexts_->encrypting, contexts_->cipher, nullptr, nullptr, nullptr) == 1);
  require(EVP_DecryptInit_ex2(contexts_->decrypting, contexts_->cipher, nullptr, nullptr, nullptr) == 1);
}

Aes256Gcm::~Aes256Gcm() = default;

void Aes256Gcm::set_key(Key key) {
  require(EVP_EncryptInit_ex2(contexts_->encrypting, nullptr, key.data(), nullptr, nullptr) == 1);
  require(EVP_DecryptInit_ex2(contexts_->decrypting, nullptr, key.data(), nullptr, nullptr) == 1);
}

void Aes256Gcm::encrypt(Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<Byte, tag_size> tag) {
  EVP_CIPHER_CTX* context = contexts_->encrypting;
  int written = 0;
  require(EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
  require(EVP_EncryptUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1);
  require(EVP_EncryptUpdate(context, text.data(), &written, text.data(), static_cast<int>(text.size())) == 1);
  require(EVP_EncryptFinal_ex(context, text.data() + text.size(), &written) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()) == 1);
}

bool Aes256Gcm::decrypt(Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<const Byte, tag_size> tag) {
  EVP_CIPHER_CTX* context = contexts_->decrypting;
  std::array<Byte, tag_size> expected;  // The control call takes a pointer that is not const.
  std::ranges::copy(tag, expected.begin());
  int written = 0;
  require(EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, expected.data()) == 1);
  require(EVP_DecryptUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1);
  require(EVP_DecryptUpdate(context, text.data(), &written, text.data(), static_cast<int>(text.size())) == 1);
  if (EVP_DecryptFinal_ex(context, text.data() + text.size(), &written) == 1) return true;
  std::ranges::fill(text, Byte{0});
  return false;
}

void Aes256Gcm::encrypt(Key key, Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<Byte, tag_size> tag) {
  require(EVP_EncryptInit_ex2(contexts_->encrypting, nullptr, key.data(), nullptr, nullptr) == 1);
  encrypt(nonce, aad, text, tag);
}

bool Aes256Gcm::decrypt(Key key, Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<const Byte, tag_size> tag) {
  require(EVP_DecryptInit_ex2(contexts_->decrypting, nullptr, key.data(), nullptr, nullptr) == 1);
  return decrypt(nonce, aad, text, tag);
}

}  // namespace muniment
