// A file system whose write-ahead files are written over zeros that are there already.
//
// A sync of a file that has grown must also commit the file system's journal, which takes as long again as the data and waits for whatever
// else is in that journal. Bytes that lie over others of the same file need neither, so a small group is durable in about half the time.
// PostgreSQL writes its log so for the same reason.
//
// RocksDB skips zeros in such a file (its record type 0 is reserved for files that were made larger beforehand), and a file that is closed
// in order loses them. Of a power cut they change nothing: a group is synced before the next is written, so what lies behind a part that is
// missing was never acknowledged; and what the log must have, its durable head says (durable_head.h).
//
// Includes RocksDB: for rocks_store.cpp and its test alone.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace muniment {

// Of small writes, so much is made zero at a time.
inline constexpr std::uint64_t zeroed_wal_step_bytes = 256u << 10;
// What is written at once beyond this takes longer than the journal, and goes behind the file's end.
inline constexpr std::size_t zeroed_wal_write_max = 64u << 10;

std::shared_ptr<rocksdb::FileSystem> with_zeroed_wal(const std::shared_ptr<rocksdb::FileSystem>& target);

}  // namespace muniment
