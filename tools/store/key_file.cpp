#include "tools/store/key_file.h"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "events/vault/vault_error.h"
#include "tools/store/backup.h"

namespace muniment {

namespace fs = std::filesystem;

std::optional<std::string> why_not_private(const fs::path& file) {
  std::error_code missing;  // Whoever reads it says so.
  const fs::perms mode = fs::status(file, missing).permissions();
  if (missing || (mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none) return std::nullopt;
  const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials != nullptr && is_within(file, credentials)) return std::nullopt;
  return fmt::format(
      "others than its owner may use it (mode {:04o}); make it its owner's alone (chmod 0600), and rotate the key if others had it",
      static_cast<unsigned>(mode));
}

EpochKey read_private_epoch_key(const fs::path& file) {
  if (const auto why = why_not_private(file)) throw VaultError(fmt::format("epoch key file {}: {}", file.string(), *why));
  return read_epoch_key(file);
}

}  // namespace muniment
