#include "tests/faults/simulation/simulated_log.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "events/log/format.h"

namespace muniment::faults {
namespace {

// A group in the file: number of bytes u64 | XXH3-64 of them u64 | for each record its number of words u64 and its words.
constexpr std::size_t frame_head_bytes = 16;

void put_u64(std::string& out, std::uint64_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }
std::uint64_t get_u64(std::string_view bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::string frame_of(std::span<const RecordWords> records) {
  std::string body;
  for (const RecordWords record : records) {
    put_u64(body, record.size());
    body.append(reinterpret_cast<const char*>(record.data()), record.size_bytes());
  }
  std::string frame;
  put_u64(frame, body.size());
  put_u64(frame, XXH3_64bits(body.data(), body.size()));
  return frame + body;
}

// The whole group at the beginning of these bytes; nothing where there is none.
std::optional<std::vector<std::vector<capnp::word>>> records_in(std::string_view bytes) {
  if (bytes.size() < frame_head_bytes) return std::nullopt;
  const std::uint64_t size = get_u64(bytes);
  if (size == 0 || size > bytes.size() - frame_head_bytes) return std::nullopt;
  std::string_view body = bytes.substr(frame_head_bytes, size);
  if (XXH3_64bits(body.data(), body.size()) != get_u64(bytes.substr(8))) return std::nullopt;
  std::vector<std::vector<capnp::word>> records;
  while (!body.empty()) {
    records.emplace_back(get_u64(body));
    std::memcpy(records.back().data(), body.data() + 8, records.back().size() * sizeof(capnp::word));
    body.remove_prefix(8 + records.back().size() * sizeof(capnp::word));
  }
  return records;
}

}  // namespace

SimulatedLog::SimulatedLog(MemoryDisk& disk, const Protections& protections) : disk_(disk), protections_(protections) { recover(); }

void SimulatedLog::recover() {
  const std::string& bytes = disk_.bytes(log_file);
  std::vector<LogHead> heads{{0, empty_root}};
  while (const auto records = records_in(std::string_view(bytes).substr(end_))) {
    const std::vector<RecordWords> views(records->begin(), records->end());
    const auto head = memory_.append({.records = views, .conditions = {}});
    if (!head) break;  // A group behind one that is not there.
    heads.push_back(*head);
    end_ += frame_head_bytes + get_u64(std::string_view(bytes).substr(end_));
  }
  check_head(heads);
  disk_.set(log_file, bytes.substr(0, end_));  // Another group may follow, and nothing that was torn.
}

void SimulatedLog::check_head(const std::vector<LogHead>& heads) {
  std::string bytes = disk_.bytes(head_file);
  bytes.resize(log_format::head_sectors * log_format::head_sector_bytes);
  for (std::size_t i = 0; i < log_format::head_sectors; ++i) {
    const auto found =
        head_from_sector(std::string_view(bytes).substr(i * log_format::head_sector_bytes, log_format::head_sector_bytes), 0);
    if (found && found->sequence > written_.sequence) written_ = *found;
  }
  if (!protections_.checks_head || written_.sequence == 0) return;
  if (std::ranges::find(heads, written_.head) != heads.end()) return;
  throw LogDamaged(fmt::format("the log ends at position {}; the durable head says {}", heads.back().position, written_.head.position));
}

void SimulatedLog::require_usable() const {
  if (failed_ && protections_.stops_after_failure) throw LogFailed("the log takes no more events: a write failed");
}

std::expected<LogHead, Conflict> SimulatedLog::append(const AppendBatch& batch) {
  require_usable();
  try {
    const std::string frame = frame_of(batch.records);
    try {
      disk_.write(log_file, end_, frame);
      if (protections_.syncs) disk_.sync(log_file);
    } catch (const DiskFailed&) {
      if (protections_.stops_after_failure) throw;
      disk_.sync(log_file);  // The control: once more, as if nothing had been lost.
    }
    require_usable();
    end_ += frame.size();
    auto head = memory_.append(batch);
    if (head) due_ = *head;
    return head;
  } catch (const DiskFailed& error) {
    failed_ = true;
    throw LogFailed(error.what());
  }
}

void SimulatedLog::write_head() {
  if (!due_ || failed_) return;
  const DurableHead next{*due_, false, written_.sequence + 1};
  due_.reset();
  try {
    disk_.write(head_file, next.sequence % log_format::head_sectors * log_format::head_sector_bytes, head_sector(next, 0));
    disk_.sync(head_file);
    written_ = next;
  } catch (const DiskFailed&) {
    failed_ = true;
  }
}

void SimulatedLog::find_commands(Partition partition, std::span<const CommandName> commands,
                                 std::span<std::optional<Position>> found) const {
  memory_.find_commands(partition, commands, found);
  if (!protections_.knows_commands) std::ranges::fill(found, std::nullopt);
}

}  // namespace muniment::faults
