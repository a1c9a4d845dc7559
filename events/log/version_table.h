// The versions of a bounded number of streams, in memory: those asked for last. Forgets the others, never gets one wrong. Not thread-safe.
#pragma once

#include <cstdint>
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

  // Null where the stream is not known; valid until clear().
  Version* find(KeyHash stream);
  // Precondition: not known, and not full().
  Version& insert(KeyHash stream, Version version);
  bool full() const { return size_ >= streams_max_; }
  std::size_t streams_max() const { return streams_max_; }
  void clear();
  void prefetch(KeyHash stream) const { __builtin_prefetch(&slots_[stream.high & mask_]); }

 private:
  struct Slot {
    KeyHash stream;
    Version version;
  };

  Slot& slot_of(KeyHash stream);
  static Slot* zeroed(std::size_t count);

  std::size_t streams_max_;
  std::size_t mask_;
  std::size_t size_ = 0;
  std::unique_ptr<Slot[], decltype(&std::free)> slots_;  // A hash of zero: free.
};

// Two tables: when the young one is full it becomes the old one, and the old one is forgotten.
class StreamHeads {
 public:
  explicit StreamHeads(std::size_t streams_max) : young_(streams_max / 2 + 1), old_(streams_max / 2 + 1) {}

  // The next so many different streams asked for are not forgotten while they are.
  void make_room(std::size_t streams) {
    if (streams <= young_.streams_max()) return;
    young_ = VersionTable(streams);
    old_ = VersionTable(streams);
  }

  // The stream's version, to read and to change; `load` is asked for it when it is not known. Valid until the next call.
  template <typename Load>
  Version& version(KeyHash stream, Load load) {
    if (Version* known = young_.find(stream)) return *known;
    const Version* old = old_.find(stream);
    const Version version = old != nullptr ? *old : load();
    if (young_.full()) {
      std::swap(young_, old_);
      young_.clear();
    }
    return young_.insert(stream, version);
  }
  // Says that version() will soon be asked for this stream.
  void prefetch(KeyHash stream) const { young_.prefetch(stream); }

 private:
  VersionTable young_;
  VersionTable old_;
};

}  // namespace muniment
