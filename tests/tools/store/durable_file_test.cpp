#include "tools/store/durable_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <system_error>

namespace muniment {
namespace {

namespace fs = std::filesystem;

class DurableFile : public testing::Test {
 protected:
  DurableFile() : folder_(fs::path(testing::TempDir()) / ("muniment_durable_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~DurableFile() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(DurableFile, HoldsTheNewBytesWholeAndNothingElseIsLeft) {
  replace_file(folder_ / "file", std::string(100'000, 'a'), 0600);
  replace_file(folder_ / "file", "b", 0600);
  EXPECT_EQ(read_whole_file(folder_ / "file"), "b");
  EXPECT_EQ(fs::status(folder_ / "file").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(DurableFile, IsWrittenOverWhatACutOffAttemptLeft) {
  replace_file(folder_ / "file.new", std::string(100, 'x'), 0644);
  replace_file(folder_ / "file", "whole", 0600);
  EXPECT_EQ(read_whole_file(folder_ / "file"), "whole");
  EXPECT_EQ(fs::status(folder_ / "file").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DurableFile, LeavesTheOldOneWhereItCannotBeWritten) {
  replace_file(folder_ / "file", "old");
  fs::create_directory(folder_ / "file.new");
  EXPECT_THROW(replace_file(folder_ / "file", "new"), std::system_error);
  EXPECT_EQ(read_whole_file(folder_ / "file"), "old");
  EXPECT_THROW(read_whole_file(folder_ / "none"), std::system_error);
}

TEST_F(DurableFile, IsOverwrittenBeforeItIsRemoved) {
  replace_file(folder_ / "file", "secret");
  fs::create_hard_link(folder_ / "file", folder_ / "same");
  destroy_file(folder_ / "file");
  EXPECT_FALSE(fs::exists(folder_ / "file"));
  EXPECT_EQ(read_whole_file(folder_ / "same"), std::string(6, '\0'));
  EXPECT_THROW(destroy_file(folder_ / "file"), std::system_error);
}

TEST_F(DurableFile, IsAddedTo) {
  append_to_file(folder_ / "history", "one\n");
  append_to_file(folder_ / "history", "two\n");
  EXPECT_EQ(read_whole_file(folder_ / "history"), "one\ntwo\n");
}

}  // namespace
}  // namespace muniment
