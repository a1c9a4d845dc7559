// Which stores of a vault's entries a test program has: each defines vault_store_kinds() for itself.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "events/vault/store.h"

namespace muniment {

// Where one test's entries are, and a folder for what else it needs.
class VaultStorePlace {
 public:
  virtual ~VaultStorePlace() = default;
  // Makes a store that holds these entries.
  virtual void make(const StoreWrites& first) = 0;
  virtual std::unique_ptr<VaultStore> open(bool keeps_nothing) = 0;
  virtual const std::filesystem::path& folder() const = 0;
};

struct VaultStoreKind {
  std::string name;
  // Null: it cannot be had here.
  std::function<std::unique_ptr<VaultStorePlace>()> place;
  std::string left_out = {};  // Then what a test that is skipped says.

  friend void PrintTo(const VaultStoreKind& kind, std::ostream* out) { *out << kind.name; }
};

std::vector<VaultStoreKind> vault_store_kinds();

}  // namespace muniment
