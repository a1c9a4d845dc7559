// An event log that keeps whatever it is given, so that tests can have records which no real log would take.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "events/record/event_streams.h"
#include "events/record/record.h"
#include "events/values/assert.h"

namespace muniment {

class ListLog final : public EventLog {
 public:
  using Words = std::vector<capnp::word>;

  void add(Words record) {
    const std::lock_guard lock(mutex_);
    records_.push_back(std::make_shared<const Words>(std::move(record)));
    moved_.notify_all();
  }
  // From now on this record is not what was written; 0: none.
  void damage(Position position) { damaged_ = position; }
  // What a restored backup looks like.
  void cut_back(Position head) {
    const std::lock_guard lock(mutex_);
    records_.resize(head);
  }

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override {
    for (const auto record : batch.records) add({record.begin(), record.end()});
    return head(batch.partition);
  }
  LogHead head(Partition) const override {
    const std::lock_guard lock(mutex_);
    return {records_.size(), {}};
  }
  void read_runs(Partition, Position from, Position to, const RunVisitor& visit) const override {
    MUNIMENT_ASSERT(from >= 1);
    for (Position position = from; position <= to; ++position) {
      const auto record = at(position);
      if (!record) return;
      if (position == damaged_) throw LogDamaged("position " + std::to_string(position) + ": not what was written");
      const RecordWords words = *record;
      if (!visit(position, {&words, 1})) return;
    }
  }
  // Looks at every record.
  void read_stream(Partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override {
    for (Position position = 1; const auto words = at(position); ++position) {
      if (version_in(*words, stream) >= from && !visit(position, *words)) return;
    }
  }
  Version stream_version(Partition, const StreamName& stream) const override {
    Version out = 0;
    for (Position position = 1; const auto words = at(position); ++position) out = std::max(out, version_in(*words, stream));
    return out;
  }
  void find_commands(Partition, std::span<const CommandName>, std::span<std::optional<Position>> found) const override {
    std::ranges::fill(found, std::nullopt);
  }
  bool wait_beyond(Partition, Position position, std::chrono::milliseconds time) const override {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, time, [&] { return records_.size() > position; });
  }
  void close() override {}

 private:
  // Its version there; 0: it is of another one, or no record.
  static Version version_in(const Words& words, const StreamName& stream) {
    try {
      RecordReader record(words);
      for (const StreamVersion& entry : streams_of(record.event())) {
        if (entry.stream == stream) return entry.version;
      }
    } catch (const std::exception&) {
    }
    return 0;
  }
  std::shared_ptr<const Words> at(Position position) const {
    const std::lock_guard lock(mutex_);
    return position <= records_.size() ? records_[position - 1] : nullptr;
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable moved_;
  std::vector<std::shared_ptr<const Words>> records_;
  std::atomic<Position> damaged_ = 0;
};

}  // namespace muniment
