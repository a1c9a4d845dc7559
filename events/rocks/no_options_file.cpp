#include "events/rocks/no_options_file.h"

#include <rocksdb/env.h>

#include <filesystem>

namespace muniment {
namespace {

class NoOptionsFile final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "muniment.NoOptionsFile"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override {
    // Written under a name that ends with ".dbtmp", and named after it was read back.
    if (std::filesystem::path(path).filename().native().starts_with("OPTIONS-"))
      return rocksdb::IOStatus::NotSupported("no file of options");
    return target()->NewWritableFile(path, options, file, debug);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> no_options_file(const std::shared_ptr<rocksdb::FileSystem>& target) {
  return std::make_shared<NoOptionsFile>(target);
}

rocksdb::Env* disk_without_options_files() {
  static rocksdb::Env* const env = rocksdb::NewCompositeEnv(no_options_file(rocksdb::FileSystem::Default())).release();
  return env;
}

}  // namespace muniment
