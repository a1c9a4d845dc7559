// Zeroed memory for large tables. A block of huge_page_bytes or more stands on huge pages where the system has them: random accesses all
// over a table of a gigabyte otherwise pay a walk of the page tables each.
#pragma once

#include <cstddef>

namespace muniment {

class MemoryBlock {
 public:
  static constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

  MemoryBlock() = default;
  // Aligned to a line of the processor's cache at least. Throws std::bad_alloc.
  explicit MemoryBlock(std::size_t bytes);
  MemoryBlock(MemoryBlock&& other) noexcept : data_(other.data_), bytes_(other.bytes_) { other.forget(); }
  MemoryBlock& operator=(MemoryBlock&& other) noexcept;
  ~MemoryBlock() { release(); }

  // Takes all of its huge pages from the system at once. For a table that will be visited all over: a page that is read before it is
  // written is otherwise mapped twice.
  void populate() noexcept;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  void release() noexcept;
  void forget() noexcept {
    data_ = nullptr;
    bytes_ = 0;
  }

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace muniment
