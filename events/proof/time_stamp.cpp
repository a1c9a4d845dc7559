#include "events/proof/time_stamp.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>
#include <stdexcept>

#include "events/values/freed.h"

namespace muniment {
namespace {

using Query = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using Reply = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Token = std::unique_ptr<PKCS7, Freed<PKCS7_free>>;
using Info = std::unique_ptr<TS_TST_INFO, Freed<TS_TST_INFO_free>>;
using Check = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;
using Certificates = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Digest = std::array<unsigned char, 32>;

[[noreturn]] void fail_to_make() {
  throw std::runtime_error("OpenSSL makes no time stamp query: check its configuration and its providers");
}

Digest digest_of(std::string_view text) {
  Digest out{};
  if (EVP_Digest(text.data(), text.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1) fail_to_make();
  return out;
}

template <typename T>
std::unique_ptr<T, void (*)(T*)> parse(T* (*from_der)(T**, const unsigned char**, long), void (*free)(T*), std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  std::unique_ptr<T, void (*)(T*)> out{from_der(nullptr, &at, static_cast<long>(der.size())), free};
  if (at != end) out.reset();
  return out;
}

template <typename T>
std::string der_of(const T* value, int (*to_der)(const T*, unsigned char**)) {
  const int size = to_der(value, nullptr);
  if (size <= 0) fail_to_make();
  std::string out(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  to_der(value, &at);
  return out;
}

// Why OpenSSL refused: what it noted last stands nearest to what was asked.
std::string why() {
  std::string out = "it does not verify";
  const char* data = nullptr;
  int flags = 0;
  while (const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    const char* const reason = ERR_reason_error_string(code);
    if (reason != nullptr) out = reason;
    if (reason != nullptr && (flags & ERR_TXT_STRING) != 0 && *data != '\0') out += fmt::format(" ({})", data);
  }
  return out;
}

// Those that are trusted, asked whether they are at a time.
Certificates certificates_at(const TimeAuthority& trusted, std::time_t time) {
  Certificates out{X509_STORE_new()};
  const Bio in{BIO_new_mem_buf(trusted.certificates.data(), static_cast<int>(trusted.certificates.size()))};
  if (!out || !in) fail_to_make();
  while (const Certificate one{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) X509_STORE_add_cert(out.get(), one.get());
  ERR_clear_error();
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(out.get()), time);
  return out;
}

std::expected<std::time_t, std::string> time_of(const TS_TST_INFO& info) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(&info), &broken_down) != 1) return std::unexpected(why());
  return ::timegm(&broken_down);
}

std::string signer_of(PKCS7* token) {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> signers{PKCS7_get0_signers(token, nullptr, 0),
                                                                           [](STACK_OF(X509) * all) { sk_X509_free(all); }};
  const Bio out{BIO_new(BIO_s_mem())};
  if (!signers || sk_X509_num(signers.get()) != 1 || !out) return "an authority";
  X509_NAME_print_ex(out.get(), X509_get_subject_name(sk_X509_value(signers.get(), 0)), 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

bool is_over_sha256(TS_TST_INFO& info) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(&info)));
  return OBJ_obj2nid(algorithm) == NID_sha256;
}

// What the token says, once everything about it has been checked that `check` is told to.
std::expected<TimeStamp, std::string> read_token(PKCS7* token, Check check, const TimeAuthority& trusted) {
  const Info info{PKCS7_to_TS_TST_INFO(token)};
  if (!info) return std::unexpected(why());
  const auto time = time_of(*info);
  if (!time) return std::unexpected(time.error());
  if (!is_over_sha256(*info)) return std::unexpected("it is over another hash than SHA-256");
  TS_VERIFY_CTX_add_flags(check.get(), TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(check.get(), certificates_at(trusted, *time).release());
  if (TS_RESP_verify_token(check.get(), token) != 1) return std::unexpected(why());
  return TimeStamp{*time, signer_of(token)};
}

}  // namespace

std::string time_stamp_query(std::string_view text) {
  const Query query{TS_REQ_new()};
  const std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>> imprint{TS_MSG_IMPRINT_new()};
  const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> algorithm{X509_ALGOR_new()};
  const std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>> nonce{ASN1_INTEGER_new()};
  Digest digest = digest_of(text);
  std::uint64_t random = 0;
  const bool is_made = query && imprint && algorithm && nonce &&
                       RAND_bytes(reinterpret_cast<unsigned char*>(&random), sizeof random) == 1 &&
                       X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
                       TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
                       TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size())) == 1 &&
                       ASN1_INTEGER_set_uint64(nonce.get(), random) == 1 && TS_REQ_set_version(query.get(), 1) == 1 &&
                       TS_REQ_set_msg_imprint(query.get(), imprint.get()) == 1 && TS_REQ_set_nonce(query.get(), nonce.get()) == 1 &&
                       TS_REQ_set_cert_req(query.get(), 1) == 1;
  if (!is_made) fail_to_make();
  return der_of<TS_REQ>(query.get(), i2d_TS_REQ);
}

std::expected<std::string, std::string> token_in_reply(std::string_view reply, std::string_view query, const TimeAuthority& trusted) {
  ERR_clear_error();
  const auto asked = parse<TS_REQ>(d2i_TS_REQ, TS_REQ_free, query);
  const auto answered = parse<TS_RESP>(d2i_TS_RESP, TS_RESP_free, reply);
  if (!asked) fail_to_make();
  if (!answered) return std::unexpected("it is no answer of a time authority");
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answered.get())));
  PKCS7* const token = TS_RESP_get_token(answered.get());
  if ((status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS) || token == nullptr)
    return std::unexpected(fmt::format("the authority refused, with status {}", status));
  const auto read = read_token(token, Check{TS_REQ_to_TS_VERIFY_CTX(asked.get(), nullptr)}, trusted);
  if (!read) return std::unexpected(read.error());
  return der_of<PKCS7>(token, i2d_PKCS7);
}

std::expected<TimeStamp, std::string> verify_time_stamp(std::string_view token, std::string_view text, const TimeAuthority& trusted) {
  ERR_clear_error();
  const auto parsed = parse<PKCS7>(d2i_PKCS7, PKCS7_free, token);
  if (!parsed) return std::unexpected("it is no token of a time authority");
  Check check{TS_VERIFY_CTX_new()};
  const Digest digest = digest_of(text);
  auto* const imprint = static_cast<unsigned char*>(OPENSSL_memdup(digest.data(), digest.size()));  // Freed with the check.
  if (!check || imprint == nullptr) fail_to_make();
  TS_VERIFY_CTX_set_flags(check.get(), TS_VFY_VERSION | TS_VFY_IMPRINT);
  TS_VERIFY_CTX_set_imprint(check.get(), imprint, static_cast<long>(digest.size()));
  return read_token(parsed.get(), std::move(check), trusted);
}

}  // namespace muniment
