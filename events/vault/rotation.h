// The end of an epoch: every key that the vault holds is wrapped anew by another epoch key, after which the former one is destroyed and
// with it every older copy of the vault. Both while nobody else has the vault open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

#include "events/values/on_progress.h"
#include "events/vault/epoch_key.h"
#include "events/vault/erasures_done.h"
#include "events/vault/store.h"

namespace muniment {

// The epoch whose key the vault asks for. Throws VaultError.
EpochId epoch_of_vault(const VaultStore& store);

// Which erasures are carried out in a vault that nobody else has open. Throws VaultError.
ErasuresDone erasures_done_in(const std::filesystem::path& directory);

// Wraps what the former key wraps by the current one, and rewrites the files so that none holds a key as it was wrapped before. The vault
// asks for the current one from the moment when all are; cut off before that, it asks for the former one, holds keys of both, and opens
// only once this was called again with the same two. Returns how many accounts have a key. Throws VaultError.
std::size_t rotate_vault(
    VaultStore& store, const EpochKey& former, const EpochKey& current,
    const std::function<void(std::string_view step)>& on_step = [](std::string_view) {}, const OnProgress& on_progress = {});

// Whether a copy of the epoch key opens a vault that nobody writes to, such as a backup's: unwraps everything and changes nothing. Returns
// how many accounts have a key. Throws VaultError, naming the first entry that does not open.
std::size_t drill_epoch_key(const std::filesystem::path& directory, const EpochKey& copy, const OnProgress& on_progress = {});

// The same of what has the vault's entries, whoever writes to it.
std::size_t drill_epoch_key(VaultStore& store, const EpochKey& copy, const OnProgress& on_progress = {});

// Makes a new epoch key beside `file`, for which it waits as `file`.next; again does nothing. Throws VaultError.
EpochKey prepare_next_epoch_key(const std::filesystem::path& file);
bool has_next_epoch_key(const std::filesystem::path& file);
EpochKey read_next_epoch_key(const std::filesystem::path& file);
// Overwrites what is in `file`, and puts the next key in its place; durable when it returns. What a disk keeps of overwritten blocks is
// beyond a program. Throws VaultError.
void adopt_next_epoch_key(const std::filesystem::path& file);

}  // namespace muniment
