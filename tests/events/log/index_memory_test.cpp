#include "events/log/index_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace muniment {
namespace {

bool is_zero(const MemoryBlock& block) {
  const std::span bytes(static_cast<const std::byte*>(block.data()), block.bytes());
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

TEST(SpareIndexMemory, GivesWhatWasGivenBackWithItsSlotsZeroed) {
  SpareIndexMemory spare(100);
  IndexMemory first = spare.take();
  const void* const nodes = first.nodes.data();
  std::memset(first.stream_slots.data(), 1, first.stream_slots.bytes());
  std::memset(first.command_slots.data(), 1, first.command_slots.bytes());
  spare.give_back(std::move(first));
  const IndexMemory again = spare.take();
  EXPECT_EQ(again.nodes.data(), nodes);
  EXPECT_TRUE(is_zero(again.stream_slots));
  EXPECT_TRUE(is_zero(again.command_slots));
}

TEST(SpareIndexMemory, GivesTheSameMemoryToOneAtATime) {
  SpareIndexMemory spare(100);
  spare.give_back(spare.take());
  const IndexMemory first = spare.take();
  const IndexMemory second = spare.take();
  EXPECT_NE(first.nodes.data(), second.nodes.data());
}

}  // namespace
}  // namespace muniment
