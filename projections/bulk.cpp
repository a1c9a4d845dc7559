#include "projections/bulk.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace muniment::view {
namespace {

constexpr std::size_t chunks_waiting_max = 3;

// Records copied out of the log, which lends them only for a call.
struct Chunk {
  struct Item {
    Position position;
    std::size_t at;
    std::size_t size;
  };
  std::vector<capnp::word> words;
  std::vector<Item> items;

  void add(Position position, RecordWords record) {
    items.push_back({position, words.size(), record.size()});
    words.insert(words.end(), record.begin(), record.end());
  }
  RecordWords record(const Item& item) const { return {words.data() + item.at, item.size}; }
};
using ChunkPtr = std::shared_ptr<const Chunk>;

// One lane's thread and what waits for it.
class Worker {
 public:
  Worker(Database& database, Lane& lane, const BulkOptions& options, const std::function<void(const Lane&)>& on_written,
         std::atomic<bool>& failed)
      : database_(database), lane_(lane), options_(options), on_written_(on_written), failed_(failed), thread_([this] { run(); }) {}

  // Waits while enough is waiting already.
  void push(ChunkPtr chunk) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return waiting_.size() < chunks_waiting_max || failed_; });
    waiting_.push_back(std::move(chunk));
    work_.notify_one();
  }
  // Nothing comes any more: writes the rest and ends.
  void finish() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
      work_.notify_one();
    }
    thread_.join();
  }
  const std::exception_ptr& error() const { return error_; }

 private:
  void run() {
    try {
      while (const auto chunk = pop()) {
        for (const auto& item : chunk->items) lane_.feed(item.position, chunk->record(item));
        if (lane_.events() >= options_.batch_events || lane_.size_bytes() >= options_.batch_bytes) write();
      }
      if (lane_.events() > 0) write();
    } catch (...) {
      error_ = std::current_exception();
      {
        const std::lock_guard lock(mutex_);
        failed_ = true;
      }
      room_.notify_all();
    }
  }
  ChunkPtr pop() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return !waiting_.empty() || finished_; });
    room_.notify_one();  // Also when this one goes home because another has failed: nobody waits for it then.
    if (waiting_.empty() || failed_) return nullptr;
    auto chunk = std::move(waiting_.front());
    waiting_.pop_front();
    return chunk;
  }
  void write() {
    database_.ingest(*lane_.table(), lane_.finish());
    lane_.written();
    on_written_(lane_);
  }

  Database& database_;
  Lane& lane_;
  const BulkOptions& options_;
  const std::function<void(const Lane&)>& on_written_;
  std::atomic<bool>& failed_;  // Any of the lanes.
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<ChunkPtr> waiting_;  // Guarded by mutex_.
  bool finished_ = false;         // Guarded by mutex_.
  std::exception_ptr error_;      // Read after the thread has ended.
  std::thread thread_;            // Last: it starts when all else is there.
};

}  // namespace

void take_in_bulk(const EventLog& log, Database& database, const std::vector<Lane*>& lanes, Position to, const BulkOptions& options,
                  const std::function<void(const Lane&)>& on_written, const std::function<void()>& on_read, const std::stop_token& stop) {
  Position from = to;
  for (const auto* lane : lanes) from = std::min(from, lane->position());
  std::atomic<bool> failed = false;
  std::vector<std::unique_ptr<Worker>> workers;
  for (auto* lane : lanes) workers.push_back(std::make_unique<Worker>(database, *lane, options, on_written, failed));

  std::exception_ptr error;
  auto chunk = std::make_shared<Chunk>();
  const auto send = [&] {
    for (const auto& worker : workers) worker->push(chunk);
    chunk = std::make_shared<Chunk>();
    on_read();
  };
  try {
    log.read(options.partition, from + 1, to, [&](Position position, RecordWords record) {
      chunk->add(position, record);
      if (chunk->words.size() * sizeof(capnp::word) >= options.chunk_bytes) send();
      return !failed && !stop.stop_requested();
    });
    if (!chunk->items.empty()) send();
  } catch (const LogDamaged&) {  // What is before the damage is taken in.
    error = std::current_exception();
    for (const auto& worker : workers) worker->push(chunk);
  } catch (...) {
    error = std::current_exception();
  }
  for (const auto& worker : workers) worker->finish();
  for (const auto& worker : workers) {
    if (!error) error = worker->error();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace muniment::view
