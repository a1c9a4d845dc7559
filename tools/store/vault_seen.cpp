#include "tools/store/vault_seen.h"

#include <fmt/format.h>

#include <system_error>

#include "events/vault/vault_error.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/manifest_file.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view seen_title = "muniment vault seen";
constexpr const char* url_key = "url";
constexpr const char* seen_key = "writes";

fs::path vault_seen_file_of(const fs::path& store) { return store / "vault.seen"; }

}  // namespace

std::uint64_t read_vault_seen(const fs::path& store) {
  const fs::path file = vault_seen_file_of(store);
  if (!fs::exists(file)) return 0;
  try {
    const ManifestLines lines = read_manifest(file, seen_title);
    return text_in(lines, url_key) == read_vault_url(store) ? number_in(lines, seen_key) : 0;
  } catch (const BackupDamaged&) {
    throw VaultError(
        fmt::format("{} is damaged, and nothing else tells whether the vault's database was put back to an earlier time: where it is known "
                    "that it was not, remove the file",
                    file.string()));
  }
}

void forget_vault_seen(const fs::path& store) {
  fs::remove(vault_seen_file_of(store));
  sync_folder(store);
}

VaultSeen::~VaultSeen() {
  if (noted_ != written_) write();
}

void VaultSeen::note(std::uint64_t writes) {
  noted_ = writes;
  const auto now = std::chrono::steady_clock::now();
  if (written_ && now - written_time_ < interval) return;
  written_time_ = now;
  write();
}

void VaultSeen::write() {
  try {
    write_manifest(vault_seen_file_of(store_), seen_title, {{url_key, read_vault_url(store_)}, {seen_key, std::to_string(*noted_)}});
    written_ = noted_;
  } catch (const std::system_error&) {  // As said of note().
  }
}

}  // namespace muniment
