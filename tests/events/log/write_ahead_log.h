// A RocksDB write-ahead log as a test cuts it: where its records stand. Source: RocksDB wiki, "Write Ahead Log File Format".
#pragma once

#include <string_view>
#include <vector>

namespace muniment {

// A record: what one write left, in one fragment or several.
struct WalRecord {
  std::size_t begin;  // of its first fragment's header
  std::size_t end;    // after its last byte
};

// The records of a whole file, in order; an unfinished one at its end is left out.
std::vector<WalRecord> wal_records(std::string_view file);

}  // namespace muniment
