// One process holds a store at a time. The lock is the kernel's (flock), so a process that died holds nothing; the file's text says who has
// it.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace muniment {

// Another process holds the store. The message names it.
struct StoreBusy : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class StoreLock {
 public:
  // `holder` is what others are told: a program and what it does. Throws StoreBusy, or std::system_error.
  StoreLock(const std::filesystem::path& file, const std::string& holder);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace muniment
