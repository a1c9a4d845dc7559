// The database of the views, on RocksDB. One table a projection; a rebuild fills a second one beside it, and swapping it in is one write.
//
// What it holds is a cache of the log: writes are not synced, and after a power cut a table stands at an earlier position, complete up to
// there. A database that is damaged or of another layout is dropped when it is opened and starts empty.
//
// Threading: everything may be called from several threads; a table is written by one at a time. A table and a snapshot stay readable as
// long as somebody holds them, also after another table was swapped in.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "projections/store/coding.h"
#include "projections/store/row_buffer.h"

namespace muniment::view {

class Database;

// The rows of one projection, of one building.
class Table {
 public:
  struct Impl;
  explicit Table(std::unique_ptr<Impl> impl);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table();
  // Differs between a table and the one that replaces it.
  const std::string& name() const;
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

using TablePtr = std::shared_ptr<Table>;

enum class Scan {
  prefix,  // Never leaves the prefix (key_prefix) of the key it was last sent to. Filters make a prefix that is absent cheap.
  whole,   // Any keys.
};

// A place among the rows of a table, in the order of the keys. Not valid until sent somewhere. One thread at a time.
class Rows {
 public:
  struct Impl;
  explicit Rows(std::unique_ptr<Impl> impl);
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  void seek(std::string_view key);           // To the first row at or after the key.
  void seek_for_prev(std::string_view key);  // To the last row at or before the key.
  void next();
  void prev();
  bool valid() const { return valid_; }
  // Until the place moves.
  std::string_view key() const { return key_; }
  std::string_view value() const;

 private:
  void settle();

  std::unique_ptr<Impl> impl_;
  std::string_view key_;
  bool valid_ = false;
};

// The database as it was at one moment, for as long as this lives.
class Snapshot {
 public:
  struct Impl;
  explicit Snapshot(std::unique_ptr<Impl> impl);
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();

  std::optional<std::string> get(const Table& table, std::string_view key) const;
  // Values of many keys, in their order; nothing where there is none.
  std::vector<std::optional<std::string>> get_all(const Table& table, std::span<const std::string> keys) const;
  // The snapshot and the table must outlive the rows.
  Rows rows(const Table& table, Scan scan) const;

 private:
  std::unique_ptr<Impl> impl_;
};

class Database {
 public:
  struct Options {
    std::filesystem::path folder;
    std::size_t cache_bytes = std::size_t{128} << 20;
    std::string layout;              // A database of another one is dropped.
    std::vector<std::string> views;  // Names of the projections.
  };

  // Creates it if there is none. Throws Failed when another process has it open or the disk fails.
  explicit Database(Options options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Why what was there had to be dropped; empty if it was not.
  const std::string& dropped_because() const;

  TablePtr live(std::size_t view) const;
  TablePtr create_beside(std::size_t view);
  // From now on `table` is the live one; the former is dropped when its last holder lets go. Durable when it returns.
  void swap_in(std::size_t view, TablePtr table);
  // Forgets a table that was never swapped in.
  void drop(const Table& table);

  Snapshot snapshot() const;
  std::optional<std::string> get(const Table& table, std::string_view key) const;

  struct Put {
    Table* table;
    RowBuffer* rows;
  };
  // All of them or none, in one unsynced write.
  void write(std::span<const Put> puts);
  // The same for many rows of one table, sorted into a file that is put beside the others: several times as fast, worth it from some ten
  // thousand rows on. Durable when it returns. Clears the rows.
  void ingest(Table& table, RowBuffer& rows);

  // What is in memory goes to files.
  void flush();
  // Rewrites all files, so that none holds a byte of rows that were removed or overwritten before. Waits for snapshots from before; throws
  // Failed when one is kept for a minute.
  void scrub();
  // Waits until nothing is left to compact; for measurements.
  void settle(const Table& table);
  std::uint64_t disk_bytes(const Table& table) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment::view
