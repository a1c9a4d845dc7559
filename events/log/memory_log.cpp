#include "events/log/memory_log.h"

#include "events/log/keys.h"
#include "events/values/assert.h"

namespace muniment {

std::expected<LogHead, Conflict> MemoryLog::append(const AppendBatch& batch) {
  MUNIMENT_ASSERT(batch.partition == partition_ && !batch.records.empty());
  const std::lock_guard lock(mutex_);
  if (failed_) throw LogFailed("the log takes no more events: it was told to fail");
  if (auto conflict = find_conflict(batch)) return std::unexpected(std::move(*conflict));
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
    for (const auto entry : reader.event().getStreams()) {
      const StreamVersion stream = stream_version_of(entry);
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
  for (const auto entry : reader.event().getStreams()) streams_[stream_version_of(entry).stream].push_back(position);
  if (!reader.event().hasFingerprint()) return;
  const auto actor = reader.event().getActor();
  std::string name;
  put_command_name(actor.getKind(), text_of(actor.getName()), text_of(reader.event().getCommandId()), name);
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

void MemoryLog::read(Partition partition, Position from, Position to, const RecordVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  const Position last = std::min(to, head(partition).position);
  for (Position position = from; position <= last; ++position) {
    if (!visit(position, *record_at(position))) return;
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

std::optional<Position> MemoryLog::find_command(Partition partition, const Principal& principal, std::string_view command_id) const {
  MUNIMENT_ASSERT(partition == partition_);
  std::string name;
  put_command_name(principal.kind, principal.name, command_id, name);
  const std::lock_guard lock(mutex_);
  const auto found = commands_.find(name);
  if (found == commands_.end()) return std::nullopt;
  return found->second;
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
