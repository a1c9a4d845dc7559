#include "events/log/version_table.h"

#include <algorithm>
#include <bit>

#include "events/values/assert.h"

namespace muniment {

VersionTable::VersionTable(std::size_t streams_max) : streams_max_(streams_max) { clear(); }

VersionTable::Slot& VersionTable::slot_of(KeyHash stream) {
  std::size_t at = stream.high & mask_;
  while (slots()[at].stream != KeyHash{} && slots()[at].stream != stream) at = (at + 1) & mask_;
  return slots()[at];
}

KnownStream* VersionTable::find(KeyHash stream) {
  Slot& slot = slot_of(stream);
  return slot.stream == KeyHash{} ? nullptr : &slot.known;
}

KnownStream& VersionTable::insert(KeyHash stream, const KnownStream& known) {
  MUNIMENT_ASSERT(size_ < streams_max_ && (size_ + 1) * 2 <= mask_ + 1);
  Slot& slot = slot_of(stream);
  slot = {stream, known};
  ++size_;
  return slot.known;
}

bool VersionTable::make_room(std::size_t streams) {
  if (size_ + streams > streams_max_) return false;
  const std::size_t slots = std::bit_ceil((size_ + streams) * 2);
  if (slots > mask_ + 1) resize(slots);
  return true;
}

void VersionTable::resize(std::size_t count) {
  const MemoryBlock before = std::exchange(memory_, MemoryBlock(count * sizeof(Slot)));
  const auto* const old = static_cast<const Slot*>(before.data());
  const std::size_t old_count = mask_ + 1;
  memory_.populate();
  mask_ = count - 1;
  for (std::size_t i = 0; i < old_count; ++i) {
    if (old[i].stream != KeyHash{}) slot_of(old[i].stream) = old[i];
  }
}

void VersionTable::clear() {
  size_ = 0;
  mask_ = smallest - 1;
  memory_ = MemoryBlock(smallest * sizeof(Slot));
}

}  // namespace muniment
