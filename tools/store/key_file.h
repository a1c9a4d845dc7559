// That a key is its owner's alone. A copy in escrow is not looked at so: it may be on a medium that has no modes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "events/vault/epoch_key.h"

namespace muniment {

// Says that others than a file's owner may use it, by its mode; nothing: they may not, or it is in the folder in which a service manager
// gives credentials ($CREDENTIALS_DIRECTORY), which it keeps from others itself.
std::optional<std::string> why_not_private(const std::filesystem::path& file);

// Throws VaultError, also where it is not private.
EpochKey read_private_epoch_key(const std::filesystem::path& file);

}  // namespace muniment
