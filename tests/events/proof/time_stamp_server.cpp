#include "tests/events/proof/time_stamp_server.h"

#include <openssl/pem.h>
#include <openssl/ts.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace muniment {
namespace {

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;
using OwnedBio = std::unique_ptr<BIO, int (*)(BIO*)>;

OwnedBio bio_of(const std::string& bytes) { return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free}; }

}  // namespace

TestTimeAuthority::TestTimeAuthority(std::filesystem::path folder, std::chrono::seconds valid_for)
    : folder_(std::move(folder)), ca_("Test Authority of Times", std::max<std::chrono::seconds>(valid_for, std::chrono::days{90})) {
  ca_.write_certificate(certificates_file());
  ca_.issue(folder_ / "tsa.pem", folder_ / "tsa.key", "Test Clock", valid_for, "critical,timeStamping");
  const std::string at = folder_.string() + "/";
  write(folder_ / "ts.cnf", "[tsa]\ndefault_tsa = clock\n[clock]\nserial = " + at + "serial\nsigner_cert = " + at +
                                "tsa.pem\nsigner_key = " + at +
                                "tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha512\nordering = yes\n"
                                "ess_cert_id_alg = sha256\n");
}

std::string TestTimeAuthority::certificates() const { return read(certificates_file()); }

std::string TestTimeAuthority::reply(const std::string& query) const {
  write(folder_ / "query", query);
  const std::string at = folder_.string() + "/";
  const std::string command =
      "openssl ts -reply -config " + at + "ts.cnf -queryfile " + at + "query -out " + at + "reply > " + at + "log 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl ts -reply failed: " + read(folder_ / "log"));
  return read(folder_ / "reply");
}

std::string TestTimeAuthority::reply_at(const std::string& query, std::int64_t seconds) const {
  const std::string key_text = read(folder_ / "tsa.key");
  const std::string certificate_text = read(folder_ / "tsa.pem");
  const Owned<X509> certificate{PEM_read_bio_X509(bio_of(certificate_text).get(), nullptr, nullptr, nullptr), X509_free};
  const Owned<EVP_PKEY> key{PEM_read_bio_PrivateKey(bio_of(key_text).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  const Owned<TS_RESP_CTX> clock{TS_RESP_CTX_new(), TS_RESP_CTX_free};
  const Owned<ASN1_OBJECT> policy{OBJ_txt2obj("1.2.3.4.1", 1), ASN1_OBJECT_free};
  const auto serial = [](TS_RESP_CTX*, void*) {
    ASN1_INTEGER* const one = ASN1_INTEGER_new();  // The reply's.
    ASN1_INTEGER_set(one, 1);
    return one;
  };
  const auto time = [](TS_RESP_CTX*, void* at, long* whole, long* micro) {
    *whole = static_cast<long>(*static_cast<std::int64_t*>(at));
    *micro = 0;
    return 1;
  };
  const bool is_made =
      TS_RESP_CTX_set_signer_cert(clock.get(), certificate.get()) == 1 && TS_RESP_CTX_set_signer_key(clock.get(), key.get()) == 1 &&
      TS_RESP_CTX_set_signer_digest(clock.get(), EVP_sha256()) == 1 && TS_RESP_CTX_set_ess_cert_id_digest(clock.get(), EVP_sha256()) == 1 &&
      TS_RESP_CTX_set_def_policy(clock.get(), policy.get()) == 1 && TS_RESP_CTX_add_md(clock.get(), EVP_sha256()) == 1;
  TS_RESP_CTX_set_serial_cb(clock.get(), serial, nullptr);
  TS_RESP_CTX_set_time_cb(clock.get(), time, &seconds);
  const Owned<TS_RESP> reply{is_made ? TS_RESP_create_response(clock.get(), bio_of(query).get()) : nullptr, TS_RESP_free};
  unsigned char* der = nullptr;
  const int size = reply ? i2d_TS_RESP(reply.get(), &der) : 0;
  if (size <= 0) throw std::runtime_error("no reply of a time authority was made");
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace muniment
