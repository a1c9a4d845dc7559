#include "projections/findings/newest.h"

namespace muniment::view {

std::string newest_findings_key() {
  std::string key;
  put_tag(key, TableTag::finding_newest);
  return key;
}

void put_newest_findings(std::string& out, const NewestFindings& newest) {
  put_time(out, newest.latest);
  put_byte(out, newest.has_signals ? 1 : 0);
  for (const std::uint64_t count : newest.open) put_varint(out, count);
  put_varint(out, newest.imports.size());
  for (const Position import : newest.imports) put_varint(out, import);
}

NewestFindings take_newest_findings(std::string_view value) {
  ByteReader from(value);
  NewestFindings out;
  out.latest = from.time();
  out.has_signals = from.byte() != 0;
  for (std::uint64_t& count : out.open) count = from.varint();
  for (auto left = from.varint(); left > 0; --left) out.imports.insert(from.varint());
  return out;
}

}  // namespace muniment::view
