#include "tests/faults/disk/simulated_disk.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>

namespace muniment::faults {
namespace {

// What a disk writes whole.
constexpr std::size_t sector_bytes = 512;

std::atomic<SimulatedDisk*> the_disk = nullptr;

// The kernel's own calls: those of the C library are ours here.
ssize_t raw_read_at(int descriptor, char* bytes, std::size_t size, off_t at) { return ::syscall(SYS_pread64, descriptor, bytes, size, at); }
void raw_write_at(int descriptor, const std::string& bytes, off_t at) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto count = ::syscall(SYS_pwrite64, descriptor, bytes.data() + done, bytes.size() - done, at + static_cast<off_t>(done));
    if (count <= 0) std::abort();
    done += static_cast<std::size_t>(count);
  }
}
int raw(long result) { return static_cast<int>(result); }

std::string path_of(int descriptor) {
  std::array<char, PATH_MAX> name{};
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), name.data(), name.size());
  return size < 0 ? std::string{} : std::string(name.data(), static_cast<std::size_t>(size));
}

std::string absolute(int folder, const char* path) {
  if (path[0] == '/') return std::filesystem::path(path).lexically_normal().string();
  const std::string base = folder == AT_FDCWD ? std::filesystem::current_path().string() : path_of(folder);
  return (std::filesystem::path(base) / path).lexically_normal().string();
}

std::string folder_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

bool exists(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

off_t size_of(int descriptor) {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

std::string bytes_from(int descriptor, off_t at, off_t end) {
  std::string bytes(static_cast<std::size_t>(std::max<off_t>(end - at, 0)), '\0');
  const ssize_t got = raw_read_at(descriptor, bytes.data(), bytes.size(), at);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

}  // namespace

void SimulatedDisk::start(const DiskPlan& plan) { the_disk = new SimulatedDisk(plan); }  // For the rest of the process.

SimulatedDisk* SimulatedDisk::current() { return the_disk.load(std::memory_order_acquire); }

SimulatedDisk::SimulatedDisk(const DiskPlan& plan) : plan_(plan), graveyard_(plan.root + ".removed"), random_(plan.seed) {
  std::filesystem::create_directories(graveyard_);
}

bool SimulatedDisk::is_on_disk(const std::string& path) const {
  return path.size() > plan_.root.size() && path.starts_with(plan_.root) && path[plan_.root.size()] == '/';
}

bool SimulatedDisk::lies(const std::string& path) const {
  return !plan_.lying_in.empty() && ::fnmatch(plan_.lying_in.c_str(), path.c_str(), 0) == 0;
}

// A file is known by its inode, which is not used again while the disk has it open. Null: it is none of the disk's.
SimulatedDisk::File* SimulatedDisk::file_of(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  const auto known = files_.find(status.st_ino);
  if (known != files_.end()) return known->second.get();
  const std::string path = path_of(descriptor);
  if (!is_on_disk(path)) return nullptr;
  const int own = raw(::syscall(SYS_openat, AT_FDCWD, ("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDWR | O_CLOEXEC, 0));
  if (own < 0) std::abort();
  return files_.emplace(status.st_ino, std::make_unique<File>(File{own, path, {}})).first->second.get();
}

void SimulatedDisk::before_change() {
  if (++calls_ == plan_.cut_at) lose_power();
}

bool SimulatedDisk::fails(DiskCall call, const std::string& path) {
  if (call != plan_.failing || path.find(plan_.failing_in) == std::string::npos) return false;
  const std::uint64_t number = candidates_++;
  if (number < plan_.fail_from || number - plan_.fail_from >= plan_.fail_count) return false;
  ++failed_;
  errno = plan_.error;
  return true;
}

ssize_t SimulatedDisk::read(int descriptor, void* bytes, std::size_t size, std::optional<off_t> at) {
  if (plan_.failing == DiskCall::read) {
    const std::lock_guard lock(mutex_);
    const File* file = file_of(descriptor);
    if (file != nullptr && fails(DiskCall::read, file->path)) return -1;
  }
  return at ? ::syscall(SYS_pread64, descriptor, bytes, size, *at) : ::syscall(SYS_read, descriptor, bytes, size);
}

ssize_t SimulatedDisk::write(int descriptor, const void* bytes, std::size_t size, std::optional<off_t> at) {
  std::unique_lock lock(mutex_);
  File* file = file_of(descriptor);
  if (file == nullptr) {
    lock.unlock();
    return at ? ::syscall(SYS_pwrite64, descriptor, bytes, size, *at) : ::syscall(SYS_write, descriptor, bytes, size);
  }
  before_change();
  const off_t size_before = size_of(file->descriptor);
  const bool appends = (::fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
  const off_t begin = at ? *at : appends ? size_before : ::syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
  // A write that fails may have written a part, as on a disk that becomes full.
  const bool is_failing = fails(DiskCall::write, file->path);
  const std::size_t now = is_failing ? below(size + 1) : size;
  const int error = errno;
  Change change{begin, bytes_from(file->descriptor, begin, std::min(size_before, begin + static_cast<off_t>(now))),
                std::string(static_cast<const char*>(bytes), now), size_before, std::max(size_before, begin + static_cast<off_t>(now))};
  ssize_t written = 0;
  if (now > 0) written = at ? ::syscall(SYS_pwrite64, descriptor, bytes, now, *at) : ::syscall(SYS_write, descriptor, bytes, now);
  if (written > 0) file->changes.push_back(std::move(change));
  if (is_failing) {
    errno = error;
    return -1;
  }
  return written;
}

int SimulatedDisk::truncate(int descriptor, off_t size) {
  const std::lock_guard lock(mutex_);
  File* file = file_of(descriptor);
  if (file == nullptr) return raw(::syscall(SYS_ftruncate, descriptor, size));
  before_change();
  const off_t size_before = size_of(file->descriptor);
  Change change{size, bytes_from(file->descriptor, size, size_before), {}, size_before, size};
  const int result = raw(::syscall(SYS_ftruncate, descriptor, size));
  if (result == 0) file->changes.push_back(std::move(change));
  return result;
}

int SimulatedDisk::sync(int descriptor) {
  if (plan_.sync_us_max > 0) {
    unsigned wait = 0;
    {
      const std::lock_guard lock(mutex_);
      wait = static_cast<unsigned>(below(plan_.sync_us_max));
    }
    ::usleep(wait);
  }
  const std::lock_guard lock(mutex_);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return -1;
  if (S_ISDIR(status.st_mode)) {
    const std::string path = path_of(descriptor);
    if (path != plan_.root && !is_on_disk(path)) return 0;
    before_change();
    if (fails(DiskCall::sync, path)) return -1;
    if (!lies(path)) sync_folder(path);
    return 0;
  }
  File* file = file_of(descriptor);
  if (file == nullptr) return raw(::syscall(SYS_fdatasync, descriptor));
  before_change();
  const bool is_failing = fails(DiskCall::sync, file->path);
  if (!is_failing && lies(file->path)) return 0;
  bool is_any_doomed = false;
  for (Change& change : file->changes) {
    if (change.fate == Fate::pending) change.fate = is_failing ? Fate::doomed : Fate::durable;
    is_any_doomed |= change.fate == Fate::doomed;
  }
  if (!is_any_doomed) file->changes.clear();
  return is_failing ? -1 : 0;
}

int SimulatedDisk::open(int folder, const char* path, int flags, mode_t mode) {
  std::unique_lock lock(mutex_);
  const auto really = [&] { return raw(::syscall(SYS_openat, folder, path, flags, mode)); };
  if ((flags & (O_CREAT | O_TRUNC)) == 0) {
    lock.unlock();
    return really();
  }
  const std::string whole = absolute(folder, path);
  if (!is_on_disk(whole)) return really();
  const bool was_there = exists(whole);
  before_change();
  if ((flags & O_TRUNC) != 0 && was_there) {  // As two steps, so that what was in it can come back.
    flags &= ~O_TRUNC;
    const int opened = raw(::syscall(SYS_openat, folder, path, flags, mode));
    if (opened < 0) return opened;
    lock.unlock();
    if (truncate(opened, 0) != 0) std::abort();
    return opened;
  }
  const int opened = really();
  if (opened >= 0 && !was_there) note({NameChange::Kind::created, whole});
  return opened;
}

// What a name stood for, under a name beside the disk; empty: nothing.
std::string SimulatedDisk::bury(const std::string& path) {
  if (!exists(path)) return {};
  const std::string grave = graveyard_ + '/' + std::to_string(buried_++);
  if (::syscall(SYS_linkat, AT_FDCWD, path.c_str(), AT_FDCWD, grave.c_str(), 0) != 0) return {};
  return grave;
}

void SimulatedDisk::note(const NameChange& change) { names_.push_back(change); }

int SimulatedDisk::rename(const char* from, const char* to) {
  const std::lock_guard lock(mutex_);
  const std::string target = absolute(AT_FDCWD, to);
  if (!is_on_disk(target)) return raw(::syscall(SYS_rename, from, to));
  before_change();
  if (fails(DiskCall::rename, target)) return -1;
  const NameChange change{NameChange::Kind::renamed, target, absolute(AT_FDCWD, from), bury(target)};
  const int result = raw(::syscall(SYS_rename, from, to));
  if (result == 0) note(change);
  return result;
}

int SimulatedDisk::link(const char* from, const char* to) {
  const std::lock_guard lock(mutex_);
  const std::string target = absolute(AT_FDCWD, to);
  if (!is_on_disk(target)) return raw(::syscall(SYS_link, from, to));
  before_change();
  const int result = raw(::syscall(SYS_link, from, to));
  if (result == 0) note({NameChange::Kind::linked, target});
  return result;
}

int SimulatedDisk::unlink(int folder, const char* path, int flags) {
  const std::lock_guard lock(mutex_);
  const std::string whole = absolute(folder, path);
  if (!is_on_disk(whole)) return raw(::syscall(SYS_unlinkat, folder, path, flags));
  before_change();
  const bool is_folder = (flags & AT_REMOVEDIR) != 0;
  const NameChange change{
      is_folder ? NameChange::Kind::folder_removed : NameChange::Kind::removed, whole, {}, is_folder ? std::string{} : bury(whole)};
  const int result = raw(::syscall(SYS_unlinkat, folder, path, flags));
  if (result == 0) note(change);
  return result;
}

int SimulatedDisk::make_folder(const char* path, mode_t mode) {
  const std::lock_guard lock(mutex_);
  const std::string whole = absolute(AT_FDCWD, path);
  if (!is_on_disk(whole)) return raw(::syscall(SYS_mkdir, path, mode));
  before_change();
  const int result = raw(::syscall(SYS_mkdir, path, mode));
  if (result == 0) note({NameChange::Kind::folder_made, whole});
  return result;
}

void SimulatedDisk::sync_folder(const std::string& folder) {
  names_.remove_if([&](const NameChange& change) {
    if (folder_of(change.path) != folder) return false;
    if (!change.grave.empty()) ::syscall(SYS_unlink, change.grave.c_str());
    return true;
  });
}

void SimulatedDisk::undo(const NameChange& change) {
  const char* path = change.path.c_str();
  switch (change.kind) {
    case NameChange::Kind::created:
    case NameChange::Kind::linked:
      ::syscall(SYS_unlink, path);
      return;
    case NameChange::Kind::removed:
      ::syscall(SYS_rename, change.grave.c_str(), path);
      return;
    case NameChange::Kind::renamed:
      ::syscall(SYS_rename, path, change.from.c_str());
      if (!change.grave.empty()) ::syscall(SYS_rename, change.grave.c_str(), path);
      return;
    case NameChange::Kind::folder_made:
      ::syscall(SYS_rmdir, path);
      return;
    case NameChange::Kind::folder_removed:
      ::syscall(SYS_mkdir, path, 0750);
      return;
  }
}

void SimulatedDisk::roll_back_names() {
  const std::uint64_t kept = below(names_.size() + 1);
  while (names_.size() > kept) {
    undo(names_.back());
    names_.pop_back();
  }
}

// Whether a change that was not synced is on the disk all the same; the last one of them perhaps in part.
bool SimulatedDisk::survives(Change& change, bool is_last) {
  if (change.fate == Fate::durable) return true;
  if (change.fate == Fate::doomed || below(2) == 0) return false;
  if (is_last && !change.after.empty() && below(2) == 0) {
    const std::size_t whole = below(change.after.size() + 1);
    change.after.resize(below(2) == 0 ? whole : whole / sector_bytes * sector_bytes);
    change.size_after = std::max(change.size_before, change.at + static_cast<off_t>(change.after.size()));
  }
  return true;
}

// To the state before the first change that is not certain, and forward again with those that are on the disk.
void SimulatedDisk::roll_back(File& file) {
  for (auto change = file.changes.rbegin(); change != file.changes.rend(); ++change) {
    ::syscall(SYS_ftruncate, file.descriptor, change->size_before);
    raw_write_at(file.descriptor, change->before, change->at);
  }
  // In order up to some change, or any of them: a file system may write pages as it likes.
  const bool in_order = below(2) == 0;
  bool goes_on = true;
  for (Change& change : file.changes) {
    const bool is_last = &change == &file.changes.back();
    const bool is_certain = change.fate == Fate::durable;
    const bool is_there = (is_certain || goes_on || !in_order) && survives(change, is_last);
    if (!is_there) goes_on = false;
    if (!is_there) continue;
    if (change.size_after < change.size_before || size_of(file.descriptor) < change.size_after)
      ::syscall(SYS_ftruncate, file.descriptor, change.size_after);
    raw_write_at(file.descriptor, change.after, change.at);
  }
}

std::uint64_t SimulatedDisk::failures() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void SimulatedDisk::cut() {
  const std::lock_guard lock(mutex_);
  lose_power();
}

void SimulatedDisk::lose_power() {
  for (auto& [inode, file] : files_) roll_back(*file);
  roll_back_names();
  ::_exit(cut_exit_code);
}

}  // namespace muniment::faults
