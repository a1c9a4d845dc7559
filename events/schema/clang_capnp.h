// Included before everything else when clang compiles: Cap'n Proto 0.9.2 compares `const char*` with kj::StringPtr through an operator that
// C++20's rewritten candidates make ambiguous for clang 19 (mended upstream in 1.0.1). These exact matches settle it.
#pragma once

#ifdef __cplusplus
namespace kj {
class StringPtr;
inline bool operator==(const char* a, const StringPtr& b);
inline bool operator!=(const char* a, const StringPtr& b);
}  // namespace kj

#include <kj/string.h>

namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return StringPtr(a) == b; }
inline bool operator!=(const char* a, const StringPtr& b) { return !(StringPtr(a) == b); }
}  // namespace kj
#endif
