// The store in a folder.
#include "events/vault/rocks_vault_store.h"
#include "tests/events/vault/store_kinds.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

class RocksPlace final : public VaultStorePlace {
 public:
  void make(const StoreWrites& first) override { RocksVaultStore::create(vault_, first); }
  std::unique_ptr<VaultStore> open(bool keeps_nothing) override {
    return std::make_unique<RocksVaultStore>(vault_, RocksVaultOptions{.keeps_nothing = keeps_nothing});
  }
  const std::filesystem::path& folder() const override { return folder_; }

 private:
  TempFolder temporary_;
  const std::filesystem::path folder_ = temporary_ / "";
  const std::filesystem::path vault_ = temporary_ / "vault";
};

}  // namespace

std::vector<VaultStoreKind> vault_store_kinds() {
  return {{"Rocks", [] { return std::make_unique<RocksPlace>(); }}};
}

}  // namespace muniment
