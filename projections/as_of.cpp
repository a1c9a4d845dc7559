#include "projections/as_of.h"

#include <algorithm>

namespace muniment::view {
namespace {

std::string key_of(TableTag tag) {
  std::string key;
  put_tag(key, tag);
  return key;
}

}  // namespace

TablePosition position_of(const Snapshot& snapshot, const Table& table) {
  const auto value = snapshot.get(table, key_of(TableTag::position));
  if (!value) return {};
  ByteReader from(*value);
  TablePosition out;
  out.position = from.ordered();
  out.event_id = std::string{from.rest()};
  return out;
}

void put_position(RowBuffer& rows, const TablePosition& position) {
  std::string value;
  put_ordered(value, position.position);
  value += position.event_id;
  rows.put(key_of(TableTag::position), value);
}

AsOf::AsOf(const Snapshot& snapshot, const Table& table, const Moment& moment)
    : at_(moment.at.value_or(end_of_time)), position_(position_of(snapshot, table).position) {
  if (moment.position) limit_position(*moment.position);
  const std::string imports = key_of(TableTag::import);
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(imports); rows.valid() && rows.key().starts_with(imports); rows.next()) {
    ByteReader key(rows.key().substr(imports.size()));
    ByteReader value(rows.value());
    completions_.push_back({key.ordered(), value.ordered()});
  }
}

bool AsOf::is_complete(Position import) const {
  const auto found = std::lower_bound(completions_.begin(), completions_.end(), import,
                                      [](const Completion& completion, Position wanted) { return completion.import < wanted; });
  return found != completions_.end() && found->import == import && found->completed <= position_;
}

}  // namespace muniment::view
