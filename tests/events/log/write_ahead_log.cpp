#include "tests/events/log/write_ahead_log.h"

#include <algorithm>

namespace muniment {
namespace {

constexpr std::size_t block_bytes = 32'768;
constexpr std::size_t header_bytes = 7;  // checksum 4, length 2, type 1
constexpr int type_full = 1;
constexpr int type_first = 2;
constexpr int type_last = 4;

}  // namespace

std::vector<WalRecord> wal_records(std::string_view file) {
  std::vector<WalRecord> records;
  std::size_t begin = 0;
  for (std::size_t at = 0; at + header_bytes <= file.size();) {
    if (block_bytes - at % block_bytes < header_bytes) {
      at += block_bytes - at % block_bytes;
      continue;
    }
    const std::size_t length = static_cast<unsigned char>(file[at + 4]) + 256u * static_cast<unsigned char>(file[at + 5]);
    const int type = file[at + 6];
    if (type == type_full || type == type_first) begin = at;
    at += header_bytes + length;
    if (at > file.size()) break;
    if (type == type_full || type == type_last) records.push_back({begin, at});
  }
  return records;
}

}  // namespace muniment
