#include "events/values/memory_block.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace muniment {
namespace {

constexpr std::size_t cache_line_bytes = 64;

std::size_t rounded(std::size_t bytes) {
  return (bytes + MemoryBlock::huge_page_bytes - 1) / MemoryBlock::huge_page_bytes * MemoryBlock::huge_page_bytes;
}

// A mapping begins at any page of 4 KiB: one page more is mapped, and what stands out at both ends is given back.
void* map_aligned(std::size_t bytes) {
  const std::size_t mapped = bytes + MemoryBlock::huge_page_bytes;
  void* const at = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(at);
  const std::size_t before = rounded(reinterpret_cast<std::uintptr_t>(begin)) - reinterpret_cast<std::uintptr_t>(begin);
  if (before > 0) ::munmap(begin, before);
  if (const std::size_t after = mapped - before - bytes; after > 0) ::munmap(begin + before + bytes, after);
  return begin + before;
}

}  // namespace

MemoryBlock::MemoryBlock(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  if (bytes < huge_page_bytes) {
    data_ = std::aligned_alloc(cache_line_bytes, (bytes + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes);
    if (data_ == nullptr) throw std::bad_alloc();
    std::memset(data_, 0, bytes);
    return;
  }
  bytes_ = rounded(bytes);
  data_ = map_aligned(bytes_);
  ::madvise(data_, bytes_, MADV_HUGEPAGE);  // A wish: without it the block is only slower.
}

MemoryBlock& MemoryBlock::operator=(MemoryBlock&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = other.data_;
  bytes_ = other.bytes_;
  other.forget();
  return *this;
}

void MemoryBlock::populate() noexcept {
  if (bytes_ >= huge_page_bytes) ::madvise(data_, bytes_, MADV_POPULATE_WRITE);  // A wish too.
}

void MemoryBlock::release() noexcept {
  if (bytes_ < huge_page_bytes) {
    std::free(data_);
  } else {
    ::munmap(data_, bytes_);
  }
}

}  // namespace muniment
