// The versions of a bounded number of streams, in memory: the ones set last. Forgets the others, never gets one wrong. Not thread-safe.
#pragma once

#include <cstdlib>
#include <memory>
#include <utility>

#include "events/log/keys.h"
#include "events/record/position.h"

namespace muniment {

// Open addressing over 24-byte slots, with room for a fixed number of streams. Memory that was not used is not touched.
class VersionTable {
 public:
  explicit VersionTable(std::size_t streams_max);

  // 0: not known.
  Version find(KeyHash stream) const { return slots_[slot_of(stream)].version; }
  // Precondition: version is not 0, and not full() unless the stream is known.
  void set(KeyHash stream, Version version);
  bool full() const { return size_ >= streams_max_; }
  std::size_t streams_max() const { return streams_max_; }
  void clear();

 private:
  struct Slot {
    KeyHash stream;
    Version version;  // 0: free
  };

  std::size_t slot_of(KeyHash stream) const;
  static Slot* zeroed(std::size_t count);

  std::size_t streams_max_;
  std::size_t mask_;
  std::size_t size_ = 0;
  std::unique_ptr<Slot[], decltype(&std::free)> slots_;
};

// Two tables: when the young one is full it becomes the old one, and the old one is forgotten.
class StreamHeads {
 public:
  explicit StreamHeads(std::size_t streams_max) : young_(streams_max / 2 + 1), old_(streams_max / 2 + 1) {}

  // 0: not known here.
  Version find(KeyHash stream) const {
    const Version version = young_.find(stream);
    return version != 0 ? version : old_.find(stream);
  }
  // Precondition: version is not 0.
  void set(KeyHash stream, Version version) {
    if (young_.full()) {
      std::swap(young_, old_);
      young_.clear();
    }
    young_.set(stream, version);
  }

 private:
  VersionTable young_;
  VersionTable old_;
};

}  // namespace muniment
