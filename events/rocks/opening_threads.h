// How many threads open the files of a RocksDB database. RocksDB starts all of them for each column family, however few files there are
// (16, where nothing is said), and a small store's opening was mostly that.
#pragma once

#include <filesystem>

namespace muniment {

// One for every eight table files in `database`, at least one and at most RocksDB's own sixteen; one where the folder cannot be read.
int opening_threads(const std::filesystem::path& database);

}  // namespace muniment
