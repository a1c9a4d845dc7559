// Where the vault of a store is: in the store's own folder, or in a database of its own, which the file `vault.url` names. docs/formats.md,
// "The store".
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "events/vault/store.h"

namespace muniment {

// What was asked for is of a vault in a store's folder, and this one is in a database; or the other way round. The message says what to do.
struct VaultElsewhere : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::filesystem::path vault_folder_of(const std::filesystem::path& store);
std::filesystem::path vault_url_file_of(const std::filesystem::path& store);
// Empty: the vault is in the store's folder.
std::string read_vault_url(const std::filesystem::path& store);
// Say so, durably, and forget what was seen of the vault in the database before. Throw std::system_error; the first BadPostgresUrl too, for
// a URL that the file may not have: it has a password, or is none.
void name_vault_url(const std::filesystem::path& store, const std::string& url);
void forget_vault_url(const std::filesystem::path& store);

// Throws VaultElsewhere where the vault is in a database: `what` cannot be done then.
void require_vault_in_folder(const std::filesystem::path& store, const std::string& what);

struct VaultOpening {
  std::string url = {};               // Of the database, if another one of it than the store says: with a password, or by other hosts.
  bool accepts_damaged_tail = false;  // And of one in a database, that it was put back to an earlier time.
  bool keeps_nothing = false;
  bool reads_only = false;                      // Of one in a database: takes it from nobody.
  std::chrono::milliseconds retry_for{60'000};  // The same: so long a call goes on trying.
};

// What has the vault's entries, wherever it is. Throws VaultError, BadPostgresUrl, and VaultElsewhere where a URL is given and the vault is
// in the folder.
std::unique_ptr<VaultStore> open_vault_entries(const std::filesystem::path& store, const VaultOpening& opening = {});

}  // namespace muniment
