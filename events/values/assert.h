// An invariant of our own. It stays on in release: for a ledger, stopping is right.
#pragma once

#include <cstdio>
#include <cstdlib>

#define MUNIMENT_ASSERT(condition)                                                                      \
  do {                                                                                                  \
    if (!(condition)) [[unlikely]] {                                                                    \
      std::fprintf(stderr, "muniment: broken invariant: %s (%s:%d)\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                                     \
    }                                                                                                   \
  } while (false)
