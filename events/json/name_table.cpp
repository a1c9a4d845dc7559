#include "events/json/name_table.h"

#include <bit>
#include <stdexcept>

#include "events/values/assert.h"

namespace muniment::json {

NameTable::NameTable(const std::vector<std::string>& names) : slots_(std::bit_ceil(2 * names.size() + 1)), mask_(slots_.size() - 1) {
  MUNIMENT_ASSERT(names.size() < none);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (find(names[i]) != none) throw std::invalid_argument("two fields have the JSON name \"" + names[i] + '"');
    std::size_t at = hash(names[i]) & mask_;
    while (slots_[at].index != none) at = (at + 1) & mask_;
    slots_[at] = {names[i], static_cast<std::uint16_t>(i)};
  }
}

}  // namespace muniment::json
