// What the indexes on disk say, read in the order of their keys, and held against the records. Includes RocksDB: for the sources of this
// adapter alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/log/rocks_verify.h"

namespace muniment {

// A part of one index's keys that no stream lies across: threads read them side by side.
struct IndexRange {
  Family family;
  std::string from;
  std::string to;  // Empty: to the end.
};
std::vector<IndexRange> index_ranges(Partition partition);

struct IndexRangeReport {
  IndexSums sums;
  std::optional<LogFault> fault;
};
// All entries of the range. At fault are entries that are none, versions with a gap, and a stream's head that is not its last version.
IndexRangeReport read_index(const RocksStore& store, const IndexRange& range);

// When the indexes and the records differ: looks up each record, then for entries that no record stands behind.
std::optional<LogFault> find_index_fault(const RocksStore& store, Position indexed);

// A tile that the log is too short for.
std::optional<LogFault> find_surplus_tile(const RocksStore& store, Position last);

}  // namespace muniment
