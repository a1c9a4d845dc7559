#include "events/log/zeroed_wal.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/events/log/rocks_fixture.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {
namespace {

class ZeroedWal : public testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> make(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(files->NewWritableFile((folder / name).string(), {}, &file, nullptr).ok());
    return file;
  }
  static void append(rocksdb::FSWritableFile& file, const std::string& bytes) { EXPECT_TRUE(file.Append(bytes, {}, nullptr).ok()); }
  std::string content(const std::string& name) const { return read_file(folder / name); }

  TempFolder folder;
  std::shared_ptr<rocksdb::FileSystem> files = with_zeroed_wal(rocksdb::FileSystem::Default());
};

TEST_F(ZeroedWal, IsWrittenOverZeros) {
  const auto file = make("000001.log");
  append(*file, "first");
  const std::string zeros(zeroed_wal_step_bytes, '\0');
  EXPECT_EQ(content("000001.log"), "first" + zeros);
  append(*file, "second");
  EXPECT_EQ(content("000001.log"), "firstsecond" + zeros.substr(6)) << "it has not grown";
}

TEST_F(ZeroedWal, HasMoreOfThemWhenTheyAreUsedUp) {
  const auto file = make("000001.log");
  std::string written;
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string piece(20'000, c);
    append(*file, piece);
    written += piece;
    ASSERT_EQ(content("000001.log").substr(0, written.size()), written);
  }
  EXPECT_GT(content("000001.log").size(), written.size());
}

TEST_F(ZeroedWal, GrowsByWhatIsLarge) {
  const auto file = make("000001.log");
  const std::string large(zeroed_wal_write_max + 1, 'x');
  append(*file, large);
  EXPECT_EQ(content("000001.log"), large);
  append(*file, "small");
  EXPECT_EQ(content("000001.log").size(), large.size() + 5 + zeroed_wal_step_bytes);
}

TEST_F(ZeroedWal, HasNoneAfterAnOrderlyClose) {
  const auto file = make("000001.log");
  append(*file, "first");
  EXPECT_TRUE(file->Close({}, nullptr).ok());
  EXPECT_EQ(content("000001.log"), "first");
}

TEST_F(ZeroedWal, IsNoOtherFile) {
  const auto file = make("000001.sst");
  append(*file, "first");
  EXPECT_EQ(content("000001.sst"), "first");
}

TEST_F(ZeroedWal, NeedsNoRoomForThem) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const auto file = make("000001.log");
  const rlimit small{.rlim_cur = 8, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  append(*file, "first");
  append(*file, "two");
  EXPECT_FALSE(file->Append("beyond", {}, nullptr).ok()) << "the limit limits nothing";
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(content("000001.log"), "firsttwo");
}

}  // namespace
}  // namespace muniment
