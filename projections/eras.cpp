#include "projections/eras.h"

#include <algorithm>
#include <bit>

#include "events/record/event_streams.h"

namespace muniment::view {
namespace {

constexpr unsigned first_era_bits = 8;  // Era 0 holds this many events, as a power of two.
constexpr std::size_t eras_kept_max = 1 << 16;

std::string provider_prefix(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::era);
  put_provider(key, provider);
  return key;
}

}  // namespace

Era era_of(schema::Event::Reader event, PackedProvider provider) {
  const StreamName wanted = StreamName::provider(unpack_provider(provider));
  for (const StreamVersion& entry : streams_of(event)) {
    if (entry.stream == wanted) return static_cast<Era>(std::bit_width(entry.version >> first_era_bits));
  }
  return 0;
}

std::vector<EraStart> eras_of(const Snapshot& snapshot, const Table& table, PackedProvider provider) {
  std::vector<EraStart> out;
  const std::string prefix = provider_prefix(provider);
  auto rows = snapshot.rows(table, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next()) {
    ByteReader value(rows.value());
    const auto at = value.time();
    out.push_back({ByteReader(rows.key().substr(prefix.size())).byte(), at, value.ordered()});
  }
  return out;
}

void EraStarts::note(PackedProvider provider, Era era, const EventRef& event, RowBuffer& rows) {
  auto [known, is_new] = known_.try_emplace(provider);
  if (is_new) known->second = eras_of(database_.snapshot(), table_, provider);
  auto& starts = known->second;
  auto start = std::find_if(starts.begin(), starts.end(), [era](const EraStart& s) { return s.era == era; });
  if (start == starts.end()) {
    start = starts.insert(start, {era, event.at, event.position});
  } else if (start->at <= event.at && start->position <= event.position) {
    return;
  }
  start->at = std::min(start->at, event.at);
  start->position = std::min(start->position, event.position);
  std::string key = provider_prefix(provider);
  put_byte(key, era);
  std::string value;
  put_time(value, start->at);
  put_ordered(value, start->position);
  rows.put(key, value);
}

void EraStarts::trim() {
  if (known_.size() > eras_kept_max) known_.clear();
}

MergedRows::MergedRows(const Snapshot& snapshot, const Table& table, std::vector<std::string> prefixes) {
  parts_.reserve(prefixes.size());
  for (auto& prefix : prefixes) parts_.push_back({std::move(prefix), snapshot.rows(table, Scan::prefix)});
}

void MergedRows::seek(std::string_view suffix) {
  std::string key;
  for (auto& part : parts_) {
    key.assign(part.prefix).append(suffix);
    part.rows.seek(key);
  }
  find_least();
}

void MergedRows::next() {
  least_->rows.next();
  find_least();
}

// A linear search: there are few parts, most often one.
void MergedRows::find_least() {
  least_ = nullptr;
  for (auto& part : parts_) {
    if (part.rows.valid() && (least_ == nullptr || part.suffix() < least_->suffix())) least_ = &part;
  }
}

}  // namespace muniment::view
