// What is known of a bounded number of streams, in memory: those asked for last. Forgets the others, never gets one wrong. Not thread-safe.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "events/log/keys.h"
#include "events/log/known_stream.h"
#include "events/record/position.h"

namespace muniment {

// Open addressing over 32-byte slots, two in a cache line, with room for a fixed number of streams. Memory that was not used is not
// touched.
class VersionTable {
 public:
  explicit VersionTable(std::size_t streams_max);

  // Null where the stream is not known; valid until clear().
  KnownStream* find(KeyHash stream);
  // Precondition: not known, and room(). Valid until clear().
  KnownStream& insert(KeyHash stream, const KnownStream& known);
  std::size_t room() const { return streams_max_ - size_; }
  std::size_t streams_max() const { return streams_max_; }
  void clear();
  void prefetch(KeyHash stream) const {
    if (size_ > 0) __builtin_prefetch(&slots_[stream.high & mask_]);
  }

 private:
  struct Slot {
    KeyHash stream;
    KnownStream known;
  };
  static_assert(sizeof(Slot) == 32);

  Slot& slot_of(KeyHash stream);
  void allocate();

  std::size_t streams_max_;
  std::size_t mask_;
  std::size_t size_ = 0;
  std::unique_ptr<void, decltype(&std::free)> memory_{nullptr, &std::free};
  Slot* slots_ = nullptr;  // In memory_, aligned. A hash of zero: free.
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
    } else if (streams > young_.room()) {
      std::swap(young_, old_);
      young_.clear();
    }
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
