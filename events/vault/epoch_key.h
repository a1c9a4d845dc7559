// The epoch key: wraps every other key of the vault. It lives in a file of its own, outside the vault's folder, the log's folder and the
// backups of both: whoever holds a copy of the vault and not this file holds nothing that opens.
//
//   file = "muniment/epoch/1" | id 8 | key 32 | SHA-256 of all before it 32
//
// Do not change these values: they are on disk.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "events/vault/secret.h"

namespace muniment {

// Random, so that two epochs never share one. Not a secret.
using EpochId = std::array<Byte, 8>;

struct EpochKey {
  EpochId id;
  Secret<struct EpochSecretKind> secret;
};

// Makes a key and writes it to a new file that only its owner can read. File and folder are synced before this returns. Throws VaultError
// when the file exists already or cannot be written; nothing is left behind then that was not there before.
EpochKey create_epoch_key(const std::filesystem::path& file);

// Throws VaultError when the file is missing, unreadable, of another format or damaged.
EpochKey read_epoch_key(const std::filesystem::path& file);

}  // namespace muniment
