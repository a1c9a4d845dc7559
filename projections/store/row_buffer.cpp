#include "projections/store/row_buffer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "events/values/assert.h"
#include "events/values/bytes.h"

namespace muniment::view {
namespace {

// Eight bytes of the key as a number; zeros where it is shorter.
std::uint64_t number_at(std::string_view key, std::size_t at) {
  std::array<char, 8> bytes{};
  if (key.size() > at) std::memcpy(bytes.data(), key.data() + at, std::min(key.size() - at, bytes.size()));
  return get_u64be(bytes.data());
}

}  // namespace

void RowBuffer::put(std::string_view key, std::string_view value) { add(key, value, static_cast<std::uint32_t>(value.size())); }

void RowBuffer::remove(std::string_view key) { add(key, {}, removed); }

void RowBuffer::add(std::string_view key, std::string_view value, std::uint32_t value_size) {
  MUNIMENT_ASSERT(bytes_.size() <= std::numeric_limits<std::uint32_t>::max());
  rows_.push_back({number_at(key, 0), number_at(key, 8), static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(key.size()),
                   value_size});
  bytes_.append(key).append(value);
}

void RowBuffer::roll_back(Mark mark) {
  rows_.resize(mark.rows);
  bytes_.resize(mark.bytes);
}

void RowBuffer::clear() {
  rows_.clear();
  bytes_.clear();
}

void RowBuffer::sort() {
  std::sort(rows_.begin(), rows_.end(), [this](const Row& a, const Row& b) {
    if (a.head != b.head) return a.head < b.head;
    if (a.neck != b.neck) return a.neck < b.neck;
    const int order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.at < b.at;
  });
}

}  // namespace muniment::view
