#include "events/log/archived_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "events/log/rocks_recovery.h"
#include "events/proof/tile_path.h"

namespace muniment {
namespace {

constexpr std::size_t part_records = log_format::chunk_records_max;
static_assert(tile_width % part_records == 0);

// A bundle of the largest records there can be.
constexpr std::uintmax_t bundle_bytes_max = tile_width * (2 + std::uintmax_t{record_bytes_max});

std::optional<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return std::nullopt;
  const auto size = static_cast<std::uintmax_t>(in.tellg());
  if (size > bundle_bytes_max) return std::nullopt;
  std::string bytes(size, '\0');
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return in ? std::optional{std::move(bytes)} : std::nullopt;
}

}  // namespace

const ChunkView& ArchivedRecords::part_with(Position position) {
  if (part_ && part_->holds(position)) return *part_;
  part_.reset();
  load((position - 1) / tile_width);
  const Position first = (position - 1) / part_records * part_records + 1;
  compare(first);
  const auto records = std::span(records_).subspan((first - 1) % tile_width, part_records);
  std::size_t words = 0;
  for (const ByteSpan record : records) words += record.size() / sizeof(capnp::word);
  if (words_.size() < words) words_.resize(words);
  std::array<RecordWords, part_records> views;
  std::size_t at = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t size = records[i].size() / sizeof(capnp::word);
    if (records[i].size() % sizeof(capnp::word) != 0) refuse(first + i, "is no record");
    std::memcpy(static_cast<void*>(words_.data() + at), records[i].data(), records[i].size());
    views[i] = RecordWords(words_.data() + at, size);
    at += size;
  }
  try {
    return part_.emplace(first, views);
  } catch (const BadChunk& bad) {
    refuse(first, bad.what());
  }
}

void ArchivedRecords::load(std::uint64_t bundle) {
  if (bundle_ == bundle) return;
  bundle_.reset();
  file_ = folder_ / TilePath{std::nullopt, bundle, tile_width}.text();
  const Position first = bundle * tile_width + 1;
  if (folder_.empty())
    throw LogDamaged(
        fmt::format("{}the records 1 to {} were moved to an archive, and nothing says where that is: tell the store where it is",
                    store_.place(first), store_.archived()));
  auto bytes = read_file(file_);
  if (!bytes) refuse(first, "cannot be read");
  bytes_ = std::move(*bytes);
  auto records = bundled_records(bytes_);
  if (!records || records->size() != tile_width) refuse(first, "has not the 256 records that it had");
  records_ = std::move(*records);
  tile_ = read_tile(store_, 0, bundle);
  bundle_ = bundle;
}

void ArchivedRecords::compare(Position first) {
  const std::size_t begin = (first - 1) % tile_width;
  std::array<Hash, part_records> hashes;
  hasher_.leaf_hashes(std::span(records_).subspan(begin, part_records), hashes);
  const auto differing = std::ranges::mismatch(hashes, std::span(tile_).subspan(begin, part_records)).in1;
  if (differing != hashes.end()) {
    bundle_.reset();
    refuse(first + static_cast<Position>(differing - hashes.begin()), "has another record there than the log's tree");
  }
}

void ArchivedRecords::refuse(Position position, std::string_view what) const {
  throw LogDamaged(fmt::format("{}the file {} of the archive {}: put the archive back from a copy, or tell the store where it is",
                               store_.place(position), file_.string(), what));
}

}  // namespace muniment
