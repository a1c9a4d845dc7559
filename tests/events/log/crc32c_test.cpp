#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/events/log/rocks_fixture.h"

namespace rocksdb::crc32c {
std::uint32_t Extend(std::uint32_t init, const char* data, std::size_t size);  // NOLINT: RocksDB's name.
}

namespace muniment {
namespace {

using Crc32c = RocksLogTest;

std::uint32_t crc_of(std::string_view bytes) { return rocksdb::crc32c::Extend(0, bytes.data(), bytes.size()); }

// Bit by bit, as the polynomial says.
std::uint32_t reference_of(std::string_view bytes) {
  std::uint32_t crc = 0xffff'ffffU;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f6'3b78U : 0);
  }
  return crc ^ 0xffff'ffffU;
}

// Where a library finds the function that it calls by that name: nothing where it does not look for it outside of itself.
void* called_by(std::string_view library, std::string_view function) {
  struct Search {
    std::string_view library;
    std::string_view function;
    void* found = nullptr;
  } search{library, function};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        if (std::string_view(info->dlpi_name).find(wanted.library) == std::string_view::npos) return 0;
        const ElfW(Rela)* relocations = nullptr;
        const ElfW(Sym)* symbols = nullptr;
        const char* names = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
          if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
          const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
          for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_JMPREL) relocations = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
            if (entry->d_tag == DT_PLTRELSZ) size = entry->d_un.d_val;
            if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
            if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
          }
        }
        for (std::size_t i = 0; i < size / sizeof(ElfW(Rela)); ++i) {
          if (names + symbols[ELF64_R_SYM(relocations[i].r_info)].st_name != wanted.function) continue;
          wanted.found = *reinterpret_cast<void**>(info->dlpi_addr + relocations[i].r_offset);
        }
        return 1;
      },
      &search);
  return search.found;
}

// RFC 3720, B.4, and the check value of the catalogues.
TEST_F(Crc32c, GivesThePublishedValues) {
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<char>(i));
  EXPECT_EQ(crc_of(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc_of(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc_of(ascending), 0x46dd794eU);
  EXPECT_EQ(crc_of("123456789"), 0xe3069283U);
  EXPECT_EQ(crc_of(""), 0U);
}

TEST_F(Crc32c, IsThePolynomialsAtEachLengthAndAlignment) {
  std::string bytes;
  for (unsigned i = 0; i < 320; ++i) bytes.push_back(static_cast<char>(i * 167 + 13));
  for (std::size_t at = 0; at < 17; ++at) {
    for (std::size_t size = 0; size <= 300; ++size) {
      const std::string_view part = std::string_view(bytes).substr(at, size);
      ASSERT_EQ(crc_of(part), reference_of(part)) << at << ", " << size;
    }
  }
}

TEST_F(Crc32c, GoesOnWhereItStopped) {
  const std::string bytes = "the quick brown fox jumps over the lazy dog";
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    const std::uint32_t first = rocksdb::crc32c::Extend(0, bytes.data(), at);
    EXPECT_EQ(rocksdb::crc32c::Extend(first, bytes.data() + at, bytes.size() - at), reference_of(bytes)) << at;
  }
}

TEST_F(Crc32c, IsTheOneThatRocksDbCalls) {
  append(*RocksLog::create(options()), {1});  // The linker may look for a function when it is first called.
  EXPECT_EQ(called_by("librocksdb", "_ZN7rocksdb6crc32c6ExtendEjPKcm"), reinterpret_cast<void*>(&rocksdb::crc32c::Extend));
  EXPECT_EQ(called_by("librocksdb", "no such function"), nullptr) << "the control";
}

}  // namespace
}  // namespace muniment
