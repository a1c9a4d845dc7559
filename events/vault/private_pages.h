// Memory that is mapped for itself: of much that is asked for, what is never touched costs nothing, whatever allocator the program has; it
// is in no core dump; and what was in it is gone once it is given back, because the pages are.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace muniment {

// An allocator for containers that ask seldom and for much: each time is two calls of the system. Throws std::bad_alloc.
template <typename T>
struct PrivatePages {
  using value_type = T;  // NOLINT(readability-identifier-naming): what an allocator is asked for.

  PrivatePages() = default;
  template <typename U>
  explicit(false) PrivatePages(const PrivatePages<U>&) {}

  T* allocate(std::size_t count) {
    void* const pages = ::mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    ::madvise(pages, count * sizeof(T), MADV_DONTDUMP);  // A kernel without it dumps what it would have dumped anyway.
    return static_cast<T*>(pages);
  }
  void deallocate(T* pages, std::size_t count) { ::munmap(pages, count * sizeof(T)); }

  template <typename U>
  bool operator==(const PrivatePages<U>&) const {
    return true;
  }
};

}  // namespace muniment
