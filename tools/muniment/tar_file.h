// A new file that holds others: a compressed tar, as tar(1) reads it.
#pragma once

#include <filesystem>
#include <string>

struct archive;

namespace muniment {

class TarFile {
 public:
  // For its owner's eyes alone. Throws std::system_error where it is there already or cannot be made.
  explicit TarFile(const std::filesystem::path& file);
  ~TarFile();  // Without finish() it is no whole archive.
  TarFile(const TarFile&) = delete;
  TarFile& operator=(const TarFile&) = delete;

  // Throw std::runtime_error where the disk takes no more.
  void add(const std::string& name, const std::string& content);
  void finish();

 private:
  void require(int result) const;

  int descriptor_;
  ::archive* archive_;
};

}  // namespace muniment
