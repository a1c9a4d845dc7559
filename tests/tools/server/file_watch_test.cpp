#include "tools/server/file_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace muniment {
namespace {

class Watch : public testing::Test {
 protected:
  Watch() : folder(std::filesystem::path(testing::TempDir()) / ("watch-" + std::to_string(::getpid()))), file(folder / "tokens") {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~Watch() override { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
  std::filesystem::path file;
};

TEST_F(Watch, SeesEachChangeOnceAtTheNextLook) {
  FileWatch watch(file);
  EXPECT_TRUE(watch.may_have_changed());
  EXPECT_FALSE(watch.may_have_changed());
  std::ofstream(file) << "made";
  EXPECT_TRUE(watch.may_have_changed());
  EXPECT_FALSE(watch.may_have_changed());
  std::ofstream(file, std::ios::app) << "written to";
  EXPECT_TRUE(watch.may_have_changed());
  std::ofstream(folder / "tokens.new") << "another";
  EXPECT_FALSE(watch.may_have_changed());
  std::filesystem::rename(folder / "tokens.new", file);
  EXPECT_TRUE(watch.may_have_changed());
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  EXPECT_TRUE(watch.may_have_changed());
  std::filesystem::remove(file);
  EXPECT_TRUE(watch.may_have_changed());
  EXPECT_FALSE(watch.may_have_changed());
}

TEST_F(Watch, SaysThatEverythingMayHaveChangedWhereTheFolderIsGone) {
  FileWatch watch(file);
  watch.may_have_changed();
  std::filesystem::remove_all(folder);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(watch.may_have_changed());
  FileWatch nowhere(file);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(nowhere.may_have_changed());
}

TEST_F(Watch, LosesNothingWhenMoreHappensThanItIsTold) {
  FileWatch watch(file);
  watch.may_have_changed();
  for (int i = 0; i < 20'000; ++i) {  // More than the kernel keeps.
    std::ofstream(folder / "other").put('x');
  }
  std::ofstream(file) << "made";
  EXPECT_TRUE(watch.may_have_changed());
}

}  // namespace
}  // namespace muniment
