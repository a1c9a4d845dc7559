// The vault's entries, durable somewhere: bytes in, bytes out; what they mean is vault.cpp's. rocks_vault_store.h keeps them in a folder,
// postgres_vault_store.h in a database.
//
// After a failed write every call throws: memory may be ahead of what is durable. So does every call after close().
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/vault/overlay.h"

namespace muniment {

// Thread-safe but for close(). Throws VaultError.
class VaultStore {
 public:
  using Visitor = std::function<void(std::string_view key, std::string_view value)>;

  virtual ~VaultStore() = default;

  // Visible when this returns, together; durable, together, at the latest with the next sync().
  virtual void write(const StoreWrites& writes) = 0;
  // Makes durable every write that has returned.
  virtual void sync() = 0;

  virtual std::optional<std::string> get(std::string_view key) const = 0;
  // Visits the entries whose key is longer than `prefix`, which has format.h's size, and starts with it, in bytewise order.
  virtual void scan(std::string_view prefix, const Visitor& visit) const = 0;
  // Visits every entry whose key starts with `prefix`, of any size, in bytewise order, as they are when this is called: what the visitor
  // writes is not visited.
  virtual void visit_all(std::string_view prefix, const Visitor& visit) = 0;

  // Rewrites all files without what was removed or overwritten before. Others may read and write meanwhile.
  virtual void scrub() = 0;
  // Copies everything that was written before into a new folder, which a RocksVaultStore opens. Others may read and write meanwhile.
  virtual void back_up(const std::filesystem::path& folder) = 0;
  // Syncs and closes.
  virtual void close() = 0;

  virtual void require_usable() const = 0;
  // For messages.
  virtual const std::string& where() const = 0;
};

}  // namespace muniment
