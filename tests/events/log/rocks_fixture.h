// What the tests of the log on RocksDB share: a store in a folder of its own, and what stands in its files.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "events/log/durable_head.h"
#include "events/log/rocks_log.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {

// Every file of a folder by name, whole.
using Files = std::map<std::string, std::string>;
Files files_of(const std::filesystem::path& folder);
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view bytes);

class RocksLogTest : public testing::Test {
 protected:
  RocksLogOptions options() const { return options_of("log", "head"); }
  RocksLogOptions options_of(const std::string& folder, const std::string& head) const {
    return {.folder = folder_ / folder, .head_file = folder_ / head, .index_run_records = index_run_records_};
  }

  // Appends groups of these sizes from source_, and remembers the head after each position at which one ended.
  void append(RocksLog& log, const std::vector<std::size_t>& sizes);
  // The head's file says this position by now.
  void wait_for_head(Position position) const;
  // The log holds exactly the first `count` records of source_, and finds them by stream and by command.
  void expect_holds(const RocksLog& log, Position count) const;

  TempFolder folder_;
  std::size_t index_run_records_ = 262'144;
  sample::Source source_;
  std::map<Position, LogHead> heads_{{0, LogHead{0, empty_root}}};
};

}  // namespace muniment
