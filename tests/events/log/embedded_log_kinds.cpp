// The logs that need nothing but a folder.
#include "events/log/memory_log.h"
#include "events/log/rocks_log.h"
#include "tests/events/log/archive_files.h"
#include "tests/events/log/log_kinds.h"

namespace muniment {
namespace {

std::unique_ptr<EventLog> rocks(const TempFolder& folder, std::size_t index_run_records, std::size_t stream_heads_max) {
  return RocksLog::create({.folder = folder / "log",
                           .head_file = folder / "head",
                           .index_run_records = index_run_records,
                           .stream_heads_max = stream_heads_max});
}

// Moves what it can into an archive after each append.
class ArchivingLog final : public EventLog {
 public:
  ArchivingLog(std::unique_ptr<RocksLog> log, std::filesystem::path archive) : log_(std::move(log)), archive_(std::move(archive)) {}

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override {
    auto head = log_->append(batch);
    if (head && log_->archived() + tile_width <= head->position) {
      const Position last = head->position / tile_width * tile_width;
      write_bundles(*log_, last, archive_);
      log_->move_to_archive(archive_, last, [](Position) {}, [] {});
    }
    return head;
  }
  LogHead head(Partition partition) const override { return log_->head(partition); }
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override {
    log_->read_runs(partition, from, to, visit);
  }
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override {
    log_->read_stream(partition, stream, from, visit);
  }
  Version stream_version(Partition partition, const StreamName& stream) const override { return log_->stream_version(partition, stream); }
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override {
    log_->find_commands(partition, commands, found);
  }
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override {
    return log_->wait_beyond(partition, position, time);
  }
  void close() override { log_->close(); }

 private:
  const std::unique_ptr<RocksLog> log_;
  const std::filesystem::path archive_;
};

}  // namespace

std::vector<LogKind> log_kinds() {
  return {
      {"Memory", [](const TempFolder&) { return std::make_unique<MemoryLog>(); }},
      {"Rocks", [](const TempFolder& folder) { return rocks(folder, 262'144, 524'288); }},
      // Its index moves to disk all the time.
      {"RocksOfSmallRuns", [](const TempFolder& folder) { return rocks(folder, 16, 8); }},
      {"RocksWithAnArchive",
       [](const TempFolder& folder) {
         return std::make_unique<ArchivingLog>(
             RocksLog::create({.folder = folder / "log", .head_file = folder / "head", .index_run_records = 16}), folder / "archive");
       }},
  };
}

}  // namespace muniment
