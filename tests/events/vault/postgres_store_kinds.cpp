// The store on a PostgreSQL server.
#include "events/vault/postgres_vault_store.h"
#include "tests/events/log/postgres_server.h"
#include "tests/events/log/temp_folder.h"
#include "tests/events/vault/store_kinds.h"

namespace muniment {
namespace {

class PostgresPlace final : public VaultStorePlace {
 public:
  explicit PostgresPlace(const PostgresServer& server) : options_{.url = PostgresUrl(server.fresh())} {}

  void make(const StoreWrites& first) override {
    const auto store = PostgresVaultStore::begin(options_);
    store->write(first);
    store->finish();
  }
  std::unique_ptr<VaultStore> open(bool keeps_nothing) override {
    PostgresVaultOptions options = options_;
    options.keeps_nothing = keeps_nothing;
    return std::make_unique<PostgresVaultStore>(options);
  }
  const std::filesystem::path& folder() const override { return folder_.path(); }

 private:
  TempFolder folder_;
  const PostgresVaultOptions options_;
};

}  // namespace

std::vector<VaultStoreKind> vault_store_kinds() {
  const auto place = []() -> std::unique_ptr<VaultStorePlace> {
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) return nullptr;
    return std::make_unique<PostgresPlace>(*server);
  };
  return {{"Postgres", place, no_postgres}};
}

}  // namespace muniment
