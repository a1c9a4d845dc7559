// The durable head: what the log had certainly synced, in a file outside the database's folder. A database alone cannot tell a synced tail
// that was cut off from one that never was; this file can. format.h has its layout, docs/formats.md the exact bytes. Its invariant: it
// never says more than what is durable, and at most 10 ms less while the node is up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "events/log/event_log.h"

namespace muniment {

// Another process, or another log in this one, has the store open.
struct LogInUse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct DurableHead {
  LogHead head;
  bool clean = false;          // Nothing happened to the log since: it was closed in order.
  std::uint64_t sequence = 0;  // Counts the writes of the file.

  bool operator==(const DurableHead&) const = default;
};

// The bytes of a sector, and back: nothing when they are no valid sector of that partition.
std::string head_sector(const DurableHead& head, Partition partition);
std::optional<DurableHead> head_from_sector(std::string_view sector, Partition partition);

// The file, locked for this process as long as it is open. Not thread-safe.
class DurableHeadFile {
 public:
  // Makes a file that says 0. Throws LogFailed when it cannot or when it is there.
  static void create(const std::filesystem::path& path, Partition partition);
  // Throws LogInUse, LogDamaged when the file is missing or neither sector is valid, and LogFailed when it cannot be read.
  DurableHeadFile(const std::filesystem::path& path, Partition partition);
  ~DurableHeadFile();
  DurableHeadFile(const DurableHeadFile&) = delete;
  DurableHeadFile& operator=(const DurableHeadFile&) = delete;

  const DurableHead& read() const { return newest_; }
  // Returns when it is durable. Throws LogFailed.
  void write(const LogHead& head, bool clean);

 private:
  std::filesystem::path path_;
  Partition partition_;
  int file_ = -1;
  DurableHead newest_;
};

// Writes the head that was given last, on a thread of its own: at once when idle, and at most every 10 ms.
class DurableHeadWriter {
 public:
  static constexpr std::chrono::milliseconds interval{10};

  // The file is borrowed; nobody else may write it meanwhile.
  explicit DurableHeadWriter(DurableHeadFile& file);
  // Writes nothing more.
  ~DurableHeadWriter();

  // Returns at once. Throws LogFailed once a write has failed.
  void advance(const LogHead& head);
  // Returns when the file says `position` or more, or false when the writer has failed or was stopped.
  bool wait_for(Position position);
  // Ends the thread; what was given last and not written stays unwritten.
  void stop();

 private:
  void run();
  bool write_one(std::unique_lock<std::mutex>& lock);

  DurableHeadFile& file_;
  std::mutex mutex_;
  std::condition_variable given_;    // For the writing thread while it is idle: a head was given, or it should stop.
  std::condition_variable stopped_;  // For the writing thread between two writes.
  std::condition_variable written_changed_;
  std::optional<LogHead> pending_;
  Position written_;
  std::string failure_;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
