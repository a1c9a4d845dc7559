// How many groups of writes this node has had acknowledged of a vault in a database, as the store's file `vault.seen` keeps it from one
// start to the next: a database that was put back to an earlier time has counted fewer, and lacks keys. docs/formats.md, "The store".
//
// It says of which database, as `vault.url` names it: of another it says nothing. It says at most what was acknowledged, and while the node
// is up at most a second's less.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

namespace muniment {

// 0: nothing says so. Throws VaultError where the file is not what was written.
std::uint64_t read_vault_seen(const std::filesystem::path& store);
// What the file says is of another vault. Throws std::system_error.
void forget_vault_seen(const std::filesystem::path& store);

// Writes the file. One thread at a time.
class VaultSeen {
 public:
  static constexpr std::chrono::milliseconds interval{1'000};

  explicit VaultSeen(std::filesystem::path store) : store_(std::move(store)) {}
  ~VaultSeen();  // Writes what was noted last.
  VaultSeen(const VaultSeen&) = delete;
  VaultSeen& operator=(const VaultSeen&) = delete;

  // What cannot be written now is, the next time: what the file says then is less, and true.
  void note(std::uint64_t writes);

 private:
  void write();

  const std::filesystem::path store_;
  std::optional<std::uint64_t> noted_;
  std::optional<std::uint64_t> written_;
  std::chrono::steady_clock::time_point written_time_;
};

}  // namespace muniment
