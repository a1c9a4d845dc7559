#include "tools/import/row_ids.h"

#include "events/values/base64.h"

namespace muniment {

void put_number(Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(number >> shift));
}

std::string row_id(const Fingerprint& content) { return "row:" + to_hex(content); }

RowIds::RowIds(const EventLog& log, Vault& vault)
    : log_(log), vault_(vault), abandoned_(recorded_abandonments(log, only_partition, log.head(only_partition).position)) {}

RowIds::Row RowIds::find(const Principal& actor, Bytes content) const {
  const std::size_t size = content.size();
  for (std::uint64_t abandoned = 0;; ++abandoned) {
    content.resize(size);
    if (abandoned > 0) put_number(content, abandoned);
    Row out{row_id(vault_.fingerprint(content)), content, std::nullopt};
    out.recorded = log_.find_command(only_partition, actor, out.id);
    if (!out.recorded || !is_passed_over(*out.recorded)) return out;
  }
}

bool RowIds::is_passed_over(Position position) const {
  bool out = false;
  if (abandoned_.empty()) return out;
  log_.read(only_partition, position, position, [&](Position, RecordWords words) {
    const RecordReader record(words);
    out = abandoned_.have_brought(record.event());
    return false;
  });
  return out;
}

}  // namespace muniment
