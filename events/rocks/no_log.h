// RocksDB's own information log, which the databases here do without: what is wrong is told by a call's status. On a disk that takes no
// more, its log is what fails first, and RocksDB ends the process for it, instead of the answer that the caller could have got.
#pragma once

#include <memory>

namespace rocksdb {
class Logger;  // NOLINT(readability-identifier-naming): RocksDB's.
}

namespace muniment {

// Thread-safe.
std::shared_ptr<rocksdb::Logger> no_log();

}  // namespace muniment
