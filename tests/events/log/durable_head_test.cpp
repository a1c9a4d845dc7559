#include "events/log/durable_head.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "events/log/format.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

LogHead head_at(Position position) {
  LogHead head{position, {}};
  head.root.fill(static_cast<Byte>(position));
  return head;
}

class DurableHeadTest : public testing::Test {
 protected:
  DurableHeadTest() { DurableHeadFile::create(path_, 0); }

  void damage(std::size_t sector) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(sector * log_format::head_sector_bytes + 40));
    file.put('\x55');
  }
  DurableHead read() const { return DurableHeadFile(path_, 0).read(); }

  TempFolder folder_;
  std::filesystem::path path_ = folder_ / "head";
};

TEST(HeadSector, HasItsPublishedBytes) {
  LogHead head{0x0102030405060708, {}};
  for (std::size_t i = 0; i < head.root.size(); ++i) head.root[i] = static_cast<Byte>(i);
  const std::string sector = head_sector({head, true, 5}, 3);
  ASSERT_EQ(sector.size(), 4'096u);
  EXPECT_EQ(to_hex(bytes_of(std::string_view(sector).substr(0, 72))),
            "6d756e6948454144"  // muniHEAD
            "01000000"
            "0300"
            "0100"  // format, partition, flags
            "0500000000000000"
            "0807060504030201"                                                  // sequence, position
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"  // root
            "ff2c1f4ef80c700a");
  EXPECT_EQ(sector.find_first_not_of('\0', 72), std::string::npos);
  EXPECT_EQ(head_from_sector(sector, 3), (DurableHead{head, true, 5}));
}

TEST(HeadSector, OfAnotherPartitionIsNotValid) { EXPECT_EQ(head_from_sector(head_sector({head_at(5), false, 1}, 3), 4), std::nullopt); }

TEST(HeadSector, IsNotValidWithAnyBitFlipped) {
  const std::string sector = head_sector({head_at(5), false, 1}, 0);
  ASSERT_TRUE(head_from_sector(sector, 0));
  for (std::size_t bit = 0; bit < 72 * 8; ++bit) {
    std::string flipped = sector;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(head_from_sector(flipped, 0), std::nullopt) << "bit " << bit;
  }
  EXPECT_EQ(head_from_sector(std::string_view(sector).substr(0, 512), 0), std::nullopt);
}

TEST_F(DurableHeadTest, BeginsAtZeroAndClean) {
  EXPECT_EQ(read().head, (LogHead{0, empty_root}));
  EXPECT_TRUE(read().clean);
}

TEST_F(DurableHeadTest, SaysWhatWasWrittenLast) {
  for (Position position = 1; position <= 5; ++position) {
    DurableHeadFile(path_, 0).write(head_at(position), false);
    EXPECT_EQ(read().head, head_at(position));
    EXPECT_FALSE(read().clean);
  }
  DurableHeadFile(path_, 0).write(head_at(5), true);
  EXPECT_TRUE(read().clean);
  EXPECT_EQ(std::filesystem::file_size(path_), 2 * log_format::head_sector_bytes);
}

TEST_F(DurableHeadTest, SurvivesATornWriteOfOneSector) {
  {
    DurableHeadFile file(path_, 0);
    file.write(head_at(7), false);
    file.write(head_at(8), false);
  }
  const std::uint64_t newest = read().sequence;
  damage(newest % 2);
  EXPECT_EQ(read().head, head_at(7));
  // The next write goes to the damaged sector, not over the good one.
  DurableHeadFile(path_, 0).write(head_at(9), false);
  EXPECT_EQ(read().head, head_at(9));
  damage((newest + 1) % 2);
  EXPECT_EQ(read().head, head_at(9));
}

TEST_F(DurableHeadTest, RefusesWhenBothSectorsAreDamaged) {
  damage(0);
  damage(1);
  EXPECT_THAT([&] { read(); }, ThrowsMessage<LogDamaged>(HasSubstr("damaged, in both of its sectors")));
}

TEST_F(DurableHeadTest, RefusesAnEmptyFile) {
  std::filesystem::resize_file(path_, 0);
  EXPECT_THAT([&] { read(); }, ThrowsMessage<LogDamaged>(HasSubstr("damaged, in both of its sectors")));
}

TEST_F(DurableHeadTest, RefusesWhenItIsMissing) {
  std::filesystem::remove(path_);
  EXPECT_THAT([&] { read(); }, ThrowsMessage<LogDamaged>(HasSubstr("the durable head is missing")));
}

TEST_F(DurableHeadTest, IsNotMadeTwice) {
  EXPECT_THAT([&] { DurableHeadFile::create(path_, 0); }, ThrowsMessage<LogFailed>(HasSubstr("cannot create")));
}

TEST_F(DurableHeadTest, IsLockedWhileItIsOpen) {
  {
    const DurableHeadFile file(path_, 0);
    EXPECT_THAT([&] { read(); }, ThrowsMessage<LogInUse>(HasSubstr("open in another process")));
  }
  EXPECT_NO_THROW(read());
}

TEST_F(DurableHeadTest, IsWrittenSoonByItsThread) {
  DurableHeadFile file(path_, 0);
  DurableHeadWriter writer(file);
  EXPECT_TRUE(writer.wait_for(0));
  writer.advance(head_at(3));
  EXPECT_TRUE(writer.wait_for(3));
  writer.stop();
  EXPECT_EQ(file.read().head, head_at(3));
}

TEST_F(DurableHeadTest, IsWrittenAtMostEvery10Milliseconds) {
  DurableHeadFile file(path_, 0);
  const std::uint64_t before = file.read().sequence;
  const auto start = std::chrono::steady_clock::now();
  DurableHeadWriter writer(file);
  for (Position position = 1; position <= 2'000; ++position) {
    writer.advance(head_at(position));
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  EXPECT_TRUE(writer.wait_for(2'000));
  writer.stop();
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_LE(file.read().sequence - before, static_cast<std::uint64_t>(took / DurableHeadWriter::interval) + 2);
  EXPECT_EQ(file.read().head, head_at(2'000));
}

TEST_F(DurableHeadTest, StopsTheLogWhenItCannotBeWritten) {
  DurableHeadFile file(path_, 0);
  // A full disk in place of the file.
  const int full = ::open("/dev/full", O_RDWR | O_CLOEXEC);
  ASSERT_GE(full, 0);
  bool replaced = false;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    if (std::filesystem::read_symlink(entry.path(), ignored) == path_) {
      replaced = ::dup3(full, std::stoi(entry.path().filename().string()), O_CLOEXEC) >= 0;
    }
  }
  ASSERT_TRUE(replaced);
  DurableHeadWriter writer(file);
  writer.advance(head_at(1));
  EXPECT_FALSE(writer.wait_for(1));
  EXPECT_THAT([&] { writer.advance(head_at(2)); }, ThrowsMessage<LogFailed>(HasSubstr("cannot write the durable head")));
  ::close(full);
}

}  // namespace
}  // namespace muniment
