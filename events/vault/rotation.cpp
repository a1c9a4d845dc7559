#include "events/vault/rotation.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "events/vault/account_entry.h"
#include "events/vault/format.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/vault_error.h"
#include "events/vault/wrap.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using AnyKey = Secret<struct AnyKeyKind>;

constexpr std::string_view own_keys_prefix = "s";
constexpr std::string_view accounts_prefix = "a";
constexpr std::size_t written_at_once = 4096;  // Entries between two syncs.

[[noreturn]] void fail(const std::string& where, std::string_view what) {
  throw VaultDamaged(fmt::format("vault {}: {}; keep a copy of it as it is, and restore it from its backup", where, what));
}

// What is wrapped under a key of the store, and what the wrapped key is for.
ByteSpan purpose_of(std::string_view key) { return key.starts_with('a') ? bytes_of(key.substr(1)) : bytes_of(key); }

std::string named(std::string_view key) {
  return key.starts_with('a') ? "the key of account " + to_hex(bytes_of(key.substr(1))) : "a key of the vault's own";
}

std::span<const Byte, wrapped_size> wrapped_in(const std::string& where, std::string_view key, std::string_view value) {
  if (value.size() < wrapped_size) fail(where, named(key) + " is damaged: it ends too early");
  return bytes_of(value).first<wrapped_size>();
}

// Rewraps entries one after another into writes, those alone that the former key wraps.
class Rewrapping {
 public:
  Rewrapping(VaultStore& store, const EpochKey& former, const EpochKey& current)
      : store_(store), former_id_(former.id), former_(former), current_(current) {}

  void add(std::string_view key, std::string_view value) {
    const auto wrapped = wrapped_in(store_.where(), key, value);
    if (epoch_of(wrapped) != former_id_) return;
    const auto opened = former_.unwrap<AnyKeyKind>(wrapped, purpose_of(key));
    if (!opened) fail(store_.where(), named(key) + " does not open under the epoch key that it names");
    std::string anew(text_of(current_.wrap(*opened, purpose_of(key))));
    anew += value.substr(wrapped_size);
    writes_.put(key, anew);
    if (++count_ % written_at_once == 0) write();
  }
  void note_former() { writes_.put(vault_format::former_key, text_of(former_id_)); }
  void write() {
    if (writes_.empty()) return;
    store_.write(writes_);
    store_.sync();
    writes_.clear();
  }

 private:
  VaultStore& store_;
  const EpochId former_id_;
  KeyWrapper former_;
  KeyWrapper current_;
  StoreWrites writes_;
  std::size_t count_ = 0;
};

// Opens entries one after another.
class Drill {
 public:
  Drill(std::string where, const EpochKey& copy, const OnProgress& on_progress)
      : where_(std::move(where)), copy_(to_hex(copy.id)), wrapper_(copy), on_progress_(on_progress) {}

  void open(std::string_view key, std::string_view value) {
    const bool is_account = key.starts_with(accounts_prefix) && key.size() == 1 + AccountId::size;
    const bool is_own = key.starts_with(own_keys_prefix) && key.size() == 2;
    const bool is_check = key == vault_format::check_key;
    if (!is_account && !is_own && !is_check) return;
    has_check_ |= is_check;
    const auto wrapped = wrapped_in(where_, key, value);
    if (!wrapper_.unwrap<AnyKeyKind>(wrapped, purpose_of(key))) {
      throw VaultError(fmt::format("vault {}: {} is under epoch key {} and does not open with this copy, which is {}", where_, named(key),
                                   to_hex(epoch_of(wrapped)), copy_));
    }
    accounts_ += is_account ? 1 : 0;
    if (on_progress_) on_progress_("keys opened", accounts_, 0);
  }
  // How many accounts have a key.
  std::size_t end() const {
    if (!has_check_) fail(where_, "has no check value for its epoch key");
    return accounts_;
  }

 private:
  const std::string where_;
  const std::string copy_;
  KeyWrapper wrapper_;
  const OnProgress& on_progress_;
  std::size_t accounts_ = 0;
  bool has_check_ = false;
};

fs::path next_of(const fs::path& file) { return file.string() + ".next"; }

[[noreturn]] void fail_on_key(const fs::path& file, std::string_view doing) {
  throw VaultError(fmt::format("epoch key file {}: cannot {}: {}; check the disk and the folder's permissions", file.string(), doing,
                               std::generic_category().message(errno)));
}

void sync_folder_of(const fs::path& file) {
  const fs::path parent = file.has_parent_path() ? file.parent_path() : ".";
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail_on_key(file, "open its folder");
  const int synced = ::fsync(folder);
  ::close(folder);
  if (synced != 0) fail_on_key(file, "sync its folder");
}

void overwrite(const fs::path& file) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (out < 0) fail_on_key(file, "overwrite it");
  const std::vector<char> zeros(static_cast<std::size_t>(fs::file_size(file)), '\0');
  const bool done = ::write(out, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size()) && ::fsync(out) == 0;
  ::close(out);
  if (!done) fail_on_key(file, "overwrite it");
}

}  // namespace

EpochId epoch_of_vault(const VaultStore& store) {
  const std::optional<std::string> check = store.get(vault_format::check_key);
  if (!check) fail(store.where(), "has no check value for its epoch key");
  return epoch_of(wrapped_in(store.where(), vault_format::check_key, *check));
}

ErasuresDone erasures_done_in(const fs::path& directory) {
  RocksVaultStore store(directory, {});
  const std::optional<std::string> entry = store.get(vault_format::erasures_key);
  const auto done = entry ? ErasuresDone::decode(*entry) : ErasuresDone{};
  if (!done) fail(store.where(), "its count of erasures is damaged");
  store.close();
  return *done;
}

std::size_t rotate_vault(VaultStore& store, const EpochKey& former, const EpochKey& current,
                         const std::function<void(std::string_view step)>& on_step, const OnProgress& on_progress) {
  Rewrapping rewrapping(store, former, current);
  std::size_t accounts = 0;
  on_step("wrap the keys of accounts");
  store.visit_all(accounts_prefix, [&](std::string_view key, std::string_view value) {
    if (on_progress) on_progress("keys wrapped", accounts, 0);
    ++accounts;
    rewrapping.add(key, value);
  });
  on_step("wrap the vault's own keys");
  store.visit_all(own_keys_prefix, [&](std::string_view key, std::string_view value) { rewrapping.add(key, value); });
  rewrapping.write();
  // Only now does it ask for the current one.
  on_step("ask for the current key");
  const std::optional<std::string> check = store.get(vault_format::check_key);
  if (!check) fail(store.where(), "has no check value for its epoch key");
  rewrapping.add(vault_format::check_key, *check);
  rewrapping.note_former();  // In one write: no vault asks for the current one and does not know that there was another.
  rewrapping.write();
  on_step("rewrite the files");
  store.scrub();
  return accounts;
}

std::size_t drill_epoch_key(const fs::path& directory, const EpochKey& copy, const OnProgress& on_progress) {
  Drill drill(directory.string(), copy, on_progress);
  RocksVaultStore::visit_copy(directory, [&](std::string_view key, std::string_view value) { drill.open(key, value); });
  return drill.end();
}

std::size_t drill_epoch_key(VaultStore& store, const EpochKey& copy, const OnProgress& on_progress) {
  Drill drill(store.where(), copy, on_progress);
  store.visit_all("", [&](std::string_view key, std::string_view value) { drill.open(key, value); });
  return drill.end();
}

bool has_next_epoch_key(const fs::path& file) { return fs::exists(next_of(file)); }

EpochKey read_next_epoch_key(const fs::path& file) { return read_epoch_key(next_of(file)); }

// Under another name until it is whole, so that what has the name is.
EpochKey prepare_next_epoch_key(const fs::path& file) {
  if (has_next_epoch_key(file)) return read_next_epoch_key(file);
  const fs::path making = file.string() + ".making";
  fs::remove(making);
  EpochKey key = create_epoch_key(making);
  fs::rename(making, next_of(file));
  sync_folder_of(file);
  return key;
}

void adopt_next_epoch_key(const fs::path& file) {
  if (fs::exists(file)) overwrite(file);
  fs::rename(next_of(file), file);
  sync_folder_of(file);
}

}  // namespace muniment
