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

VersionTable::Slot& VersionTable::slot_of(KeyHash stream) {
  std::size_t at = stream.high & mask_;
  while (slots_[at].stream != KeyHash{} && slots_[at].stream != stream) at = (at + 1) & mask_;
  return slots_[at];
}

Version* VersionTable::find(KeyHash stream) {
  if (size_ == 0) return nullptr;
  Slot& slot = slot_of(stream);
  return slot.stream == KeyHash{} ? nullptr : &slot.version;
}

Version& VersionTable::insert(KeyHash stream, Version version) {
  MUNIMENT_ASSERT(size_ < streams_max_);
  Slot& slot = slot_of(stream);
  slot = {stream, version};
  ++size_;
  return slot.version;
}

void VersionTable::clear() {
  if (size_ == 0) return;
  slots_.reset(zeroed(mask_ + 1));
  size_ = 0;
}

}  // namespace muniment
