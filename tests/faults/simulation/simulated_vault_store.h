// The vault's store on the simulation's disk: a journal alone, which is never settled into tables. In one thread.
//
//   journal = entries; an entry = number of bytes u64 | XXH3-64 of them u64 | the writes
#pragma once

#include <cstddef>
#include <string>

#include "events/vault/overlay.h"
#include "events/vault/store.h"

namespace muniment::faults {

// On the disk of environment.h, in vault_file.
class SimulatedVaultStore final : public VaultStore {
 public:
  // The journal of a store that holds this and nothing else.
  static std::string journal_of(const StoreWrites& first);

  // Drops what a crash cut short.
  SimulatedVaultStore();

  void write(const StoreWrites& writes) override;
  // One at a time. What is written meanwhile is of the next entry.
  void sync() override;
  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, const Visitor& visit) const override;
  void close() override { closed_ = true; }
  void require_usable() const override;
  const std::string& where() const override { return where_; }

  // Not of what is simulated.
  void visit_all(std::string_view prefix, const Visitor& visit) override;
  void scrub() override;
  void back_up(const std::filesystem::path& folder) override;

 private:
  void fail_for_ever(const std::string& message);

  const std::string where_ = "vault";
  Overlay overlay_;
  std::string pending_;  // Written since the last sync.
  std::size_t end_ = 0;  // Of the journal.
  std::string failure_;  // Empty while nothing failed.
  bool closed_ = false;
};

}  // namespace muniment::faults
