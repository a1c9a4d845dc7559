#include "tools/server/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace muniment {
namespace {

constexpr std::uint32_t changes =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t ends = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

}  // namespace

FileWatch::FileWatch(const std::filesystem::path& file)
    : name_(file.filename().string()), descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (descriptor_ >= 0 && ::inotify_add_watch(descriptor_, file.parent_path().c_str(), changes) < 0) end();
}

FileWatch::~FileWatch() { end(); }

void FileWatch::end() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

bool FileWatch::may_have_changed() {
  constexpr std::size_t events_bytes = 4096;
  bool has_changed = std::exchange(is_first_, false);
  while (descriptor_ >= 0) {
    alignas(inotify_event) std::array<char, events_bytes> bytes;
    const ssize_t size = ::read(descriptor_, bytes.data(), bytes.size());
    if (size < 0 && errno == EAGAIN) return has_changed;
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* const name = bytes.data() + at + sizeof event;
      if ((event.mask & ends) != 0) {
        end();
        return true;
      }
      if ((event.mask & IN_Q_OVERFLOW) != 0 || (event.len > 0 && name_ == name)) has_changed = true;
      at += sizeof event + event.len;
    }
  }
  end();
  return true;
}

}  // namespace muniment
