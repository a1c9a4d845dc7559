#include "events/rocks/no_options_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "../log/temp_folder.h"

namespace muniment {
namespace {

// A database that was opened, got a column family and a value, and was opened again.
class NoOptionsFile : public testing::Test {
 protected:
  std::unique_ptr<rocksdb::DB> open() {
    std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, {}}};
    if (std::filesystem::exists(folder_ / "CURRENT")) families.emplace_back("more", rocksdb::ColumnFamilyOptions{});
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options_, folder_.path().string(), families, &handles_, &db);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return std::unique_ptr<rocksdb::DB>(db);
  }
  void close(std::unique_ptr<rocksdb::DB> db) {
    for (rocksdb::ColumnFamilyHandle* const handle : handles_) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    EXPECT_TRUE(db->Close().ok());
  }
  void use() {
    auto db = open();
    rocksdb::ColumnFamilyHandle* made = nullptr;
    EXPECT_TRUE(db->CreateColumnFamily({}, "more", &made).ok());
    handles_.push_back(made);
    EXPECT_TRUE(db->Put({}, made, "key", "value").ok());
    close(std::move(db));
    db = open();
    std::string value;
    EXPECT_TRUE(db->Get({}, handles_.back(), "key", &value).ok());
    EXPECT_EQ(value, "value");
    close(std::move(db));
  }
  std::vector<std::string> files_of_options() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("OPTIONS")) found.push_back(name);
    }
    return found;
  }

  TempFolder folder_;
  rocksdb::DBOptions options_ = [] {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    return options;
  }();
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

TEST_F(NoOptionsFile, IsWhatAnOpenedDatabaseHas) {
  options_.env = disk_without_options_files();
  use();
  EXPECT_THAT(files_of_options(), testing::IsEmpty());
}

TEST_F(NoOptionsFile, LeavesTheOneOfAnOlderProgramAlone) {
  use();
  const auto written = files_of_options();
  ASSERT_THAT(written, testing::Not(testing::IsEmpty()));  // What RocksDB does of itself.
  options_.env = disk_without_options_files();
  close(open());
  EXPECT_THAT(files_of_options(), testing::IsSubsetOf(written));
}

}  // namespace
}  // namespace muniment
