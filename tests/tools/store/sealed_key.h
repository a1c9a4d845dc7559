// A log's key put under a passphrase, as `openssl pkcs8 -topk8` does it.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "tools/store/durable_file.h"

namespace muniment::test {

inline void put_under_passphrase(const std::filesystem::path& file, const std::string& passphrase) {
  using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
  const std::string pem = read_whole_file(file);
  const Bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr),
                                                                &EVP_PKEY_free};
  const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
  if (PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), passphrase.data(), static_cast<int>(passphrase.size()),
                                    nullptr, nullptr) != 1)
    throw std::runtime_error("OpenSSL does not seal the key");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  replace_file(file, {bytes, static_cast<std::size_t>(size)}, 0600);
}

}  // namespace muniment::test
