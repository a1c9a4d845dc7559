#include "tools/store/vault_move.h"

#include <fmt/format.h>

#include <memory>

#include "events/log/postgres_log.h"
#include "events/values/sha256.h"
#include "events/vault/postgres_vault_store.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/rotation.h"
#include "events/vault/vault_error.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_move.h"
#include "tools/store/log_place.h"
#include "tools/store/store.h"
#include "tools/store/vault_place.h"
#include "tools/store/vault_seen.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t told_every_entries = 4'096;
constexpr std::string_view vault_was_moved = "moved";

// What is being copied, and what is whole and waits to take its place.
fs::path folder_of_vault_copy(const fs::path& store) { return store / "moving.vault"; }
fs::path folder_of_whole_copy(const fs::path& store) { return store / "moved.vault"; }

// While it lives no other node takes the vault: who may is who has the lease. Null where the log is in the store's folder, whose lock says
// so.
std::unique_ptr<PostgresLog> hold_lease(const fs::path& store) {
  const std::string url = read_log_url(store);
  if (url.empty()) return nullptr;
  const LogHead newest = read_newest_checkpoint(store, read_public_log_key(store));
  return PostgresLog::open({.url = PostgresUrl(url),
                            .head_file = store / "head",
                            .holder = node_name_of(store),
                            .known = {{newest, "the checkpoint beside the store"}}});
}

void require_not_rotating(const fs::path& store) {
  if (!has_next_epoch_key(store / "keys" / "epoch.key")) return;
  throw MoveRefused("a rotation of the epoch key was cut off: `muniment keys rotate-epoch` completes it");
}

// What tells two vaults apart: the number of entries, and a digest over all of them in order.
struct VaultContent {
  std::uint64_t entries = 0;
  Sha256 digest{};

  bool operator==(const VaultContent&) const = default;
};

VaultContent content_of(VaultStore& vault, const VaultMoveOptions& options) {
  VaultContent out;
  std::string sizes;
  vault.visit_all("", [&](std::string_view name, std::string_view value) {
    sizes.clear();
    put_u32be(sizes, static_cast<std::uint32_t>(name.size()));
    put_u32be(sizes, static_cast<std::uint32_t>(value.size()));
    out.digest = sha256({out.digest, bytes_of(sizes), bytes_of(name), bytes_of(value)});
    ++out.entries;
    if (options.on_progress && out.entries % told_every_entries == 0) options.on_progress("entries read", out.entries, 0);
  });
  return out;
}

VaultMoved copy_and_compare(VaultStore& from, VaultStore& to, const VaultMoveOptions& options) {
  options.on_step("copy the vault");
  copy_vault_entries(from, to);
  options.on_step("read it again");
  const VaultContent content = content_of(from, options);
  if (content_of(to, options) != content)
    throw VaultDamaged("what was copied is not the vault. Nothing was changed: try again with an empty place");
  return {.entries = content.entries};
}

PostgresVaultOptions in_database(const VaultMoveOptions& options) {
  return {.url = PostgresUrl(options.url), .holder = node_name_of(options.store)};
}

// Copies it, unless a run before this one has.
VaultMoved fill_database(RocksVaultStore& from, const VaultMoveOptions& options) {
  if (PostgresVaultStore::is_there(in_database(options))) {
    PostgresVaultOptions to_read = in_database(options);
    to_read.reads_only = true;
    PostgresVaultStore there(to_read);
    const VaultContent content = content_of(from, options);
    if (content_of(there, options) == content) return {.entries = content.entries};
    throw MoveRefused(fmt::format("{} has another vault already: name a database of its own for this one", there.where()));
  }
  if (options.is_dry_run) return {.entries = content_of(from, options).entries};
  const auto to = PostgresVaultStore::begin(in_database(options));
  const VaultMoved moved = copy_and_compare(from, *to, options);
  options.on_step("finish the database's vault");
  to->finish();
  return moved;
}

// The end of both ways: what was in the folder stands for nothing any more.
fs::path set_folder_aside(const fs::path& store) {
  fs::path kept = set_aside(vault_folder_of(store), vault_was_moved);
  sync_folder(store);
  return kept;
}

// No vault is in the database any more, and the whole copy is the only one.
void put_copy_in_place(const VaultMoveOptions& options) {
  options.on_step("name the folder");
  forget_vault_url(options.store);
  options.on_step("put the vault in its place");
  set_folder_aside(options.store);
  fs::rename(folder_of_whole_copy(options.store), vault_folder_of(options.store));
  sync_folder(options.store);
  options.on_step("end");
}

VaultMoved copy_to_folder(PostgresVaultStore& from, const VaultMoveOptions& options) {
  const fs::path folder = folder_of_vault_copy(options.store);
  fs::remove_all(folder);
  fs::remove_all(folder_of_whole_copy(options.store));
  make_private_folder(folder);
  RocksVaultStore::create(folder, {});
  RocksVaultStore to(folder, {});
  const VaultMoved moved = copy_and_compare(from, to, options);
  to.close();
  fs::rename(folder, folder_of_whole_copy(options.store));
  sync_folder(options.store);
  return moved;
}

}  // namespace

VaultMoved move_vault_to_database(const VaultMoveOptions& options) {
  read_marker(options.store);
  const StoreLock lock(options.store / "lock", "muniment migrate");
  require_url_without_password(options.url);
  require_not_rotating(options.store);
  const auto lease = hold_lease(options.store);
  VaultMoved moved;
  const bool is_named = read_vault_url(options.store) == options.url && fs::exists(vault_folder_of(options.store));
  if (!is_named) {
    require_vault_in_folder(options.store, "a move into a database");
    RocksVaultStore from(vault_folder_of(options.store), {});
    moved = fill_database(from, options);
    from.close();
  }
  if (!options.is_dry_run) {
    options.on_step("name the database");
    name_vault_url(options.store, options.url);
    options.on_step("set the folder's vault aside");
    moved.kept = set_folder_aside(options.store);
    options.on_step("end");
  }
  if (lease) lease->close();
  return moved;
}

VaultMoved move_vault_to_folder(const VaultMoveOptions& options) {
  read_marker(options.store);
  const StoreLock lock(options.store / "lock", "muniment migrate");
  const bool has_whole_copy = fs::exists(folder_of_whole_copy(options.store));
  const bool is_named = !read_vault_url(options.store).empty();
  if (!is_named && !has_whole_copy)
    throw VaultElsewhere(fmt::format("the vault of {} is in its own folder already", options.store.string()));
  require_not_rotating(options.store);
  const auto lease = hold_lease(options.store);
  VaultMoved moved;
  const bool was_being_removed = is_named && has_whole_copy && !PostgresVaultStore::is_there(in_database(options));
  if (was_being_removed && !options.is_dry_run) PostgresVaultStore::begin(in_database(options))->give_up();
  if (is_named && !was_being_removed) {
    PostgresVaultOptions source = in_database(options);
    source.reads_only = options.is_dry_run;
    source.acknowledged = read_vault_seen(options.store);
    PostgresVaultStore from(source);
    moved = options.is_dry_run ? VaultMoved{.entries = content_of(from, options).entries} : copy_to_folder(from, options);
    // From here on nobody opens the one in the database, wherever this is cut off.
    if (!options.is_dry_run) {
      options.on_step("remove the database's vault");
      from.give_up();
    }
  }
  if (!options.is_dry_run) put_copy_in_place(options);
  if (lease) lease->close();
  return moved;
}

}  // namespace muniment
