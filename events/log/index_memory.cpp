#include "events/log/index_memory.h"

#include <cstring>
#include <utility>

#include "events/log/index_tail.h"

namespace muniment {

IndexMemory::IndexMemory(std::size_t records_max)
    : nodes(records_max * event_streams_max * sizeof(IndexTail::Node)),
      streams(records_max * event_streams_max * sizeof(IndexTail::StreamHead)),
      commands(records_max * sizeof(IndexTail::Command)),
      stream_slots(IndexTail::stream_slots_for(records_max) * sizeof(std::uint32_t)),
      command_slots(IndexTail::command_slots_for(records_max) * sizeof(std::uint32_t)) {}

void IndexMemory::clear() {
  std::memset(stream_slots.data(), 0, stream_slots.bytes());
  std::memset(command_slots.data(), 0, command_slots.bytes());
}

IndexMemory SpareIndexMemory::take() {
  {
    const std::lock_guard lock(mutex_);
    if (spare_) return std::move(*std::exchange(spare_, std::nullopt));
  }
  return IndexMemory(records_max_);
}

void SpareIndexMemory::give_back(IndexMemory memory) {
  memory.clear();
  const std::lock_guard lock(mutex_);
  if (!spare_) spare_.emplace(std::move(memory));
}

}  // namespace muniment
