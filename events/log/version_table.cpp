#include "events/log/version_table.h"

#include <bit>
#include <new>

#include "events/values/assert.h"

namespace muniment {

VersionTable::VersionTable(std::size_t streams_max)
    : streams_max_(streams_max), mask_(std::bit_ceil(streams_max * 2) - 1), slots_(zeroed(mask_ + 1), &std::free) {}

// calloc: the pages come zeroed from the system when they are first touched.
VersionTable::Slot* VersionTable::zeroed(std::size_t count) {
  auto* const slots = static_cast<Slot*>(std::calloc(count, sizeof(Slot)));
  if (slots == nullptr) throw std::bad_alloc();
  return slots;
}

std::size_t VersionTable::slot_of(KeyHash stream) const {
  std::size_t at = stream.high & mask_;
  while (slots_[at].version != 0 && slots_[at].stream != stream) at = (at + 1) & mask_;
  return at;
}

void VersionTable::set(KeyHash stream, Version version) {
  Slot& slot = slots_[slot_of(stream)];
  if (slot.version == 0) {
    MUNIMENT_ASSERT(size_ < streams_max_);
    slot.stream = stream;
    ++size_;
  }
  slot.version = version;
}

void VersionTable::clear() {
  if (size_ == 0) return;
  slots_.reset(zeroed(mask_ + 1));
  size_ = 0;
}

}  // namespace muniment
