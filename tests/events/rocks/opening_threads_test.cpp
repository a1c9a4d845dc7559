#include "events/rocks/opening_threads.h"

#include <gtest/gtest.h>

#include <fstream>

#include "../log/temp_folder.h"

namespace muniment {
namespace {

class OpeningThreads : public testing::Test {
 protected:
  int with_files(int count, const std::string& extension = ".sst") {
    for (int file = 0; file < count; ++file) std::ofstream(folder_ / (std::to_string(file) + extension)) << ' ';
    return opening_threads(folder_.path());
  }
  TempFolder folder_;
};

TEST_F(OpeningThreads, IsOneForASmallDatabase) { EXPECT_EQ(with_files(15), 1); }

TEST_F(OpeningThreads, GrowsWithTheTableFiles) { EXPECT_EQ(with_files(32), 4); }

TEST_F(OpeningThreads, StaysAtTheMostRocksDbWouldTake) { EXPECT_EQ(with_files(200), 16); }

TEST_F(OpeningThreads, CountsNoFilesButTables) { EXPECT_EQ(with_files(64, ".log"), 1); }

TEST_F(OpeningThreads, IsOneWhereTheFolderIsNotThereYet) { EXPECT_EQ(opening_threads(folder_ / "none"), 1); }

}  // namespace
}  // namespace muniment
