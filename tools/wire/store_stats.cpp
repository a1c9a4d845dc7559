#include "tools/wire/store_stats.h"

#include <algorithm>

#include "events/log/postgres_log.h"
#include "projections/fact_type.h"
#include "tools/store/erasure_state.h"
#include "tools/store/generations.h"

namespace muniment {
namespace {

using Record = std::vector<std::pair<std::string, Cell>>;

std::uint64_t bytes_of_file(const std::filesystem::path& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

// Files that go while they are looked at count for nothing.
std::uint64_t bytes_in(const std::filesystem::path& place) {
  std::error_code error;
  if (std::filesystem::is_regular_file(place, error)) return bytes_of_file(place);
  std::uint64_t sum = 0;
  auto entry = std::filesystem::recursive_directory_iterator(place, error);
  while (!error && entry != std::filesystem::recursive_directory_iterator{}) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) sum += bytes_of_file(entry->path());
    entry.increment(error);
  }
  return sum;
}

void add_log_bytes(Record& out, const RocksLog& log, const std::filesystem::path& folder) {
  std::uint64_t log_bytes = 0;
  for (const FamilySize& family : log.sizes()) {
    out.emplace_back("bytes.log." + family.name, family.file_bytes);
    log_bytes += family.file_bytes;
  }
  const std::uint64_t log_folder = bytes_in(folder);
  out.emplace_back("bytes.log.other", log_folder > log_bytes ? log_folder - log_bytes : 0);
}

// Of a standby: whom it follows, and for how long it has not seen the log.
void add_lease(Record& out, const PostgresLog& log) {
  const LogLease lease = log.lease();
  out.emplace_back("standby", true);
  out.emplace_back("standby.of", lease.holder.name);
  if (!lease.holder.address.empty()) out.emplace_back("standby.forwards_to", lease.holder.address);
  out.emplace_back("standby.lease_left_ms", static_cast<std::uint64_t>(lease.left.count()));
  out.emplace_back("standby.out_of_touch_ms", static_cast<std::uint64_t>(log.out_of_touch().count()));
}

// What a log in a database takes, the database knows.
void add_bytes(Record& out, Store& store) {
  if (const RocksLog* const log = store.log_in_folder()) add_log_bytes(out, *log, store.folder() / "log");
  for (const char* part : {"head", "vault", "keys", "views"})
    out.emplace_back(std::string{"bytes."} + part, bytes_in(store.folder() / part));
  out.emplace_back("bytes.all", bytes_in(store.folder()));
}

// What no witness has seen could still be made another history by whoever has the machine and the log's key.
void add_witnesses(Record& out, const Store& store, Position head) {
  const Position witnessed = std::min(head, read_witnessed(store.folder(), store.log_keys()));
  out.emplace_back("witnessed_position", witnessed);
  out.emplace_back("unwitnessed_events", head - witnessed);
}

void add_erasures(Record& out, Store& store) {
  const ErasureState state = erasure_state(store);
  out.emplace_back("erasures.recorded", state.recorded);
  if (state.pending) out.emplace_back("erasures.pending", *state.pending);
  out.emplace_back("erasures.incomplete_in_copies", state.incomplete);
  out.emplace_back("erasures.complete_by", state.complete_by.text());
}

void add_views(Record& out, Store& store, Position head) {
  for (const ProjectionKind kind : all_projections) {
    const std::string prefix = "views." + std::string{name_of(kind)} + ".";
    const Position position = store.views().position(kind);
    out.emplace_back(prefix + "position", position);
    out.emplace_back(prefix + "lag", head - std::min(position, head));
    std::vector<std::string> quarantined;
    for (const Quarantined& event : store.views().quarantine(kind)) quarantined.push_back(std::to_string(event.position));
    if (!quarantined.empty()) out.emplace_back(prefix + "quarantined", std::move(quarantined));
  }
  if (!store.views().dropped_because().empty()) out.emplace_back("views.dropped_because", store.views().dropped_because());
}

}  // namespace

bool EventCounts::count(const EventLog& log, Position to, const Progressed& progressed) {
  bool goes_on = true;
  if (position_ >= to) return true;
  log.read(only_partition, position_ + 1, to, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    ++by_type_[fact_name(static_cast<FactNumber>(fact.which()))];
    if (fact.isImportStarted()) pending_imports_.emplace(position, fact.getImportStarted().getRows());
    if (fact.isImportCompleted()) pending_imports_.erase(fact.getImportCompleted().getImportPosition());
    if (fact.isImportAbandoned()) pending_imports_.erase(fact.getImportAbandoned().getImportPosition());
    position_ = position;
    goes_on = progressed(position);
    return goes_on;
  });
  return goes_on;
}

Record store_stats(Store& store, const LogHead& head, const EventCounts& counts) {
  Record out{{"format", std::uint64_t{store.marker().format}},
             {"oldest_reader", std::uint64_t{store.marker().oldest_reader}},
             {"position", head.position},
             {"root", to_hex(head.root)},
             {"generation", Generations::of(store.log()).current()}};
  const RocksLog* const log = store.log_in_folder();
  if (log != nullptr) out.emplace_back("closed_cleanly", log->was_closed_cleanly());
  if (const PostgresLog* const followed = store.follows() ? store.log_in_database() : nullptr) add_lease(out, *followed);
  add_witnesses(out, store, head.position);
  if (const Position archived = log == nullptr ? 0 : log->archived(); archived > 0) out.emplace_back("archived_position", archived);
  for (const auto& [type, count] : counts.by_type()) out.emplace_back("events." + std::string{type}, count);
  for (const auto& [position, rows] : counts.pending_imports()) out.emplace_back("pending_import." + std::to_string(position), rows);
  add_erasures(out, store);
  add_bytes(out, store);
  add_views(out, store, head.position);
  return out;
}

}  // namespace muniment
