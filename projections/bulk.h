// Takes a long stretch of the log in at full speed: one thread reads, and each projection has a thread of its own that writes large sorted
// files instead of small batches.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "events/log/event_log.h"
#include "projections/lane.h"

namespace muniment::view {

struct BulkOptions {
  Partition partition = 0;
  std::size_t batch_events = 0;
  std::size_t batch_bytes = 0;
  std::size_t chunk_bytes = std::size_t{4} << 20;  // Of records, handed to the lanes at once.
};

// Up to position `to`, or until asked to stop. Whatever was fed has been written when it returns. `on_written` is called on the lanes'
// threads after each write, `on_read` on this one. Throws what a lane threw; the other lanes have then stopped at some position of their
// own.
void take_in_bulk(const EventLog& log, Database& database, const std::vector<Lane*>& lanes, Position to, const BulkOptions& options,
                  const std::function<void(const Lane&)>& on_written, const std::function<void()>& on_read, const std::stop_token& stop);

}  // namespace muniment::view
