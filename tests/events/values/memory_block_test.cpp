#include "events/values/memory_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>

namespace muniment {
namespace {

std::span<const unsigned char> content_of(const MemoryBlock& block) {
  return {static_cast<const unsigned char*>(block.data()), block.bytes()};
}

TEST(MemoryBlock, IsZeroedAndAtLeastAsLargeAsAskedFor) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, MemoryBlock::huge_page_bytes, MemoryBlock::huge_page_bytes + 1}) {
    const MemoryBlock block(bytes);
    EXPECT_GE(block.bytes(), bytes);
    EXPECT_TRUE(std::ranges::all_of(content_of(block), [](unsigned char byte) { return byte == 0; }));
  }
}

TEST(MemoryBlock, StandsOnWholeHugePagesWhenItIsLarge) {
  const MemoryBlock block(3 * MemoryBlock::huge_page_bytes - 5);
  EXPECT_EQ(block.bytes(), 3 * MemoryBlock::huge_page_bytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % MemoryBlock::huge_page_bytes, 0U);
}

TEST(MemoryBlock, MovesWithWhatItHolds) {
  for (const std::size_t bytes : {std::size_t{64}, MemoryBlock::huge_page_bytes}) {
    MemoryBlock first(bytes);
    static_cast<unsigned char*>(first.data())[bytes - 1] = 7;
    MemoryBlock second(16);
    second = std::move(first);
    EXPECT_EQ(content_of(second)[bytes - 1], 7);
    const MemoryBlock third(std::move(second));
    EXPECT_EQ(content_of(third)[bytes - 1], 7);
  }
}

TEST(MemoryBlock, IsNothingByDefault) {
  const MemoryBlock none;
  EXPECT_EQ(none.data(), nullptr);
  EXPECT_EQ(none.bytes(), 0U);
}

}  // namespace
}  // namespace muniment
