// What a log in a database does in a second, with a plain table of the same servers beside it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace muniment {

struct DatabaseBench {
  std::string url;  // Of a database that may be filled: the log of the partition 0 in it must not be there yet.
  std::filesystem::path folder;
  std::vector<std::size_t> groups{1, 16, 64, 256, 1000};
  std::size_t events = 100'000;  // Of the largest group; of smaller ones as many as take no longer than a few seconds.
  int rounds = 3;
};

// Appends, in groups of each size, to the log and to the plain table in turns. The table has the position and the record of each event and
// nothing else, and is written as the log is: a group is a transaction.
void bench_appends(const DatabaseBench& bench);

}  // namespace muniment
