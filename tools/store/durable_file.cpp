#include "tools/store/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace muniment {
namespace {

[[noreturn]] void fail(const char* doing, const std::filesystem::path& path, int error) {
  throw std::system_error(error, std::generic_category(), std::string{"cannot "} + doing + " " + path.string());
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, unsigned mode = 0)
      : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
    if (number_ < 0) fail("open", path_, errno);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(number_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  std::string read() const {
    std::string out;
    std::array<char, 16'384> piece;
    while (true) {
      const ssize_t count = ::read(number_, piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("read", path_, errno);
      if (count == 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(count));
    }
  }
  void sync() const {
    if (::fsync(number_) != 0) fail("sync", path_, errno);
  }
  void sync_file_system() const {
    if (::syncfs(number_) != 0) fail("sync the file system of", path_, errno);
  }
  void set_mode(unsigned mode) const {
    if (::fchmod(number_, mode) != 0) fail("set the mode of", path_, errno);
  }

 private:
  std::filesystem::path path_;
  int number_;
};

}  // namespace

void replace_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
  const std::filesystem::path fresh = file.string() + ".new";
  {
    const Descriptor out(fresh, O_WRONLY | O_CREAT | O_TRUNC, mode);
    out.set_mode(mode);  // Of one that a crash left too.
    out.write(bytes);
    out.sync();
  }
  std::filesystem::rename(fresh, file);
  sync_folder(file.has_parent_path() ? file.parent_path() : ".");
}

void append_to_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
  const bool is_new = !std::filesystem::exists(file);
  {
    const Descriptor out(file, O_WRONLY | O_CREAT | O_APPEND, mode);
    out.write(bytes);
    out.sync();
  }
  if (is_new) sync_folder(file.has_parent_path() ? file.parent_path() : ".");
}

void destroy_file(const std::filesystem::path& file) {
  {
    const Descriptor out(file, O_WRONLY);
    out.write(std::string(std::filesystem::file_size(file), '\0'));
    out.sync();
  }
  std::filesystem::remove(file);
  sync_folder(file.has_parent_path() ? file.parent_path() : ".");
}

void make_private_folder(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder)) return;
  const std::filesystem::path parent = folder.has_parent_path() ? folder.parent_path() : ".";
  make_private_folder(parent);
  if (::mkdir(folder.c_str(), 0700) != 0) fail("make", folder, errno);
  sync_folder(parent);
}

void sync_folder(const std::filesystem::path& folder) { Descriptor(folder, O_RDONLY | O_DIRECTORY).sync(); }

void sync_files_in(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) Descriptor(entry.path(), O_RDONLY).sync();
  }
  sync_folder(folder);
}

void write_unsynced(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
  Descriptor(file, O_WRONLY | O_CREAT | O_TRUNC, mode).write(bytes);
}

void sync_file_system_of(const std::filesystem::path& folder) { Descriptor(folder, O_RDONLY | O_DIRECTORY).sync_file_system(); }

std::string read_whole_file(const std::filesystem::path& file) { return Descriptor(file, O_RDONLY).read(); }

std::optional<std::string> read_file_if_any(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  return read_whole_file(file);
}

std::filesystem::path free_name_beside(const std::filesystem::path& name, std::string_view why) {
  unsigned number = 1;
  while (std::filesystem::exists(fmt::format("{}.{}-{}", name.string(), why, number))) ++number;
  return fmt::format("{}.{}-{}", name.string(), why, number);
}

std::filesystem::path set_aside(const std::filesystem::path& name, std::string_view why) {
  if (!std::filesystem::exists(name)) return {};
  std::filesystem::path aside = free_name_beside(name, why);
  std::filesystem::rename(name, aside);
  return aside;
}

}  // namespace muniment
