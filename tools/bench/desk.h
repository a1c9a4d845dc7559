// The questions of the auditor's desk, of a store that `muniment-bench fill --desk` made.
#pragma once

#include <filesystem>

#include "tools/store/store.h"

namespace muniment {

// Questions about one user or provider, counts of findings, whole answers about the record, and rows as an answer streams them.
void bench_desk(const std::filesystem::path& folder, const StoreOptions& options, int questions);

// Each view anew, one after the other.
void bench_rebuild(const std::filesystem::path& folder, const StoreOptions& options);

}  // namespace muniment
