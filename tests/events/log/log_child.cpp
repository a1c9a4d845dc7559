// A process that opens a log and ends without closing it: log_child open|write FOLDER HEAD_FILE RUN_RECORDS. To write is to append until it
// is killed, and to put each position that append() returned to standard output, as 8 bytes. It is a program of its own because a fork of
// a test would have the database's memory without its threads.
#include <unistd.h>

#include <string>
#include <vector>

#include "events/log/rocks_log.h"
#include "tests/events/log/sample_record.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto log =
      muniment::RocksLog::open({.folder = arguments.at(1), .head_file = arguments.at(2), .index_run_records = std::stoul(arguments.at(3))});
  if (arguments.at(0) == "open") ::_exit(0);
  // The log's records are those that this source makes first.
  muniment::sample::Source source;
  while (source.records().size() < log->head(0).position) source.group(1);
  for (std::size_t size = 1;; size = 1 + size * 7 % 40) {
    const muniment::Position position = muniment::sample::append(*log, source.group(size))->position;
    if (::write(STDOUT_FILENO, &position, sizeof position) != sizeof position) ::_exit(1);
  }
}
