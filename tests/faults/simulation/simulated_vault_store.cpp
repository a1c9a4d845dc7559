#include "tests/faults/simulation/simulated_vault_store.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "events/values/assert.h"
#include "events/vault/vault_error.h"
#include "tests/faults/simulation/environment.h"

namespace muniment::faults {
namespace {

void append_u64(std::string& out, std::uint64_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }
std::uint64_t u64_at(std::string_view bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::string entry_of(const std::string& writes) {
  std::string entry;
  append_u64(entry, writes.size());
  append_u64(entry, XXH3_64bits(writes.data(), writes.size()));
  return entry + writes;
}

constexpr std::size_t entry_head = 16;

struct Busy {
  Busy() { environment.is_vault_busy = true; }
  ~Busy() { environment.is_vault_busy = false; }
};

}  // namespace

std::string SimulatedVaultStore::journal_of(const StoreWrites& first) { return entry_of(first.bytes()); }

SimulatedVaultStore::SimulatedVaultStore() {
  const std::string bytes = environment.disk->bytes(vault_file);
  std::string_view rest = bytes;
  while (rest.size() > entry_head) {
    const std::uint64_t size = u64_at(rest);
    if (size > rest.size() - entry_head) break;
    const std::string_view writes = rest.substr(entry_head, size);
    if (XXH3_64bits(writes.data(), writes.size()) != u64_at(rest.substr(8)) || !overlay_.add(writes)) break;
    rest.remove_prefix(entry_head + size);
  }
  end_ = bytes.size() - rest.size();
  environment.disk->set(vault_file, bytes.substr(0, end_));
}

void SimulatedVaultStore::require_usable() const {
  if (!failure_.empty()) throw VaultError("vault: " + failure_);
  if (closed_) throw VaultError("vault: it is closed");
}

void SimulatedVaultStore::fail_for_ever(const std::string& message) {
  failure_ = message;
  throw VaultError("vault: " + message);
}

void SimulatedVaultStore::write(const StoreWrites& writes) {
  require_usable();
  const bool well_formed = overlay_.add(writes.bytes());
  MUNIMENT_ASSERT(well_formed);
  pending_ += writes.bytes();
}

void SimulatedVaultStore::sync() {
  require_usable();
  if (pending_.empty()) return;
  const Busy busy;
  const std::string entry = entry_of(std::exchange(pending_, {}));
  const std::size_t at = end_;
  end_ += entry.size();
  try {
    environment.disk->write(vault_file, at, entry);
    if (environment.vault_syncs) environment.disk->sync(vault_file);
  } catch (const DiskFailed& error) {
    fail_for_ever(error.what());
  }
}

std::optional<std::string> SimulatedVaultStore::get(std::string_view key) const {
  require_usable();
  const Overlay::Written* written = overlay_.find(key);
  if (written == nullptr || !*written) return std::nullopt;
  return std::string(**written);
}

void SimulatedVaultStore::scan(std::string_view prefix, const Visitor& visit) const {
  require_usable();
  std::vector<std::pair<std::string, std::optional<std::string>>> found;  // The newest of a key first.
  overlay_.scan(prefix, [&](std::string_view key, const Overlay::Written& written) {
    found.emplace_back(key, written ? std::optional<std::string>(*written) : std::nullopt);
  });
  std::ranges::stable_sort(found, {}, [](const auto& one) -> const std::string& { return one.first; });
  std::string last;
  for (const auto& [key, value] : found) {
    if (key != last && value) visit(key, *value);
    last = key;
  }
}

void SimulatedVaultStore::visit_all(std::string_view, const Visitor&) { MUNIMENT_ASSERT(false); }
void SimulatedVaultStore::scrub() { MUNIMENT_ASSERT(false); }
void SimulatedVaultStore::back_up(const std::filesystem::path&) { MUNIMENT_ASSERT(false); }

}  // namespace muniment::faults
