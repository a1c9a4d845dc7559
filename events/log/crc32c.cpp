// CRC-32C by the processor's own instruction, in place of RocksDB's function: Debian builds RocksDB for processors that do not have it, and
// the checksums of the write-ahead log took a tenth of the writing thread's time. The program's function of this name comes before the
// library's own, by the rules of the dynamic linker, and asks that one where the processor has no such instruction. The values are the
// same.
#ifdef __x86_64__

#include <dlfcn.h>
#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "events/values/assert.h"

namespace {

using ExtendFunction = std::uint32_t (*)(std::uint32_t init, const char* data, std::size_t size);

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t init, const char* data, std::size_t size) {
  std::uint64_t crc = init ^ 0xffff'ffffU;
  for (; size >= sizeof(std::uint64_t); data += sizeof(std::uint64_t), size -= sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, data, sizeof eight);
    crc = _mm_crc32_u64(crc, eight);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; size > 0; ++data, --size) rest = _mm_crc32_u8(rest, static_cast<std::uint8_t>(*data));
  return rest ^ 0xffff'ffffU;
}

ExtendFunction fastest() {
  if (__builtin_cpu_supports("sse4.2")) return by_instruction;
  const auto of_library = reinterpret_cast<ExtendFunction>(dlsym(RTLD_NEXT, "_ZN7rocksdb6crc32c6ExtendEjPKcm"));
  MUNIMENT_ASSERT(of_library != nullptr);
  return of_library;
}

}  // namespace

namespace rocksdb::crc32c {

std::uint32_t Extend(std::uint32_t init, const char* data, std::size_t size);  // NOLINT: RocksDB's name.

std::uint32_t Extend(std::uint32_t init, const char* data, std::size_t size) {
  static const ExtendFunction extend = fastest();
  return extend(init, data, size);
}

}  // namespace rocksdb::crc32c

#endif
