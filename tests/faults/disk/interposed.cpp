// The C library's calls on files, as this program and the libraries that it links call them: to the simulated disk where there is one.
// A definition in the program goes before the C library's own. errno is set as by the calls themselves.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <string>

#include "tests/faults/disk/simulated_disk.h"

using muniment::faults::SimulatedDisk;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): their names are the C library's.
extern "C" {

ssize_t read(int descriptor, void* bytes, size_t size) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->read(descriptor, bytes, size, std::nullopt) : ::syscall(SYS_read, descriptor, bytes, size);
}

ssize_t pread(int descriptor, void* bytes, size_t size, off_t at) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->read(descriptor, bytes, size, at) : ::syscall(SYS_pread64, descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->write(descriptor, bytes, size, std::nullopt) : ::syscall(SYS_write, descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->write(descriptor, bytes, size, at) : ::syscall(SYS_pwrite64, descriptor, bytes, size, at);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  SimulatedDisk* disk = SimulatedDisk::current();
  if (disk == nullptr) return ::syscall(SYS_writev, descriptor, parts, count);
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return disk->write(descriptor, bytes.data(), bytes.size(), std::nullopt);
}

int ftruncate(int descriptor, off_t size) noexcept {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->truncate(descriptor, size) : static_cast<int>(::syscall(SYS_ftruncate, descriptor, size));
}

int fsync(int descriptor) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->sync(descriptor) : static_cast<int>(::syscall(SYS_fsync, descriptor));
}

int fdatasync(int descriptor) {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->sync(descriptor) : static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->open(AT_FDCWD, path, flags, mode) : static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int rename(const char* from, const char* to) noexcept {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->rename(from, to) : static_cast<int>(::syscall(SYS_rename, from, to));
}

int link(const char* from, const char* to) noexcept {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->link(from, to) : static_cast<int>(::syscall(SYS_link, from, to));
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->unlink(folder, path, flags) : static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

int unlink(const char* path) noexcept { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char* path) noexcept { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char* path) noexcept {
  struct stat status{};
  const bool is_folder = ::lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return unlinkat(AT_FDCWD, path, is_folder ? AT_REMOVEDIR : 0);
}

int mkdir(const char* path, mode_t mode) noexcept {
  SimulatedDisk* disk = SimulatedDisk::current();
  return disk != nullptr ? disk->make_folder(path, mode) : static_cast<int>(::syscall(SYS_mkdir, path, mode));
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
