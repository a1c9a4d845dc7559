// Tells whether a file may have changed, for less than a look at it: by inotify on its folder, whose events are there before the call that
// made the change returns. Where there is no inotify, everything may have changed always.
//
// One thread at a time.
#pragma once

#include <filesystem>
#include <string>

namespace muniment {

class FileWatch {
 public:
  explicit FileWatch(const std::filesystem::path& file);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // False: nothing has happened to it since the last call. True at first.
  bool may_have_changed();

 private:
  void end();

  const std::string name_;
  int descriptor_;  // -1: there is no inotify.
  bool is_first_ = true;
};

}  // namespace muniment
