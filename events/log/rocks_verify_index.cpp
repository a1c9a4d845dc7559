#include "events/log/rocks_verify_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "events/log/keys.h"
#include "events/log/rocks_index.h"

namespace muniment {
namespace {

constexpr std::size_t index_readahead_bytes = 256u << 10;
constexpr unsigned parts = 16;

std::string with_partition(Partition partition, std::string_view rest) {
  std::string key;
  put_u16be(key, partition);
  key += rest;
  return key;
}

// The key of the stream in an entry's key, and the version: nothing where the key is none.
struct EntryKey {
  std::string_view stream;
  Version version;
};
std::optional<EntryKey> parse_entry_key(std::string_view key, Partition partition) {
  constexpr std::size_t before = sizeof(Partition);
  if (key.size() < before + 2 + version_bytes || get_u16be(key.data()) != partition) return std::nullopt;
  const std::string_view stream = key.substr(before, key.size() - before - version_bytes);
  if (static_cast<Byte>(stream[1]) != stream.size() - 2) return std::nullopt;
  return EntryKey{stream, get_u64be(key.data() + key.size() - version_bytes)};
}

class StreamsReader {
 public:
  StreamsReader(const RocksStore& store, IndexRangeReport& out) : store_(store), out_(out) {}

  void take(std::string_view key, std::string_view value) {
    const auto entry = parse_entry_key(key, store_.partition());
    if (!entry) return refuse(0, "a key that is none");
    if (entry->stream != stream_) begin(entry->stream);
    positions_.clear();
    try {
      get_positions(value, positions_);  // A head is one number, so it reads as one position.
    } catch (const BadChunk& bad) {
      return refuse(0, bad.what());
    }
    if (entry->version == log_format::stream_head_version) {
      if (positions_.size() != 1) return refuse(0, "a head that is no version");
      head_ = positions_.front();
      return;
    }
    if (entry->version != next_) return refuse(positions_.front(), fmt::format("version {} where {} should be", entry->version, next_));
    for (const Position position : positions_) out_.sums.streams.add(hash_, next_++, position);
    last_ = positions_.back();
  }
  // The stream that was being read ends here.
  void end() {
    if (!stream_.empty() && head_ != next_ - 1) refuse(last_, fmt::format("a head of {} where {} should be", head_, next_ - 1));
  }

 private:
  void begin(std::string_view stream) {
    end();
    stream_ = stream;
    hash_ = hash_of_key(stream_);
    next_ = 1;
    head_ = 0;
    last_ = 0;
  }
  void refuse(Position position, std::string_view what) {
    if (out_.fault) return;
    const std::string whose = stream_.empty() ? std::string{} : " for " + stream_of(stream_).describe();
    out_.fault = LogFault{std::max<Position>(position, 1), fmt::format("the index of streams has {}{}", what, whose)};
  }

  const RocksStore& store_;
  IndexRangeReport& out_;
  std::string stream_;
  KeyHash hash_;
  Version next_ = 1;
  Version head_ = 0;
  Position last_ = 0;
  std::vector<Position> positions_;
};

void take_command(std::string_view key, std::string_view value, IndexRangeReport& out) {
  constexpr std::size_t before = sizeof(Partition);
  if (key.size() != before + log_format::command_digest_bytes || value.size() != sizeof(Position)) {
    if (!out.fault) out.fault = LogFault{1, "the index of commands has an entry that is none"};
    return;
  }
  out.sums.commands.add(hash_of_key(key.substr(before)), 0, get_u64be(value.data()));
}

std::unique_ptr<rocksdb::Iterator> scan(const RocksStore& store, Family family) {
  rocksdb::ReadOptions options;
  options.readahead_size = index_readahead_bytes;
  options.fill_cache = false;
  options.total_order_seek = true;
  return std::unique_ptr<rocksdb::Iterator>(store.db().NewIterator(options, store.family(family)));
}

// Whether the index has this record where it should, by a look at each of its entries.
std::optional<LogFault> look_up(const RocksStore& store, const Envelope& envelope) {
  for (const StreamEntry& entry : envelope.streams()) {
    const auto iterator = scan(store, Family::streams);
    iterator->SeekForPrev(slice(stream_entry_key(store.partition(), entry.key, entry.version)));
    const auto key = iterator->Valid() ? parse_entry_key(view(iterator->key()), store.partition()) : std::nullopt;
    std::vector<Position> positions;
    if (key && key->stream == entry.key && key->version != log_format::stream_head_version)
      get_positions(view(iterator->value()), positions);
    const Version offset = key ? entry.version - key->version : 0;
    if (offset >= positions.size() || positions[offset] != envelope.position) {
      return LogFault{envelope.position, fmt::format("the index of streams does not have it as version {} of {}", entry.version,
                                                     stream_of(entry.key).describe())};
    }
  }
  if (envelope.command.empty()) return std::nullopt;
  const auto position = store.get(Family::commands, command_key(store.partition(), command_digest(envelope.command)));
  if (position && position->size() == sizeof(Position) && get_u64be(position->data()) == envelope.position) return std::nullopt;
  return LogFault{envelope.position, "the index of commands does not have it"};
}

// Positions that an index names and that are not those of the records: the lowest one.
std::optional<LogFault> find_surplus_entry(const RocksStore& store, Position indexed) {
  std::optional<LogFault> first;
  const auto note = [&](Position position, std::string_view index) {
    if (first && first->position <= position) return;
    first = LogFault{position, fmt::format("the index of {} names it for what it is not", index)};
  };
  ChunkWalk walk(store);
  EnvelopeReader reader;
  Envelope envelope;
  const auto read = [&](Position position) {
    if (position == 0 || position > indexed) return false;
    reader.clear();
    reader.read(walk.seek(position).record(position), envelope);
    return true;
  };
  const auto streams = scan(store, Family::streams);
  std::vector<Position> positions;
  for (streams->SeekToFirst(); streams->Valid(); streams->Next()) {
    const auto key = parse_entry_key(view(streams->key()), store.partition());
    if (!key || key->version == log_format::stream_head_version) continue;
    positions.clear();
    get_positions(view(streams->value()), positions);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const bool is_said = read(positions[i]) && std::ranges::any_of(envelope.streams(), [&](const StreamEntry& entry) {
                             return entry.key == key->stream && entry.version == key->version + i;
                           });
      if (!is_said) note(positions[i], "streams");
    }
  }
  const auto commands = scan(store, Family::commands);
  for (commands->SeekToFirst(); commands->Valid(); commands->Next()) {
    const Position position = get_u64be(commands->value().data());
    const bool is_said = read(position) && !envelope.command.empty() &&
                         command_key(store.partition(), command_digest(envelope.command)) == view(commands->key());
    if (!is_said) note(position, "commands");
  }
  return first;
}

}  // namespace

std::vector<IndexRange> index_ranges(Partition partition) {
  std::vector<IndexRange> out;
  const auto add = [&](Family family, const std::string& prefix) {
    std::string from = with_partition(partition, "");
    for (unsigned part = 1; part < parts; ++part) {
      std::string to = with_partition(partition, prefix + static_cast<char>(part * 256 / parts));
      out.push_back({family, from, to});
      from = std::move(to);
    }
    const bool is_last = partition == std::numeric_limits<Partition>::max();
    out.push_back({family, from, is_last ? std::string{} : with_partition(static_cast<Partition>(partition + 1), "")});
  };
  // Nearly all streams are accounts', whose ids are random.
  add(Family::streams, {static_cast<char>(schema::StreamKind::ACCOUNT), static_cast<char>(AccountId::size)});
  add(Family::commands, "");
  return out;
}

IndexRangeReport read_index(const RocksStore& store, const IndexRange& range) {
  IndexRangeReport out;
  StreamsReader streams(store, out);
  const auto is_within = [&](std::string_view key) { return range.to.empty() || key < range.to; };
  const auto iterator = scan(store, range.family);
  for (iterator->Seek(slice(range.from)); iterator->Valid() && is_within(view(iterator->key())); iterator->Next()) {
    if (range.family == Family::streams) {
      streams.take(view(iterator->key()), view(iterator->value()));
    } else {
      take_command(view(iterator->key()), view(iterator->value()), out);
    }
  }
  if (iterator->status().ok()) {
    streams.end();
  } else {
    out.fault =
        LogFault{1, fmt::format("the index of {} cannot be read: RocksDB says: {}", name_of(range.family), iterator->status().ToString())};
  }
  return out;
}

std::optional<LogFault> find_index_fault(const RocksStore& store, Position indexed) {
  ChunkWalk walk(store);
  EnvelopeReader reader;
  Envelope envelope;
  for (Position position = 1; position <= indexed;) {
    const ChunkView& chunk = position == 1 ? walk.seek(position) : walk.next();
    for (; position <= std::min(chunk.last(), indexed); ++position) {
      reader.clear();
      reader.read(chunk.record(position), envelope);
      if (auto fault = look_up(store, envelope)) return fault;
    }
  }
  return find_surplus_entry(store, indexed);
}

std::optional<LogFault> find_surplus_tile(const RocksStore& store, Position last) {
  const auto iterator = scan(store, Family::tiles);
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    const std::string_view key = view(iterator->key());
    const bool is_key = key.size() == sizeof(Partition) + 1 + sizeof(std::uint64_t) && get_u16be(key.data()) == store.partition();
    const unsigned level = is_key ? static_cast<Byte>(key[sizeof(Partition)]) : 0;
    const std::uint64_t index = is_key ? get_u64be(key.data() + sizeof(Partition) + 1) : UINT64_MAX;
    if (is_key && index < hashes_at_level(last, level) / tile_width) continue;
    return LogFault{last + 1, "there is a tile that the log is too short for"};
  }
  return std::nullopt;
}

}  // namespace muniment
