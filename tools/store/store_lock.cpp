#include "tools/store/store_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "events/values/timestamp.h"

namespace muniment {
namespace {

std::string text_in(int descriptor) {
  std::array<char, 512> buffer{};
  const auto size = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "another process" : text;
}

std::string host_name() {
  std::array<char, 256> buffer{};
  return ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? std::string{buffer.data()} : "unknown host";
}

}  // namespace

StoreLock::StoreLock(const std::filesystem::path& file, const std::string& holder)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + file.string());
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const std::string who = text_in(descriptor_);
    ::close(descriptor_);
    if (error != EWOULDBLOCK) throw std::system_error(error, std::generic_category(), "cannot lock " + file.string());
    throw StoreBusy(
        fmt::format("the store {} is held by {}; ask that node by --server, or stop it first", file.parent_path().string(), who));
  }
  const std::string text = fmt::format("{} (process {} on {}, since {})\n", holder, ::getpid(), host_name(), system_now().text());
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, text.data(), text.size(), 0) < 0) {
    const int error = errno;
    ::close(descriptor_);
    throw std::system_error(error, std::generic_category(), "cannot write " + file.string());
  }
}

StoreLock::~StoreLock() {
  // Best effort: a text left behind only misleads whoever reads the file without trying the lock.
  if (::ftruncate(descriptor_, 0) != 0) errno = 0;
  ::close(descriptor_);
}

}  // namespace muniment
