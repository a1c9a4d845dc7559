#include "test_certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <stdexcept>

#include "events/values/bytes.h"
#include "events/values/freed.h"

namespace muniment {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

void check(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

File open_file(const std::filesystem::path& path, const char* mode) {
  File out(std::fopen(path.c_str(), mode));
  check(out != nullptr, "cannot open a file of certificates");
  return out;
}

void add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "cannot add an extension");
  X509_EXTENSION_free(extension);
}

Certificate begin(const std::string& name, EVP_PKEY* key, std::chrono::seconds valid_for) {
  static long serial = 1;
  Certificate out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -long{86'400} * 30);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), static_cast<long>(valid_for.count()));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()),
                             -1, -1, 0);
  X509_set_pubkey(out.get(), key);
  return out;
}

}  // namespace

struct TestAuthority::Parts {
  Key key;
  Certificate certificate;
};

TestAuthority::TestAuthority(const std::string& name, std::chrono::seconds valid_for) : parts_(std::make_unique<Parts>()) {
  parts_->key.reset(EVP_EC_gen("P-256"));
  parts_->certificate = begin(name, parts_->key.get(), valid_for);
  X509* const certificate = parts_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  check(X509_sign(certificate, parts_->key.get(), EVP_sha256()) > 0, "cannot sign");
}

TestAuthority::~TestAuthority() = default;

void TestAuthority::write_certificate(const std::filesystem::path& file) const {
  check(PEM_write_X509(open_file(file, "w").get(), parts_->certificate.get()) == 1, "cannot write a certificate");
}

void TestAuthority::issue(const std::filesystem::path& certificate, const std::filesystem::path& key, const std::string& name,
                          std::chrono::seconds valid_for, const char* purposes) const {
  const Key its_key(EVP_EC_gen("P-256"));
  const Certificate issued = begin(name, its_key.get(), valid_for);
  X509* const authority = parts_->certificate.get();
  X509_set_issuer_name(issued.get(), X509_get_subject_name(authority));
  add_extension(issued.get(), authority, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  add_extension(issued.get(), authority, NID_ext_key_usage, purposes);
  check(X509_sign(issued.get(), parts_->key.get(), EVP_sha256()) > 0, "cannot sign");
  check(PEM_write_X509(open_file(certificate, "w").get(), issued.get()) == 1, "cannot write a certificate");
  check(PEM_write_PrivateKey(open_file(key, "w").get(), its_key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "cannot write a key");
}

std::string fingerprint_of(const std::filesystem::path& certificate) {
  const Certificate read(PEM_read_X509(open_file(certificate, "r").get(), nullptr, nullptr, nullptr));
  std::array<Byte, 32> out{};
  unsigned size = 0;
  check(read != nullptr && X509_digest(read.get(), EVP_sha256(), out.data(), &size) == 1, "cannot read a certificate");
  return to_hex(out);
}

std::string der_of(const std::filesystem::path& certificate) {
  const Certificate read(PEM_read_X509(open_file(certificate, "r").get(), nullptr, nullptr, nullptr));
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(read.get(), &bytes);
  check(size > 0, "cannot encode a certificate");
  std::string out(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

}  // namespace muniment
