#include "events/log/zeroed_wal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

namespace muniment {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// One write-ahead file. Its own descriptor writes zeros ahead of where RocksDB writes; without one it is as any file.
class ZeroedWal final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ZeroedWal(std::unique_ptr<FSWritableFile> file, int descriptor) : FSWritableFileOwnerWrapper(std::move(file)), descriptor_(descriptor) {}
  ~ZeroedWal() override { let_go(); }

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    lay_zeros_for(data.size());
    return target()->Append(data, options, debug);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    lay_zeros_for(data.size());
    return target()->Append(data, options, verification, debug);
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    if (zeroed_ > size_) {
      const IOStatus cut = target()->Truncate(size_, options, debug);
      if (!cut.ok()) return cut;
    }
    let_go();
    return target()->Close(options, debug);
  }

 private:
  // Zeros that cannot be written are missed by nobody: the file grows as others do.
  void lay_zeros_for(std::size_t bytes) {
    size_ += bytes;
    if (descriptor_ < 0 || size_ <= zeroed_) return;
    if (bytes > zeroed_wal_write_max) {
      zeroed_ = size_;
      return;
    }
    static constexpr std::array<char, zeroed_wal_step_bytes> zeros{};
    // From behind what is being written: what it covers itself needs none.
    const ssize_t laid = ::pwrite(descriptor_, zeros.data(), zeros.size(), static_cast<off_t>(size_));
    zeroed_ = size_ + static_cast<std::uint64_t>(std::max<ssize_t>(laid, 0));
  }
  void let_go() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  int descriptor_;
  std::uint64_t size_ = 0;    // Written by RocksDB.
  std::uint64_t zeroed_ = 0;  // The file's end.
};

class ZeroedWalFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "muniment.ZeroedWal"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    const IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && path.ends_with(".log"))
      *file = std::make_unique<ZeroedWal>(std::move(*file), ::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return made;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> with_zeroed_wal(const std::shared_ptr<rocksdb::FileSystem>& target) {
  return std::make_shared<ZeroedWalFileSystem>(target);
}

}  // namespace muniment
