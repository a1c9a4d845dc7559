#include "events/log/index_tail.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::size_t records_limit = std::size_t{1} << 24;

}  // namespace

IndexTail::IndexTail(std::uint32_t number, Position first, std::size_t records_max, IndexMemory memory)
    : number_(number),
      first_(first),
      records_max_(records_max),
      next_(first),
      memory_(std::move(memory)),
      stream_mask_(stream_slots_for(records_max) - 1),
      command_mask_(command_slots_for(records_max) - 1) {
  MUNIMENT_ASSERT(records_max >= 1 && records_max <= records_limit);
}

std::uint32_t IndexTail::acquire(const std::uint32_t& from) {
  return std::atomic_ref(const_cast<std::uint32_t&>(from)).load(std::memory_order_acquire);  // Until C++26 it takes no const.
}

void IndexTail::release(std::uint32_t& to, std::uint32_t value) { std::atomic_ref(to).store(value, std::memory_order_release); }

void IndexTail::add(const Envelope& envelope, std::span<KnownStream* const> known) {
  MUNIMENT_ASSERT(envelope.position == next_ && room() > 0 && known.size() == envelope.stream_count);
  for (std::size_t i = 0; i < known.size(); ++i) add_stream(envelope.streams()[i], envelope.position, *known[i]);
  if (!envelope.command.empty()) add_command(envelope);
  ++next_;
}

void IndexTail::prefetch(const Envelope& envelope, std::span<KnownStream* const> known) const {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i]->tail == number_) {
      fetch_ahead(&streams()[known[i]->stream - 1]);
    } else {
      prefetch_stream(envelope.streams()[i].hash);
    }
  }
  if (!envelope.command.empty()) prefetch_command(envelope.command_hash);
}

// The index of the stream's head, or 0 and the free slot where it belongs.
std::uint32_t IndexTail::find_stream(std::string_view key, KeyHash hash, std::size_t& slot) const {
  const auto check = static_cast<std::uint32_t>(hash.high);
  for (slot = hash.low & stream_mask_;; slot = (slot + 1) & stream_mask_) {
    const std::uint32_t index = acquire(stream_slots()[slot]);
    if (index == 0) return 0;
    const StreamHead& head = streams()[index - 1];
    if (head.check == check && std::string_view{head.key, head.key_size} == key) return index;
  }
}

void IndexTail::add_stream(const StreamEntry& entry, Position position, KnownStream& known) {
  std::size_t slot = 0;
  std::uint32_t stream = known.tail == number_ ? known.stream : find_stream(entry.key, entry.hash, slot);
  const std::uint32_t node = ++node_count_;
  if (stream != 0) {
    nodes()[node - 1] = {position, entry.version, streams()[stream - 1].last_node, stream};
    release(streams()[stream - 1].last_node, node);
  } else {
    const std::string_view key = arena_.keep(entry.key);
    stream = ++stream_count_;
    nodes()[node - 1] = {position, entry.version, 0, stream};
    streams()[stream - 1] = {key.data(), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(entry.hash.high), node};
    release(stream_slots()[slot], stream);
  }
  known.tail = number_;
  known.stream = stream;
}

void IndexTail::add_command(const Envelope& envelope) {
  std::size_t slot = envelope.command_hash.low & command_mask_;
  while (command_slots()[slot] != 0) slot = (slot + 1) & command_mask_;
  const std::uint32_t index = ++command_count_;
  command_list()[index - 1] = {arena_.keep(envelope.command), envelope.position, envelope.command_hash.high};
  release(command_slots()[slot], index);
}

Version IndexTail::last_version(std::string_view stream_key, KeyHash hash) const {
  std::size_t slot = 0;
  const std::uint32_t index = find_stream(stream_key, hash, slot);
  return index == 0 ? 0 : nodes()[acquire(streams()[index - 1].last_node) - 1].version;
}

Version IndexTail::positions(std::string_view stream_key, KeyHash hash, Version from, std::vector<Position>& out) const {
  std::size_t slot = 0;
  const std::uint32_t index = find_stream(stream_key, hash, slot);
  return index == 0 ? 0 : collect(acquire(streams()[index - 1].last_node), from, out);
}

Version IndexTail::collect(std::uint32_t last_node, Version from, std::vector<Position>& out) const {
  const std::size_t start = out.size();
  Version first = 0;
  for (std::uint32_t node = last_node; node != 0; node = nodes()[node - 1].previous) {
    if (nodes()[node - 1].version < from) break;
    out.push_back(nodes()[node - 1].position);
    first = nodes()[node - 1].version;
  }
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(start), out.end());
  return first;
}

std::optional<Position> IndexTail::find_command(std::string_view command, KeyHash hash) const {
  for (std::size_t slot = hash.low & command_mask_;; slot = (slot + 1) & command_mask_) {
    const std::uint32_t index = acquire(command_slots()[slot]);
    if (index == 0) return std::nullopt;
    const Command& found = command_list()[index - 1];
    if (found.check == hash.high && found.name == command) return found.position;
  }
}

// The keys' first bytes as numbers, so that sorting compares almost no keys.
std::vector<std::uint32_t> IndexTail::sorted_stream_indexes() const {
  struct Sorted {
    std::uint64_t bytes_0_to_7;
    std::uint64_t bytes_8_to_15;
    std::uint32_t index;
  };
  const auto key_of = [this](std::uint32_t index) { return std::string_view{streams()[index].key, streams()[index].key_size}; };
  std::vector<Sorted> sorted(stream_count_);
  for (std::uint32_t i = 0; i < stream_count_; ++i) {
    std::array<char, 16> start{};
    key_of(i).copy(start.data(), start.size());
    sorted[i] = {get_u64be(start.data()), get_u64be(start.data() + 8), i};
  }
  std::ranges::sort(sorted, [&](const Sorted& a, const Sorted& b) {
    if (a.bytes_0_to_7 != b.bytes_0_to_7) return a.bytes_0_to_7 < b.bytes_0_to_7;
    if (a.bytes_8_to_15 != b.bytes_8_to_15) return a.bytes_8_to_15 < b.bytes_8_to_15;
    return key_of(a.index) < key_of(b.index);
  });
  std::vector<std::uint32_t> indexes(stream_count_);
  std::ranges::transform(sorted, indexes.begin(), &Sorted::index);
  return indexes;
}

// A counting sort of the positions by stream: following each stream's list backwards would miss the cache at each step.
void IndexTail::visit_sorted_streams(const StreamVisitor& visit) const {
  struct Run {
    Version first = 0;
    std::uint32_t count = 0;
    std::uint32_t end = 0;  // Where its next position goes.
  };
  std::vector<Run> runs(stream_count_);
  const std::span<const Node> all(nodes(), node_count_);
  for (const Node& node : all) {
    Run& run = runs[node.stream - 1];
    if (run.count++ == 0) run.first = node.version;
  }
  const std::vector<std::uint32_t> order = sorted_stream_indexes();
  std::uint32_t start = 0;
  for (const std::uint32_t index : order) {
    runs[index].end = start;
    start += runs[index].count;
  }
  std::vector<Position> positions(node_count_);
  for (const Node& node : all) positions[runs[node.stream - 1].end++] = node.position;
  for (const std::uint32_t index : order) {
    const Run& run = runs[index];
    visit({streams()[index].key, streams()[index].key_size}, run.first, std::span(positions).subspan(run.end - run.count, run.count));
  }
}

}  // namespace muniment
