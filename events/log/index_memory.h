// The tables of a part of the index in memory (index_tail.h), which stand in pages that the system zeroes one by one when they are first
// touched: a tenth of what a log's writing thread does, where each part takes fresh ones. So those of a part that is on disk are kept for
// the next.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>

#include "events/values/memory_block.h"

namespace muniment {

struct IndexMemory {
  // For so many records at most. Untouched pages cost nothing.
  explicit IndexMemory(std::size_t records_max);

  // Zeroes what is looked at before it is written to.
  void clear();

  MemoryBlock nodes;
  MemoryBlock streams;
  MemoryBlock commands;
  MemoryBlock stream_slots;  // Zeroed.
  MemoryBlock command_slots;
};

// Of one size. Keeps one that nobody uses, and drops others. Thread-safe.
class SpareIndexMemory {
 public:
  explicit SpareIndexMemory(std::size_t records_max) : records_max_(records_max) {}

  IndexMemory take();
  void give_back(IndexMemory memory);

 private:
  const std::size_t records_max_;
  std::mutex mutex_;
  std::optional<IndexMemory> spare_;
};

}  // namespace muniment
