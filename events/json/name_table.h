// Finds a name among a few dozen that are known beforehand, faster than a map: an open hash table over the length and three characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muniment::json {

class NameTable {
 public:
  static constexpr std::uint16_t none = 0xffff;

  // The names in the order of their indexes. Throws std::invalid_argument when two are the same.
  explicit NameTable(const std::vector<std::string>& names = {});

  // The name's index, or none.
  std::uint16_t find(std::string_view name) const {
    for (std::size_t at = hash(name) & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.index == none || slot.name == name) return slot.index;
    }
  }

 private:
  struct Slot {
    std::string name;
    std::uint16_t index = none;
  };

  static std::size_t hash(std::string_view name) {
    const auto at = [name](std::size_t i) -> std::size_t { return static_cast<unsigned char>(name[i]); };
    if (name.empty()) return 0;
    const std::size_t mixed = name.size() + (at(0) << 8) + (at(name.size() / 2) << 16) + (at(name.size() - 1) << 24);
    return mixed * 0x9e3779b97f4a7c15 >> 40;
  }

  std::vector<Slot> slots_;  // A power of two of them, at least half of them free, so that a search ends.
  std::size_t mask_ = 0;
};

}  // namespace muniment::json
