#include "tools/server/quota_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

namespace muniment {
namespace {

namespace fs = std::filesystem;

class QuotaFiles : public testing::Test {
 protected:
  QuotaFiles() { fs::create_directories(folder); }
  ~QuotaFiles() override { fs::remove_all(folder); }
  void put(const std::string& text) const { std::ofstream(folder / "quotas") << text; }
  std::vector<QuotaUse> read() const { return QuotaFile(folder).read(); }

  const fs::path folder = fs::path(testing::TempDir()) / ("quota-file-" + std::to_string(::getpid()));
};

TEST_F(QuotaFiles, GiveBackWhatWasWritten) {
  EXPECT_TRUE(read().empty());
  const std::vector<QuotaUse> uses{{.token = "0123456789abcdef", .day = 20'000, .used = 7}, {.token = "b", .day = 1, .used = 1ULL << 40}};
  QuotaFile(folder).write(uses);
  EXPECT_EQ(read(), uses);
  QuotaFile(folder).write({});
  EXPECT_TRUE(read().empty());
}

TEST_F(QuotaFiles, HaveTheFormThatTheFormatFixes) {
  QuotaFile(folder).write({{.token = "0123456789abcdef", .day = 20'000, .used = 7}});
  std::ifstream in(folder / "quotas");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(text, "muniment quotas 1\n0123456789abcdef 20000 7\n");
  EXPECT_EQ(fs::status(folder / "quotas").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(QuotaFiles, ThatCannotBeReadCountNothing) {
  for (const char* text : {"", "x", "muniment quotas 2\na 1 1\n", "muniment quotas 1\na 1 1\nb x 1\n"}) {
    put(text);
    EXPECT_TRUE(read().empty()) << text;
  }
}

TEST_F(QuotaFiles, ThatCannotBeWrittenSaySo) {
  fs::create_directory(folder / "quotas");
  EXPECT_THROW(QuotaFile(folder).write({}), std::system_error);
}

}  // namespace
}  // namespace muniment
