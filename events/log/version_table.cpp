#include "events/log/version_table.h"

#include <bit>
#include <new>

#include "events/values/assert.h"

namespace muniment {

VersionTable::VersionTable(std::size_t streams_max) : streams_max_(streams_max), mask_(std::bit_ceil(streams_max * 2) - 1) { allocate(); }

// calloc: the pages come zeroed from the system when they are first touched.
void VersionTable::allocate() {
  std::size_t bytes = (mask_ + 2) * sizeof(Slot);
  memory_.reset(std::calloc(bytes, 1));
  void* at = memory_.get();
  if (at == nullptr) throw std::bad_alloc();
  slots_ = static_cast<Slot*>(std::align(sizeof(Slot), (mask_ + 1) * sizeof(Slot), at, bytes));
}

VersionTable::Slot& VersionTable::slot_of(KeyHash stream) {
  std::size_t at = stream.high & mask_;
  while (slots_[at].stream != KeyHash{} && slots_[at].stream != stream) at = (at + 1) & mask_;
  return slots_[at];
}

KnownStream* VersionTable::find(KeyHash stream) {
  if (size_ == 0) return nullptr;
  Slot& slot = slot_of(stream);
  return slot.stream == KeyHash{} ? nullptr : &slot.known;
}

KnownStream& VersionTable::insert(KeyHash stream, const KnownStream& known) {
  MUNIMENT_ASSERT(room() > 0);
  Slot& slot = slot_of(stream);
  slot = {stream, known};
  ++size_;
  return slot.known;
}

void VersionTable::clear() {
  if (size_ == 0) return;
  size_ = 0;
  allocate();
}

}  // namespace muniment
