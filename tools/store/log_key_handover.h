// Another key for the log's checkpoints: recorded in the log, then signing together with the former one, then alone. Whoever has the former
// key can follow to the new one by what the former one signed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "tools/store/store.h"

namespace muniment {

// For how long both keys sign, unless another time is said: long enough for everybody who checks the log to hear of it.
constexpr std::chrono::days both_sign_for{30};

struct LogKeyHandover {
  std::chrono::days both_for = both_sign_for;  // 0: the former signs the first checkpoint of the new one, and no other.
  std::string requested_by{};                  // Who rotates it; recorded.
  std::filesystem::path new_key{};             // A key that somebody made, a copy of which is taken; empty: one is made.
};

// Makes a new key, records it, has the first checkpoint signed by both and names the new key in log.vkey. If it is cut off before it is
// recorded, the next opening that signs undoes it, else it completes it. Nobody else may have the store open: throws StoreBusy;
// ClockStepped, and then nothing was recorded; else as Store's constructor and notary().
LogKeyRotation rotate_log_key(const std::filesystem::path& store, const LogKeyHandover& handover, const StoreOptions& options);

}  // namespace muniment
