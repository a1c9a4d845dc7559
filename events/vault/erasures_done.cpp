#include "events/vault/erasures_done.h"

#include "events/values/bytes.h"

namespace muniment {

std::optional<ErasuresDone> ErasuresDone::decode(std::string_view entry) {
  constexpr std::size_t count_size = 8;
  if (entry.size() != count_size + EventId::size) return std::nullopt;
  return ErasuresDone{.count = get_u64be(entry.data()), .last = *EventId::from(bytes_of(entry.substr(count_size)))};
}

std::string ErasuresDone::encoded() const {
  std::string out;
  put_u64be(out, count);
  out += text_of(last.bytes());
  return out;
}

}  // namespace muniment
