#include "tools/store/vault_place.h"

#include <fmt/format.h>

#include "events/vault/postgres_vault_store.h"
#include "events/vault/rocks_vault_store.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_place.h"
#include "tools/store/vault_seen.h"

namespace muniment {

namespace fs = std::filesystem;

fs::path vault_folder_of(const fs::path& store) { return store / "vault"; }
fs::path vault_url_file_of(const fs::path& store) { return store / "vault.url"; }

std::string read_vault_url(const fs::path& store) {
  const auto text = read_file_if_any(vault_url_file_of(store));
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

void name_vault_url(const fs::path& store, const std::string& url) {
  require_url_without_password(url);
  forget_vault_seen(store);
  replace_file(vault_url_file_of(store), url + '\n');
}

void forget_vault_url(const fs::path& store) {
  fs::remove(vault_url_file_of(store));
  forget_vault_seen(store);
}

void require_vault_in_folder(const fs::path& store, const std::string& what) {
  const std::string url = read_vault_url(store);
  if (url.empty()) return;
  throw VaultElsewhere(
      fmt::format("the vault of {} is in the database {}: {} is of a vault in the store's folder; use what the database has for it, or "
                  "`muniment migrate --vault` to bring the vault back",
                  store.string(), PostgresUrl(url).shown(), what));
}

std::unique_ptr<VaultStore> open_vault_entries(const fs::path& store, const VaultOpening& opening) {
  const std::string named = read_vault_url(store);
  if (named.empty() && !opening.url.empty()) {
    throw VaultElsewhere(fmt::format(
        "the vault of {} is in its own folder, and a database is named for it: `muniment migrate --vault` moves it there", store.string()));
  }
  if (named.empty()) {
    return std::make_unique<RocksVaultStore>(vault_folder_of(store), RocksVaultOptions{.accept_damaged_tail = opening.accepts_damaged_tail,
                                                                                       .keeps_nothing = opening.keeps_nothing});
  }
  PostgresVaultOptions options{.url = PostgresUrl(opening.url.empty() ? named : opening.url),
                               .holder = node_name_of(store),
                               .reads_only = opening.reads_only,
                               .keeps_nothing = opening.keeps_nothing,
                               .acknowledged = opening.accepts_damaged_tail ? 0 : read_vault_seen(store),
                               .retry_for = opening.retry_for};
  if (!opening.reads_only && !opening.keeps_nothing)
    options.on_acknowledged = [seen = std::make_shared<VaultSeen>(store)](std::uint64_t writes) { seen->note(writes); };
  return std::make_unique<PostgresVaultStore>(options);
}

}  // namespace muniment
