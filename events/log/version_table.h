// What is known of a bounded number of streams, in memory: those asked for last. Forgets the others, never gets one wrong. Not thread-safe.
#pragma once

#include <cstdint>
#include <utility>

#include "events/log/keys.h"
#include "events/log/known_stream.h"
#include "events/record/position.h"
#include "events/values/fetch_ahead.h"
#include "events/values/memory_block.h"

namespace muniment {

// Open addressing over 32-byte slots, two in a cache line, at most half of them used. Grows with what it holds, up to a fixed number of
// streams.
class VersionTable {
 public:
  explicit VersionTable(std::size_t streams_max);

  // Null where the stream is not known; valid until make_room() or clear().
  KnownStream* find(KeyHash stream);
  // Precondition: not known, and make_room() was told of it. Valid until make_room() or clear().
  KnownStream& insert(KeyHash stream, const KnownStream& known);
  // Makes room for so many more. False when that would be more than it may hold.
  bool make_room(std::size_t streams);
  std::size_t streams_max() const { return streams_max_; }
  void clear();
  void prefetch(KeyHash stream) const { fetch_ahead(&slots()[stream.high & mask_]); }

 private:
  struct Slot {
    KeyHash stream;  // Zero: free.
    KnownStream known;
  };
  static_assert(sizeof(Slot) == 32);
  static constexpr std::size_t smallest = 1024;

  Slot* slots() const { return static_cast<Slot*>(memory_.data()); }
  Slot& slot_of(KeyHash stream);
  void resize(std::size_t slots);

  std::size_t streams_max_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  MemoryBlock memory_;
};

// Two tables: when the young one is full it becomes the old one, and the old one is forgotten.
class StreamHeads {
 public:
  explicit StreamHeads(std::size_t streams_max) : young_(streams_max / 2 + 1), old_(streams_max / 2 + 1) {}

  // The next so many different streams asked for are not forgotten, and stay where they are, until the next call.
  void make_room(std::size_t streams) {
    if (streams > young_.streams_max()) {
      young_ = VersionTable(streams);
      old_ = VersionTable(streams);
    }
    if (young_.make_room(streams)) return;
    std::swap(young_, old_);
    young_.clear();
    young_.make_room(streams);
  }

  struct Found {
    KnownStream& stream;  // To read and to change.
    bool is_new;          // It was not known: the caller says now what it is.
  };
  // Precondition: make_room() was told of it.
  Found find(KeyHash stream) {
    if (KnownStream* known = young_.find(stream)) return {*known, false};
    const KnownStream* old = old_.find(stream);
    return {young_.insert(stream, old != nullptr ? *old : KnownStream{}), old == nullptr};
  }
  // Says that find() will soon be asked for this stream.
  void prefetch(KeyHash stream) const {
    young_.prefetch(stream);
    old_.prefetch(stream);
  }
  void forget_all() {
    young_.clear();
    old_.clear();
  }

 private:
  VersionTable young_;
  VersionTable old_;
};

}  // namespace muniment
