// Fetches memory ahead, so that it is in the processor's cache when its turn comes.
#pragma once

namespace muniment {

// The empty assembly is an effect: g++ takes a function that only prefetches for one that does nothing, and drops the calls of it.
inline void fetch_ahead(const void* at) {
  __builtin_prefetch(at);
  asm volatile("");
}

}  // namespace muniment
