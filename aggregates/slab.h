// Many values of one type at addresses that stay, in blocks that grow, without an allocation each. Whoever makes a value drops it before
// the slab goes.
//
// One thread at a time.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "events/values/memory_block.h"

namespace muniment {

template <typename T>
class Slab {
 public:
  Slab() = default;
  Slab(Slab&&) = default;
  Slab& operator=(Slab&&) = default;

  template <typename... Args>
  T* make(Args&&... args) {
    void* const place = take_place();
    return ::new (place) T(std::forward<Args>(args)...);
  }

  void drop(T* value) {
    std::destroy_at(value);
    free_.push_back(value);
  }

 private:
  // The first block is small, because many tables hold a handful; they double up to whole huge pages.
  static constexpr std::size_t first_block_values = 8;

  void* take_place() {
    if (!free_.empty()) {
      void* const place = free_.back();
      free_.pop_back();
      return place;
    }
    if (next_ == end_) grow();
    return next_++;
  }

  void grow() {
    const std::size_t largest = std::max(MemoryBlock::huge_page_bytes, sizeof(T));
    const std::size_t bytes = blocks_.empty() ? first_block_values * sizeof(T) : std::min(blocks_.back().bytes() * 2, largest);
    const MemoryBlock& block = blocks_.emplace_back(bytes);
    next_ = static_cast<Place*>(block.data());
    end_ = next_ + block.bytes() / sizeof(T);
  }

  struct alignas(T) Place {
    std::byte bytes[sizeof(T)];
  };

  std::vector<MemoryBlock> blocks_;
  Place* next_ = nullptr;
  Place* end_ = nullptr;
  std::vector<void*> free_;
};

}  // namespace muniment
