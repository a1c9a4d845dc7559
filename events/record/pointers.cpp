#include "events/record/pointers.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace muniment {
namespace {

static_assert(std::endian::native == std::endian::little, "a pointer is read as the number that it is");

constexpr std::uint64_t struct_pointer = 0;
constexpr std::uint64_t list_pointer = 1;

// Of lists.
constexpr std::uint64_t no_bytes = 0;
constexpr std::uint64_t one_bit = 1;
constexpr std::uint64_t pointers = 6;
constexpr std::uint64_t structs = 7;

// Every record that is read goes through here, so the common case is short: most pointers are null or lead to text.
class Pointers {
 public:
  explicit Pointers(std::span<const capnp::word> segment) : words_(segment.data()), size_(segment.size()) {}

  std::string_view problem() const { return problem_; }

  // Follows `count` pointers, which stand in the segment. Returns whether all is well, as do those below.
  bool follow(std::size_t first, std::size_t count, int depth) {
    for (std::size_t at = first; at < first + count; ++at) {
      const std::uint64_t pointer = word(at);
      if (pointer != 0 && !follow_one(at, pointer, depth)) return false;
    }
    return true;
  }

 private:
  static std::size_t data_words(std::uint64_t pointer) { return pointer >> 32 & 0xffff; }
  static std::size_t pointer_words(std::uint64_t pointer) { return pointer >> 48; }

  bool follow_one(std::size_t at, std::uint64_t pointer, int depth) {
    // Counted in words from the end of the pointer. What is negative wraps around to far outside, or to words that are taken.
    const std::size_t target = at + 1 + static_cast<std::size_t>(std::int64_t{static_cast<std::int32_t>(pointer) >> 2});
    if ((pointer & 3) == list_pointer) return follow_list(target, pointer >> 32 & 7, pointer >> 35, depth);
    if ((pointer & 3) != struct_pointer) return is_bad("a pointer is of a kind that no record has");
    const std::size_t data = data_words(pointer);
    const std::size_t count = pointer_words(pointer);
    if (!take(target, data + count)) return false;
    if (depth == 0) return is_bad("structs and lists stand too deep in one another");
    return follow(target + data, count, depth - 1);
  }

  bool follow_list(std::size_t target, std::uint64_t element, std::size_t count, int depth) {
    if (element > one_bit && element < pointers) return take(target, ((count << (element - 2)) + 7) / 8);  // 1, 2, 4 or 8 bytes each.
    if (element == one_bit) return take(target, (count + 63) / 64);
    if (element == no_bytes) return is_bad("a list has elements without bytes");
    if (depth == 0) return is_bad("structs and lists stand too deep in one another");
    if (element == structs) return follow_structs(target, count, depth - 1);
    return take(target, count) && follow(target, count, depth - 1);
  }

  // A tag that looks like a struct's pointer says how many there are, and of what size; then come `words` words.
  bool follow_structs(std::size_t target, std::size_t words, int depth) {
    if (!take(target, words + 1)) return false;
    const std::uint64_t tag = word(target);
    const std::size_t count = (tag & 0xffff'ffff) >> 2;
    const std::size_t data = data_words(tag);
    const std::size_t step = data + pointer_words(tag);
    if ((tag & 3) != struct_pointer || count * step > words) return is_bad("a list of structs has a tag that does not fit its length");
    if (count > 0 && step == 0) return is_bad("a list has elements without bytes");
    for (std::size_t i = 0; i < count; ++i) {
      if (!follow(target + 1 + i * step + data, pointer_words(tag), depth)) return false;
    }
    return true;
  }

  // Words may be taken once. They are only counted, which is enough: who takes more words than there are takes some of them twice.
  bool take(std::size_t target, std::size_t words) {
    if (target > size_ || words > size_ - target) return is_bad("a pointer leads out of the record");
    taken_ += words;
    return taken_ <= size_ || is_bad("two pointers lead to the same words");
  }

  [[gnu::cold]] bool is_bad(std::string_view problem) {
    problem_ = problem;
    return false;
  }

  std::uint64_t word(std::size_t at) const {
    std::uint64_t out = 0;
    std::memcpy(&out, words_ + at, sizeof out);
    return out;
  }

  const capnp::word* const words_;
  const std::size_t size_;
  std::size_t taken_ = 1;  // The root's pointer.
  std::string_view problem_;
};

}  // namespace

std::string_view problem_with_pointers(std::span<const capnp::word> segment) {
  if (segment.empty()) return "a record without a root";
  Pointers pointers(segment);
  pointers.follow(0, 1, pointer_depth_max);
  return pointers.problem();
}

}  // namespace muniment
