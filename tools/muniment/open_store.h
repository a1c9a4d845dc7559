// Opens the store for one subcommand and closes it in order.
#pragma once

#include <functional>
#include <string_view>

#include "tools/muniment/console.h"
#include "tools/muniment/subcommands.h"
#include "tools/store/store.h"

namespace muniment {

// Runs `work` with the store open; `subcommand` is what others are told who find it held, and `console` shows how far an opening is that
// takes long. After an exception other than CliError the store is left as after a crash, and the next opening checks it.
ExitCode with_store(const Folder& folder, std::string_view subcommand, const Console& console, const std::function<ExitCode(Store&)>& work,
                    StoreOptions options = {});

// Throws CliError where no store is named.
void require_store_named(const Folder& folder);

// Completed for this subcommand: whom others are told of, where the keys are, and what opens them.
StoreOptions options_for(std::string_view subcommand, StoreOptions options = {});

// As with_store, for what records something: not while a step of the clock is not accepted, whose time would be on record for ever.
ExitCode with_recording_store(const Folder& folder, std::string_view subcommand, const Console& console,
                              const std::function<ExitCode(Store&)>& work, StoreOptions options = {});

// Throws StoreStopped, or LogDamaged where what the decision rests on could not be read. Precondition: it failed.
[[noreturn]] void throw_failure(const Answer& answer);

// As with_store, for a question about who may what, and says that nobody will know of it: only a node has those on record.
ExitCode ask_store(const Folder& folder, std::string_view subcommand, const Console& console, const std::function<ExitCode(Store&)>& work,
                   StoreOptions options = {});

}  // namespace muniment
