#include "tools/store/log_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <system_error>

#include "events/vault/secret.h"
#include "tools/store/durable_file.h"
#include "tools/store/key_file.h"
#include "tools/store/pkcs11_key.h"

namespace muniment {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Seed = Secret<struct LogSeedKind>;

class FileSigner final : public NoteSigner {
 public:
  FileSigner(VerifierKey key, const Seed& seed) : key_(std::move(key)), seed_(seed) {}
  const VerifierKey& key() const override { return key_; }
  Signature sign(ByteSpan message) override { return sign_ed25519(seed_.bytes(), message); }

 private:
  VerifierKey key_;
  Seed seed_;
};

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
  throw LogKeyError(fmt::format("the signing key {}: {}", file.string(), what));
}

std::string pem_of(const Seed& seed) {
  const PrivateKey key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes().data(), Seed::size), &EVP_PKEY_free};
  const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
  if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot write an Ed25519 key: check its configuration and its providers");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

int give_passphrase(char* out, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(text, out);
  return static_cast<int>(text.size());
}

std::string read_text(const std::filesystem::path& file) {
  try {
    return read_whole_file(file);
  } catch (const std::system_error& error) {
    fail(file, fmt::format("{}; mount or restore the file, or name the right one", error.code().message()));
  }
}

std::string line_one_of(const std::string& text) { return text.substr(0, text.find_first_of("\r\n")); }

// Overwrites the text.
Seed read_seed(const std::filesystem::path& file, std::string& pem, const std::string& passphrase) {
  if (const auto why = why_not_private(file)) fail(file, *why);
  const Bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
  std::string given = passphrase;
  const PrivateKey read{PEM_read_bio_PrivateKey(in.get(), nullptr, &give_passphrase, &given), &EVP_PKEY_free};
  const bool is_sealed = pem.find("ENCRYPTED PRIVATE KEY") != std::string::npos;
  cleanse({reinterpret_cast<Byte*>(pem.data()), pem.size()});
  cleanse({reinterpret_cast<Byte*>(given.data()), given.size()});
  std::array<Byte, Seed::size> bytes{};
  std::size_t size = bytes.size();
  if (!read && is_sealed) fail(file, "the passphrase does not open it: MUNIMENT_KEY_PASSPHRASE in the environment");
  if (!read || EVP_PKEY_get_raw_private_key(read.get(), bytes.data(), &size) != 1 || size != bytes.size())
    fail(file, "no Ed25519 key in PEM; restore it from the copy that you keep apart");
  const Seed seed(bytes);
  cleanse(bytes);
  return seed;
}

}  // namespace

VerifierKey create_log_key(const std::filesystem::path& file, const std::string& origin, SignatureType type) {
  if (std::filesystem::exists(file)) fail(file, "exists already; name another file");
  const Seed seed = Seed::random();
  std::string pem = pem_of(seed);
  replace_file(file, pem, 0600);
  cleanse({reinterpret_cast<Byte*>(pem.data()), pem.size()});
  return {.name = origin, .type = type, .key = public_key_of(seed.bytes())};
}

VerifierKey public_half_of(const std::filesystem::path& file, const std::string& origin, const std::string& passphrase) {
  std::string text = read_text(file);
  VerifierKey out{.name = origin};
  out.key =
      is_pkcs11_uri(text) ? public_key_in_token(line_one_of(text), passphrase) : public_key_of(read_seed(file, text, passphrase).bytes());
  return out;
}

std::unique_ptr<NoteSigner> read_log_key(const std::filesystem::path& file, const VerifierKey& key, const std::string& passphrase) {
  std::string text = read_text(file);
  if (is_pkcs11_uri(text)) return open_pkcs11_key(line_one_of(text), key, passphrase);
  const Seed seed = read_seed(file, text, passphrase);
  if (public_key_of(seed.bytes()) != key.key)
    throw OtherLogKey(fmt::format("the signing key {}: it is not the key of {}, which stands beside it", file.string(), key.text()));
  return std::make_unique<FileSigner>(key, seed);
}

}  // namespace muniment
