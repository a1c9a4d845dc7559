// What the vault throws when the world fails it: a disk, a damaged file, a key that is not the one. The message says what is wrong, where,
// and what to do, and holds no secret and no personal value.
#pragma once

#include <stdexcept>

namespace muniment {

class VaultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What is stored is not what was written.
class VaultDamaged : public VaultError {
 public:
  using VaultError::VaultError;
};

}  // namespace muniment
