#include "tools/store/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace muniment {
namespace {

constexpr mode_t owner_alone = 0600;

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags) : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC, owner_alone)) {
    if (number_ < 0) fail("open");
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t size = ::write(number_, text.data(), text.size());
      if (size < 0) fail("write");
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void sync() const {
    if (::fsync(number_) != 0) fail("sync");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw std::system_error(errno, std::generic_category(), std::string{"cannot "} + what + " " + path_.string());
  }

  const std::filesystem::path path_;
  const int number_;
};

}  // namespace

void replace_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  {
    const Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(text);
    file.sync();
  }
  std::filesystem::rename(fresh, path);
  Descriptor(path.parent_path(), O_RDONLY | O_DIRECTORY).sync();
}

std::optional<std::string> read_small_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    throw std::system_error(errno, std::generic_category(), "cannot read " + path.string());
  }
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace muniment
