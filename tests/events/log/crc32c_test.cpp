#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace rocksdb::crc32c {
std::uint32_t Extend(std::uint32_t init, const char* data, std::size_t size);  // NOLINT: RocksDB's name.
}

namespace muniment {
namespace {

std::uint32_t crc_of(const std::string& bytes) { return rocksdb::crc32c::Extend(0, bytes.data(), bytes.size()); }

// RFC 3720, B.4, and the check value of the catalogues.
TEST(Crc32c, GivesThePublishedValues) {
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<char>(i));
  EXPECT_EQ(crc_of(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc_of(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc_of(ascending), 0x46dd794eU);
  EXPECT_EQ(crc_of("123456789"), 0xe3069283U);
  EXPECT_EQ(crc_of(""), 0U);
}

TEST(Crc32c, GoesOnWhereItStopped) {
  const std::string bytes = "the quick brown fox jumps over the lazy dog";
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    const std::uint32_t first = rocksdb::crc32c::Extend(0, bytes.data(), at);
    EXPECT_EQ(rocksdb::crc32c::Extend(first, bytes.data() + at, bytes.size() - at), crc_of(bytes)) << at;
  }
}

// What the dynamic linker gives RocksDB for its own name.
TEST(Crc32c, IsTheOneThatRocksDbCalls) {
#ifdef __SSE4_2__
  EXPECT_EQ(dlsym(RTLD_DEFAULT, "_ZN7rocksdb6crc32c6ExtendEjPKcm"), reinterpret_cast<void*>(&rocksdb::crc32c::Extend));
  Dl_info info{};
  ASSERT_NE(dladdr(reinterpret_cast<void*>(&rocksdb::crc32c::Extend), &info), 0);
  EXPECT_EQ(std::string(info.dli_fname).find("librocksdb"), std::string::npos) << info.dli_fname;
#else
  GTEST_SKIP() << "this processor's instructions are not compiled for";
#endif
}

}  // namespace
}  // namespace muniment
