// The end of an epoch: what was erased in it becomes unreadable in every copy of the vault, backups too, because the key that opens them is
// destroyed.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "events/vault/store.h"
#include "tools/store/store.h"

namespace muniment {

// An erasure is complete everywhere, copies of the vault too, so long after the epoch began, if the key is rotated in time.
constexpr std::chrono::days epoch_length{30};

// When the epoch key is due to be rotated: that is the promised completion of all erasures until then. Throws what the log throws.
Timestamp epoch_ends_at(const EventLog& log);

struct EpochRotation {
  std::string former;  // Ids, in hexadecimal.
  std::string current;
  std::size_t accounts = 0;    // That have a key.
  std::uint64_t erasures = 0;  // That are complete with it, all there ever were.
  Timestamp next_due;
};

// Carries out what is to be erased, wraps all keys by a new epoch key, destroys the former one and records it. If it is cut off, the same
// call goes on, and so does the next opening of the store where the key is in its usual place. Nobody else may have the store open: throws
// StoreBusy; ClockStepped, and then nothing was rotated; else as Store's constructor.
EpochRotation rotate_epoch(const std::filesystem::path& folder, const StoreOptions& options);

// Goes on with a rotation that has made its next key. Nobody has the vault open.
std::size_t complete_rotation(VaultStore& vault, const std::filesystem::path& key_file,
                              const std::function<void(std::string_view step)>& on_step, const OnProgress& on_progress = {});

}  // namespace muniment
