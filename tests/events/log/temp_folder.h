// A folder of a test's own, gone with the test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace muniment {

class TempFolder {
 public:
  TempFolder()
      : path_(std::filesystem::path(testing::TempDir()) / ("muniment-log-" + std::to_string(::getpid()) + '-' + std::to_string(next_++))) {
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  static inline std::atomic<int> next_ = 0;
  std::filesystem::path path_;
};

}  // namespace muniment
