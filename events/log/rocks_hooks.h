// For tests of failures alone: what a test puts between the log and its disk. Includes RocksDB, so it is no part of the log's public face.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace muniment {

struct RocksLogHooks {
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

}  // namespace muniment
