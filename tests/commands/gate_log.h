// A log whose appends wait until they are let through, or fail: to see what happens between a decision and the disk.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "events/log/memory_log.h"

namespace muniment::test {

class GateLog final : public EventLog {
 public:
  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override {
    {
      std::unique_lock lock(mutex_);
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_ || allowed_ > 0 || failing_; });
      --waiting_;
      if (failing_) throw LogFailed("the disk said no");
      if (appends_meet_damage_) throw LogDamaged("the versions are not what was written");
      if (!open_) --allowed_;
      ++appends_;
    }
    return log_.append(batch);
  }

  void close_gate() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open_gate() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void let_one_through() {
    const std::lock_guard lock(mutex_);
    ++allowed_;
    changed_.notify_all();
  }
  void fail() {
    const std::lock_guard lock(mutex_);
    failing_ = true;
    changed_.notify_all();
  }
  void wait_until_an_append_waits() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  // From now on the stream's events are not what was written, behind the first one.
  void damage(const StreamName& stream) { damaged_ = stream; }
  // From now on it cannot be told whether the command of this id was recorded.
  void damage_command(std::string id) { damaged_command_ = std::move(id); }
  // From now on the head moves no more: the versions of streams cannot be read by whoever appends.
  void damage_appends() { appends_meet_damage_ = true; }
  void mend() {
    damaged_.reset();
    damaged_command_.reset();
  }
  int appends() const {
    const std::lock_guard lock(mutex_);
    return appends_;
  }

  LogHead head(Partition partition) const override { return log_.head(partition); }
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override {
    log_.read_runs(partition, from, to, visit);
  }
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override {
    log_.read_stream(partition, stream, from, [&](Position position, RecordWords words) {
      if (!visit(position, words)) return false;
      if (damaged_ == stream) throw LogDamaged("a bundle is not what was written");
      return true;
    });
  }
  Version stream_version(Partition partition, const StreamName& stream) const override { return log_.stream_version(partition, stream); }
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override {
    if (std::ranges::any_of(commands, [this](const CommandName& command) { return command.id == damaged_command_; }))
      throw LogDamaged("an id is not what was written");
    log_.find_commands(partition, commands, found);
  }
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override {
    return log_.wait_beyond(partition, position, time);
  }
  void close() override { log_.close(); }

 private:
  MemoryLog log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool failing_ = false;
  bool appends_meet_damage_ = false;   // Changed only while nobody appends.
  std::optional<StreamName> damaged_;  // Changed only while nobody reads, and so is that:
  std::optional<std::string> damaged_command_;
  int allowed_ = 0;
  int waiting_ = 0;
  int appends_ = 0;
};

}  // namespace muniment::test
