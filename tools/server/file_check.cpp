#include "tools/server/file_check.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>

#include "events/proof/witness_policy.h"
#include "tools/server/webhook.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* certificate) { X509_free(certificate); })>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;

Certificate certificate_in(const std::filesystem::path& file) {
  const Bio bio(BIO_new_file(file.c_str(), "r"));
  return Certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

}  // namespace

std::optional<std::string> why_unreadable(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) return fmt::format("{} is a folder; expected a file", file.string());
  errno = 0;
  const std::ifstream in(file);
  if (in) return std::nullopt;
  return fmt::format("{} cannot be read: {}; check its name and its permissions", file.string(), std::generic_category().message(errno));
}

std::optional<std::string> why_no_certificate(const std::filesystem::path& file) {
  if (auto unreadable = why_unreadable(file)) return unreadable;
  const bool is_certificate = certificate_in(file) != nullptr;
  ERR_clear_error();
  return is_certificate ? std::nullopt : std::optional{fmt::format("{} has no certificate; expected PEM", file.string())};
}

std::optional<std::string> why_not_a_pair(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  if (auto none = why_no_certificate(certificate)) return none;
  const auto no_passphrase = [](char*, int, int, void* was_asked) {
    *static_cast<bool*>(was_asked) = true;
    return -1;
  };
  bool needs_passphrase = false;
  const Bio bio(BIO_new_file(key.c_str(), "r"));
  const PrivateKey read(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &needs_passphrase) : nullptr);
  const bool matches = read && X509_check_private_key(certificate_in(certificate).get(), read.get()) == 1;
  ERR_clear_error();
  if (matches) return std::nullopt;
  if (needs_passphrase) return fmt::format("{} needs a passphrase; expected a key without one, which its permissions keep", key.string());
  if (!read) return fmt::format("{} has no private key; expected PEM", key.string());
  return fmt::format("{} is not the key of {}; name the two that belong together", key.string(), certificate.string());
}

std::optional<std::string> why_no_backup_folder(const std::filesystem::path& folder, const std::filesystem::path& store) {
  std::error_code error;
  if (!store.empty() && is_within(folder, store))
    return fmt::format("{} is in the store's own folder; name one elsewhere, better on another disk", folder.string());
  if (!std::filesystem::exists(folder, error)) return std::nullopt;
  if (!std::filesystem::is_directory(folder, error)) return fmt::format("{} is no folder; name one", folder.string());
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return std::nullopt;
  return fmt::format("{} cannot be written to: {}; check its permissions", folder.string(), std::generic_category().message(errno));
}

std::optional<std::string> why_not_apart(const std::filesystem::path& vault_backups, const std::filesystem::path& log_backups) {
  if (vault_backups.empty() || log_backups.empty()) return std::nullopt;
  if (!is_within(vault_backups, log_backups) && !is_within(log_backups, vault_backups)) return std::nullopt;
  return fmt::format(
      "{} is not apart from {}: the log's backups are kept for ever, and the vault's have the keys of who is erased later; "
      "name another folder",
      vault_backups.string(), log_backups.string());
}

std::optional<std::string> why_no_policy(const std::filesystem::path& file) {
  if (auto unreadable = why_unreadable(file)) return unreadable;
  const auto policy = WitnessPolicy::parse(read_whole_file(file));
  return policy ? std::nullopt : std::optional{fmt::format("{}: {}", file.string(), policy.error())};
}

std::optional<std::string> why_no_webhook_secret(const std::filesystem::path& file) {
  if (auto unreadable = why_unreadable(file)) return unreadable;
  if (webhook_secret(read_whole_file(file))) return std::nullopt;
  return fmt::format("{} has no secret of a webhook; expected whsec_ and 24 to 64 bytes in base64", file.string());
}

}  // namespace muniment
