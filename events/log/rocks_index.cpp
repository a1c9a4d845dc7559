#include "events/log/rocks_index.h"

#include <fmt/format.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "events/log/chunk.h"
#include "events/log/keys.h"

namespace muniment {
namespace {

void put_number(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<Byte>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw BadChunk("a number that does not end");
}

std::string indexed_key(Partition partition) {
  std::string key{log_format::meta_indexed};
  put_u16be(key, partition);
  return key;
}

Version version_in(std::string_view entry_key) { return get_u64be(entry_key.data() + entry_key.size() - version_bytes); }

bool same_stream(std::string_view entry_key, std::string_view other) {
  return entry_key.size() == other.size() && entry_key.starts_with(other.substr(0, other.size() - version_bytes));
}

// A sorted file of one family, written beside the database and then taken into it.
class RunFile {
 public:
  RunFile(const RocksStore& store, Family family, const std::string& path)
      : store_(store), path_(path), writer_({}, store.db().GetOptions(store.family(family)), store.family(family)) {
    store_.check(writer_.Open(path_), "create an index file");
  }
  void put(std::string_view key, std::string_view value) {
    store_.check(writer_.Put(slice(key), slice(value)), "write an index file");
    ++entries_;
  }
  std::size_t finish() {
    if (entries_ > 0) store_.check(writer_.Finish(), "finish an index file");
    return entries_;
  }

 private:
  const RocksStore& store_;
  std::string path_;
  rocksdb::SstFileWriter writer_;
  std::size_t entries_ = 0;
};

}  // namespace

void put_positions(std::span<const Position> positions, std::string& out) {
  Position last = 0;
  for (const Position position : positions) {
    put_number(position - last, out);
    last = position;
  }
}

void get_positions(std::string_view bytes, std::vector<Position>& out) {
  Position last = 0;
  const std::size_t start = out.size();
  while (!bytes.empty()) {
    const std::uint64_t distance = take_number(bytes);
    if (distance == 0 || distance > std::numeric_limits<Position>::max() - last) throw BadChunk("positions out of order");
    last += distance;
    out.push_back(last);
  }
  if (out.size() == start) throw BadChunk("no position");
}

Position indexed_position(const RocksStore& store) {
  const auto value = store.get(Family::meta, indexed_key(store.partition()));
  if (!value) return 0;
  if (value->size() != sizeof(Position))
    throw LogDamaged(fmt::format("{}: the column family meta has no position under indexed", store.folder()));
  return get_u64be(value->data());
}

void RocksIndex::last_versions(std::span<const std::string_view> stream_keys, std::span<Version> versions) const {
  std::vector<std::string> keys;
  keys.reserve(stream_keys.size());
  for (const std::string_view key : stream_keys) keys.push_back(stream_entry_key(store_.partition(), key, log_format::stream_head_version));
  store_.get_many(Family::streams, keys, [&](std::size_t i, std::optional<std::string_view> head) {
    versions[i] = head ? version_of_head(stream_keys[i], *head) : 0;
  });
}

Version RocksIndex::version_of_head(std::string_view stream_key, std::string_view head) const {
  try {
    const Version version = take_number(head);
    if (version == 0 || !head.empty()) throw BadChunk("a head that is no version");
    return version;
  } catch (const BadChunk& bad) {
    refuse_entry(stream_key, log_format::stream_head_version, bad.what());
  }
}

void RocksIndex::read_stream(std::string_view stream_key, Version from, const std::function<bool(Version, Position)>& visit) const {
  std::string key = stream_entry_key(store_.partition(), stream_key, from);
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> iterator(store_.db().NewIterator(options, store_.family(Family::streams)));
  if (from > 1) {
    // The entry that holds `from` may start before it; every stream has one that starts at 1.
    iterator->SeekForPrev(key);
    if (iterator->Valid() && same_stream(view(iterator->key()), key)) key = view(iterator->key());
  }
  iterator->Seek(key);
  std::vector<Position> positions;
  for (; iterator->Valid() && same_stream(view(iterator->key()), key); iterator->Next()) {
    Version version = version_in(view(iterator->key()));
    positions.clear();
    try {
      get_positions(view(iterator->value()), positions);
    } catch (const BadChunk& bad) {
      refuse_entry(stream_key, version, bad.what());
    }
    for (const Position position : positions) {
      if (version >= from && !visit(version, position)) return;
      ++version;
    }
  }
  store_.check(iterator->status(), "read the column family streams");
}

void RocksIndex::find_commands(std::span<const std::string_view> names, std::span<std::optional<Position>> found) const {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const std::string_view name : names) keys.push_back(command_key(store_.partition(), command_digest(name)));
  store_.get_many(Family::commands, keys, [&](std::size_t i, std::optional<std::string_view> value) {
    found[i] = std::nullopt;
    if (!value) return;
    if (value->size() != sizeof(Position))
      throw LogDamaged(fmt::format("{}: the column family commands has a value of {} bytes", store_.folder(), value->size()));
    found[i] = get_u64be(value->data());
  });
}

RocksIndex::RocksIndex(RocksStore& store) : store_(store) { remove_run_files(); }

// Taking a run in links its file into the database before this name of it is removed. A crash in between leaves two names of one file, so a
// leftover is removed and never written over.
void RocksIndex::remove_run_files() const {
  for (const Family family : {Family::streams, Family::commands}) std::filesystem::remove(run_file(family));
}

void RocksIndex::write_run(const IndexTail& tail) {
  remove_run_files();
  std::vector<Family> written;
  if (write_streams(tail) > 0) written.push_back(Family::streams);
  if (write_commands(tail) > 0) written.push_back(Family::commands);
  ingest(written);
  // Only now: after a crash in between, the same entries are written once more.
  rocksdb::WriteBatch batch;
  std::string value;
  put_u64be(value, tail.next() - 1);
  store_.check(batch.Put(store_.family(Family::meta), slice(indexed_key(store_.partition())), slice(value)), "build a write");
  store_.write(batch);
}

std::string RocksIndex::run_file(Family family) const {
  return (std::filesystem::path(store_.folder()) / fmt::format("{}.run", name_of(family))).string();
}

std::size_t RocksIndex::write_streams(const IndexTail& tail) {
  RunFile file(store_, Family::streams, run_file(Family::streams));
  std::string key;
  std::string value;
  tail.visit_sorted_streams([&](std::string_view stream_key, Version version, std::span<const Position> positions) {
    key.clear();
    put_u16be(key, store_.partition());
    key.append(stream_key);
    const std::size_t version_at = key.size();
    put_u64be(key, log_format::stream_head_version);
    value.clear();
    put_number(version + positions.size() - 1, value);
    file.put(key, value);
    for (std::span<const Position> rest = positions; !rest.empty();) {
      const auto entry = rest.first(std::min(rest.size(), log_format::stream_entry_positions_max));
      value.clear();
      put_positions(entry, value);
      key.resize(version_at);
      put_u64be(key, version);
      file.put(key, value);
      version += entry.size();
      rest = rest.subspan(entry.size());
    }
  });
  return file.finish();
}

std::size_t RocksIndex::write_commands(const IndexTail& tail) {
  struct Entry {
    std::uint64_t high;  // The digest, as numbers: cheap to compare.
    std::uint64_t low;
    Position position;
    auto operator<=>(const Entry&) const = default;
  };
  static_assert(log_format::command_digest_bytes == sizeof(Entry::high) + sizeof(Entry::low));
  std::vector<Entry> entries;
  entries.reserve(tail.commands().size());
  for (const IndexTail::Command& command : tail.commands()) {
    const auto digest = command_digest(command.name);
    const char* const bytes = text_of(digest).data();
    entries.push_back({get_u64be(bytes), get_u64be(bytes + sizeof(Entry::high)), command.position});
  }
  std::ranges::sort(entries);
  // The first event stands for the command.
  const auto same = [](const Entry& a, const Entry& b) { return a.high == b.high && a.low == b.low; };
  entries.erase(std::ranges::unique(entries, same).begin(), entries.end());
  RunFile file(store_, Family::commands, run_file(Family::commands));
  std::string key;
  std::string value;
  for (const Entry& entry : entries) {
    key.clear();
    put_u16be(key, store_.partition());
    put_u64be(key, entry.high);
    put_u64be(key, entry.low);
    value.clear();
    put_u64be(value, entry.position);
    file.put(key, value);
  }
  return file.finish();
}

// Both families at once, so that neither is ahead of the other.
void RocksIndex::ingest(std::span<const Family> families) {
  if (families.empty()) return;
  std::vector<rocksdb::IngestExternalFileArg> args;
  for (const Family family : families) {
    rocksdb::IngestExternalFileArg& arg = args.emplace_back();
    arg.column_family = store_.family(family);
    arg.external_files = {run_file(family)};
    arg.options.move_files = true;
    arg.options.write_global_seqno = false;  // What is finished is not written to again.
  }
  store_.check(store_.db().IngestExternalFiles(args), "take an index file in");
}

void RocksIndex::refuse_entry(std::string_view stream_key, Version first, std::string_view what) const {
  throw LogDamaged(fmt::format("{}, partition {}: the column family streams has {} for {} from version {}", store_.folder(),
                               store_.partition(), what, stream_of(stream_key).describe(), first));
}

}  // namespace muniment
