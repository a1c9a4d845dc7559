// What is on record of an export: counted over what went out.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "commands/record_read.h"
#include "tools/export/trail_export.h"

namespace muniment {

// SHA-256 of what goes by. One thread.
class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;

  void add(std::string_view bytes);
  // Of all that went by. Once.
  Hash finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Of what a file has. Throws std::system_error where it cannot be read to its end.
Hash digest_of_file(const std::filesystem::path& file);

// One thread at a time.
class ExportTally {
 public:
  explicit ExportTally(ExportFormat format) : format_(format) {}

  // It goes out now.
  void add(const ExportPiece& piece);
  // Once, when nothing follows. Without a checkpoint.
  ExportEnd end(bool is_cut);

 private:
  const ExportFormat format_;
  RunningDigest digest_;
  std::uint64_t rows_ = 0;
};

}  // namespace muniment
