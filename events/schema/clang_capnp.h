// Included before everything else when clang compiles: two places of Cap'n Proto 0.9.2 stop clang 19, and not g++ 12.
//   It compares `const char*` with kj::StringPtr through an operator that C++20's rewritten candidates make ambiguous (mended upstream in
//   1.0.1). These exact matches settle it.
//   It lets g++ alone copy a capnp::word, as a vector of words must.
#pragma once

#ifdef __cplusplus
namespace kj {
class StringPtr;
inline bool operator==(const char* a, const StringPtr& b);
inline bool operator!=(const char* a, const StringPtr& b);
}  // namespace kj

#include <kj/memory.h>
#include <kj/string.h>
#include <kj/units.h>

namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return StringPtr(a) == b; }
inline bool operator!=(const char* a, const StringPtr& b) { return !(StringPtr(a) == b); }
}  // namespace kj

#pragma push_macro("KJ_DISALLOW_COPY")
#undef KJ_DISALLOW_COPY
#define KJ_DISALLOW_COPY(type)
#include <capnp/common.h>
#pragma pop_macro("KJ_DISALLOW_COPY")
#endif
