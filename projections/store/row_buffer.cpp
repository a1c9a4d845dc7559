#include "projections/store/row_buffer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "events/values/bytes.h"

namespace muniment::view {
namespace {

std::uint64_t head_of(std::string_view key) {
  std::array<char, 8> head{};
  std::memcpy(head.data(), key.data(), std::min(key.size(), head.size()));
  return get_u64be(head.data());
}

}  // namespace

void RowBuffer::put(std::string_view key, std::string_view value) {
  rows_.push_back({head_of(key), bytes_.size(), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())});
  bytes_.insert(bytes_.end(), key.begin(), key.end());
  bytes_.insert(bytes_.end(), value.begin(), value.end());
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
    const int order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.at < b.at;
  });
}

}  // namespace muniment::view
