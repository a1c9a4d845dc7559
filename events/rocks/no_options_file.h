// RocksDB writes the options of a database into a file of the database at each opening and for each column family that is made, reads the
// file back, and compares. What opens a database here has the options in its source and never asks the file; writing it was half of what
// opening a small store took. RocksDB has no option to leave it out, but goes on where it cannot be made.
//
// Includes RocksDB: for what opens databases alone.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace rocksdb {
class Env;
}

namespace muniment {

// That file system, but it refuses the files of options.
std::shared_ptr<rocksdb::FileSystem> no_options_file(const std::shared_ptr<rocksdb::FileSystem>& target);

// The disk, so. Lives as long as the process; thread-safe.
rocksdb::Env* disk_without_options_files();

}  // namespace muniment
