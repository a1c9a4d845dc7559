// A vault in a folder that is removed again.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "events/vault/vault.h"

namespace muniment::test {

class TemporaryVault {
 public:
  TemporaryVault()
      : folder_(std::filesystem::path(testing::TempDir()) / ("sequencer_vault_" + std::to_string(::getpid()) + "_" + unique())) {
    std::filesystem::create_directories(folder_);
    const EpochKey key = Vault::create(folder_ / "vault", folder_ / "epoch.key");
    vault_.emplace(folder_ / "vault", key, [](const AccountId&) { return false; }, VaultOptions{.pool_batch = 16});
  }
  ~TemporaryVault() {
    vault_.reset();
    std::filesystem::remove_all(folder_);
  }
  Vault& operator*() { return *vault_; }

 private:
  static std::string unique() {
    static int next = 0;
    return std::to_string(++next);
  }
  std::filesystem::path folder_;
  std::optional<Vault> vault_;
};

}  // namespace muniment::test
