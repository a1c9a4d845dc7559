#include "events/log/memory_log.h"

#include "events/log/format.h"
#include "events/log/keys.h"
#include "events/record/event_streams.h"
#include "events/values/assert.h"

namespace muniment {

std::expected<LogHead, Conflict> MemoryLog::append(const AppendBatch& batch) {
  MUNIMENT_ASSERT(batch.partition == partition_ && !batch.records.empty());
  const std::lock_guard lock(mutex_);
  if (failed_) throw LogFailed("the log takes no more events: it was told to fail");
  if (const auto conflict = find_conflict(batch)) return std::unexpected(*conflict);
  for (const RecordWords record : batch.records) add(record);
  head_ = {tree_.size(), tree_.root()};
  moved_.notify_all();
  return head_;
}

std::optional<Conflict> MemoryLog::find_conflict(const AppendBatch& batch) const {
  Position position = RecordReader(batch.records.front()).event().getPosition() - 1;
  if (position != head_.position) return Conflict{std::nullopt, position, head_.position};
  std::unordered_map<StreamName, Version> versions;
  const auto version = [&](const StreamName& stream) -> Version& {
    const auto found = streams_.find(stream);
    return versions.try_emplace(stream, found == streams_.end() ? 0 : found->second.size()).first->second;
  };
  for (const Condition& condition : batch.conditions) {
    if (version(condition.stream) != condition.version) return Conflict{condition.stream, condition.version, version(condition.stream)};
  }
  for (const RecordWords record : batch.records) {
    RecordReader reader(record);
    check_envelope(reader.event());
    MUNIMENT_ASSERT(reader.event().getPosition() == ++position);
    for (const StreamVersion& stream : streams_of(reader.event())) {
      Version& actual = version(stream.stream);
      if (stream.version != actual + 1) return Conflict{stream.stream, stream.version - 1, actual};
      actual = stream.version;
    }
  }
  return std::nullopt;
}

void MemoryLog::add(RecordWords record) {
  records_.push_back(std::make_unique<const Words>(record.begin(), record.end()));
  const Position position = records_.size();
  tree_.append(hasher_.leaf_hash(bytes_of(record)));
  tree_.take_full_tiles();
  RecordReader reader(record);
  for (const StreamVersion& entry : streams_of(reader.event())) streams_[entry.stream].push_back(position);
  if (!has_fingerprint(reader.event())) return;
  const Sender sender = sender_of(reader.event());
  std::string name;
  put_command_name(sender.kind, sender.name, text_of(reader.event().getCommandId()), name);
  commands_.emplace(std::move(name), position);
}

LogHead MemoryLog::head(Partition partition) const {
  MUNIMENT_ASSERT(partition == partition_);
  const std::lock_guard lock(mutex_);
  return head_;
}

const MemoryLog::Words* MemoryLog::record_at(Position position) const {
  const std::lock_guard lock(mutex_);
  return position <= records_.size() ? records_[position - 1].get() : nullptr;
}

void MemoryLog::read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  const Position last = std::min(to, head(partition).position);
  std::vector<RecordWords> run;
  for (Position first = from; first <= last; first += run.size()) {
    run.clear();
    while (run.size() < log_format::chunk_records_max && first + run.size() <= last) run.emplace_back(*record_at(first + run.size()));
    if (!visit(first, run)) return;
  }
}

void MemoryLog::read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const {
  MUNIMENT_ASSERT(partition == partition_ && from >= 1);
  std::vector<Position> positions;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = streams_.find(stream); found != streams_.end()) positions = found->second;
  }
  for (std::size_t i = from - 1; i < positions.size(); ++i) {
    if (!visit(positions[i], *record_at(positions[i]))) return;
  }
}

Version MemoryLog::stream_version(Partition partition, const StreamName& stream) const {
  MUNIMENT_ASSERT(partition == partition_);
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.size();
}

void MemoryLog::find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const {
  MUNIMENT_ASSERT(partition == partition_ && found.size() == commands.size());
  const std::lock_guard lock(mutex_);
  std::string name;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    name.clear();
    put_command_name(commands[i].kind, commands[i].principal, commands[i].id, name);
    const auto known = commands_.find(name);
    found[i] = known == commands_.end() ? std::nullopt : std::optional(known->second);
  }
}

bool MemoryLog::wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const {
  MUNIMENT_ASSERT(partition == partition_);
  std::unique_lock lock(mutex_);
  return moved_.wait_for(lock, time, [&] { return head_.position > position; });
}

void MemoryLog::fail() {
  const std::lock_guard lock(mutex_);
  failed_ = true;
}

}  // namespace muniment
