#include "test_signer.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace muniment {
namespace {

std::string number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw std::runtime_error("no such parameter of a key");
  std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(out.data()));
  BN_free(number);
  return out;
}

// From OpenSSL's form to that of JOSE: both numbers, 32 bytes each.
std::string plain_ecdsa(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string out(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), reinterpret_cast<unsigned char*>(out.data()), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), reinterpret_cast<unsigned char*>(out.data()) + 32, 32);
  ECDSA_SIG_free(signature);
  return out;
}

std::string fixed(std::string bytes, std::size_t size) { return std::string(size - bytes.size(), '\0') + bytes; }

}  // namespace

std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 63U];
  }
  if (count > 0) out += digits[bits << (6 - count) & 63U];
  return out;
}

struct TestSigner::Parts {
  JwtAlgorithm algorithm;
  std::string key_id;
  EVP_PKEY* key = nullptr;
  ~Parts() { EVP_PKEY_free(key); }
};

TestSigner::TestSigner(JwtAlgorithm algorithm, std::string key_id, unsigned rsa_bits)
    : parts_(std::make_unique<Parts>(algorithm, std::move(key_id))) {
  switch (algorithm) {
    case JwtAlgorithm::rs256:
      parts_->key = EVP_RSA_gen(rsa_bits);
      break;
    case JwtAlgorithm::es256:
      parts_->key = EVP_EC_gen("P-256");
      break;
    case JwtAlgorithm::eddsa:
      parts_->key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
  }
  if (parts_->key == nullptr) throw std::runtime_error("cannot make a key");
}

TestSigner::~TestSigner() = default;

std::string TestSigner::jwk(const std::string& more) const {
  std::string out = fmt::format(R"({{"kid":"{}",)", parts_->key_id);
  switch (parts_->algorithm) {
    case JwtAlgorithm::rs256:
      out += fmt::format(R"("kty":"RSA","n":"{}","e":"{}")", base64url(number_of(parts_->key, OSSL_PKEY_PARAM_RSA_N)),
                         base64url(number_of(parts_->key, OSSL_PKEY_PARAM_RSA_E)));
      break;
    case JwtAlgorithm::es256:
      out += fmt::format(R"("kty":"EC","crv":"P-256","x":"{}","y":"{}")",
                         base64url(fixed(number_of(parts_->key, OSSL_PKEY_PARAM_EC_PUB_X), 32)),
                         base64url(fixed(number_of(parts_->key, OSSL_PKEY_PARAM_EC_PUB_Y), 32)));
      break;
    case JwtAlgorithm::eddsa: {
      std::array<unsigned char, 32> bytes{};
      std::size_t size = bytes.size();
      EVP_PKEY_get_raw_public_key(parts_->key, bytes.data(), &size);
      out += fmt::format(R"("kty":"OKP","crv":"Ed25519","x":"{}")", base64url({reinterpret_cast<char*>(bytes.data()), size}));
      break;
    }
  }
  return out + more + "}";
}

std::string TestSigner::public_pem() const {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, parts_->key);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

std::string TestSigner::header() const {
  return fmt::format(R"({{"alg":"{}","kid":"{}","typ":"JWT"}})", name_of(parts_->algorithm), parts_->key_id);
}

std::string TestSigner::sign(const std::string& header, const std::string& claims) const {
  const std::string text = base64url(header) + "." + base64url(claims);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const EVP_MD* digest = parts_->algorithm == JwtAlgorithm::eddsa ? nullptr : EVP_sha256();
  EVP_DigestSignInit(context, nullptr, digest, nullptr, parts_->key);
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  const int is_done = EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  if (is_done != 1) throw std::runtime_error("cannot sign");
  signature.resize(size);
  if (parts_->algorithm == JwtAlgorithm::es256) signature = plain_ecdsa(signature);
  return text + "." + base64url(signature);
}

std::string sign_hs256(const std::string& secret, const std::string& header, const std::string& claims) {
  const std::string text = base64url(header) + "." + base64url(claims);
  std::array<unsigned char, 32> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       out.data(), &size);
  return text + "." + base64url({reinterpret_cast<char*>(out.data()), size});
}

}  // namespace muniment
