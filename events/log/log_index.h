// The log's whole index: the newest records in memory, the others on disk. Its invariant: a record that was added is found, by its streams
// and by its command, at any moment from then on, while its part of the index moves from memory to disk too.
//
// Threading: one thread adds, one thread (the same or another) writes sealed parts; any thread looks up meanwhile.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "events/log/event_log.h"
#include "events/log/index_tail.h"
#include "events/log/rocks_index.h"

namespace muniment {

class LogIndex {
 public:
  // The first record to add follows indexed_position(). The part in memory is sealed when it has `run_records`.
  LogIndex(RocksStore& store, std::size_t run_records);

  // Of the first record to add, or of the next one.
  Position next() const { return active_->next(); }
  // The record next(), durable, and what is known of its streams (IndexTail::add). Returns whether it sealed a part, which should now be
  // written.
  bool add(const Envelope& envelope, std::span<KnownStream* const> known);
  // Says that it will soon be added.
  void prefetch(const Envelope& envelope, std::span<KnownStream* const> known) const { active_->prefetch(envelope, known); }
  // Seals what there is in memory, if it is `records_min` records or more.
  void seal(std::size_t records_min);
  // Waits while too many sealed parts wait to be written: memory is bounded. Returns at once after give_up().
  void wait_for_room();
  // No part will be written any more.
  void give_up();

  // The oldest part that is sealed and not written; nothing when there is none.
  std::shared_ptr<const IndexTail> oldest_sealed() const;
  // Precondition: it is oldest_sealed(), and all its records are durable for ever (RocksIndex::write_run).
  void write(const IndexTail& sealed);

  struct StreamSearch {
    std::string_view key;  // keys.h, put_stream_key
    KeyHash hash;
    Version* version;  // Where to put it.
  };
  // The last version of each stream; 0 where there is no such stream. Many at once cost much less than one by one.
  void last_versions(std::span<const StreamSearch> searches) const;
  // Visits the stream's versions `from` and on, in order, until the visitor says no.
  void read_stream(std::string_view stream_key, Version from, const std::function<bool(Version, Position)>& visit) const;
  // For each command where its first event should be. The caller compares: two names may have one digest.
  void find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const;

 private:
  using Tails = std::vector<std::shared_ptr<IndexTail>>;  // In order; the last one takes the new records, the others are sealed.

  struct CommandSearch {
    std::string_view name;  // keys.h, put_command_name
    KeyHash hash;
    std::optional<Position>* found;
  };

  std::shared_ptr<const Tails> tails() const;
  void find_in_memory(std::span<const CommandSearch> searches) const;
  void find_on_disk(std::span<const CommandSearch> searches) const;
  std::shared_ptr<IndexTail> make_tail(std::uint32_t number, Position first) const;
  void replace_active();

  RocksIndex on_disk_;
  const std::size_t run_records_;
  const std::shared_ptr<SpareIndexMemory> memory_;  // Shared with the parts, which readers may still have.
  IndexTail* active_;                               // The last one of tails_, for the thread that adds.

  mutable std::mutex mutex_;
  std::condition_variable shrunk_;
  std::shared_ptr<const Tails> tails_;  // Never null, never empty; replaced, not changed.
  bool given_up_ = false;
};

}  // namespace muniment
