// A folder for one test, removed with everything in it when the test ends.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>

namespace muniment {

class TempFolder {
 public:
  TempFolder() {
    static std::atomic<int> made = 0;
    path_ = std::filesystem::path(testing::TempDir()) / ("muniment-vault-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
    std::filesystem::create_directory(path_);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void set_content(const std::filesystem::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

// Copies a folder whose files other threads may be writing, as they all were at one moment. Files only grow, appear and go.
inline void copy_at_one_moment(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto sizes = [&] {
    std::map<std::string, std::uintmax_t> found;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(from)) found[entry.path().filename()] = entry.file_size(gone);
    return found;
  };
  while (true) {
    const auto before = sizes();
    std::error_code gone;
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, gone);
    if (!gone && sizes() == before) return;
    std::filesystem::remove_all(to);
  }
}

// Runs it and returns what it threw: empty if nothing, so that a test of an error cannot pass without one.
template <typename Error, typename Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace muniment
