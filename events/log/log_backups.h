// Backups of a log, in a folder of their own, made while it is written. A table file is copied once for all of them, so that one more
// backup costs what was written since the one before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "events/values/on_progress.h"

namespace muniment {

class RocksLog;

// Makes one more, and the folder where there is none; returns its number, from 1. It holds at least what was durable when it began. Any
// thread, one at a time in a folder. Throws LogFailed, also when it was asked to stop: nothing was added then.
std::uint32_t back_up_log(const RocksLog& log, const std::filesystem::path& folder, const std::stop_token& stop = {},
                          const OnProgress& on_progress = {});

// In rising order. Throws LogFailed when the folder holds none.
std::vector<std::uint32_t> log_backups(const std::filesystem::path& folder);

// Compares the checksums of its files with what they were, then puts the log's database into a folder that must not exist. Throws
// LogDamaged where a file is missing or another, LogFailed else.
void restore_log(const std::filesystem::path& folder, std::uint32_t number, const std::filesystem::path& to);

// Forgets these, and what only they need. Throws LogFailed.
void forget_log_backups(const std::filesystem::path& folder, std::span<const std::uint32_t> numbers);

}  // namespace muniment
