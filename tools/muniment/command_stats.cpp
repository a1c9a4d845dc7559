// muniment stats: what the store holds, where its bytes are, and how far its views have come.
#include <fmt/format.h>

#include <map>

#include "projections/fact_type.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

constexpr Partition partition = 0;

using Record = std::vector<std::pair<std::string, Cell>>;

std::uint64_t bytes_in(const std::filesystem::path& place) {
  std::error_code error;
  if (std::filesystem::is_regular_file(place, error)) return std::filesystem::file_size(place, error);
  std::uint64_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place, error)) {
    if (entry.is_regular_file(error)) sum += entry.file_size(error);
  }
  return sum;
}

struct Counts {
  std::map<std::string_view, std::uint64_t> by_type;
  std::map<Position, std::uint64_t> pending_imports;  // Position of the start -> rows announced.
};

Counts count_events(const EventLog& log, const Console& console) {
  Counts out;
  const Position head = log.head(partition).position;
  Progress progress(console, "events", head);
  log.read(partition, 1, head, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    ++out.by_type[fact_name(static_cast<FactNumber>(fact.which()))];
    if (fact.isImportStarted()) out.pending_imports.emplace(position, fact.getImportStarted().getRows());
    if (fact.isImportCompleted()) out.pending_imports.erase(fact.getImportCompleted().getImportPosition());
    progress.at(position);
    return true;
  });
  return out;
}

void add_bytes(Record& out, Store& store) {
  std::uint64_t log_bytes = 0;
  for (const FamilySize& family : store.log().sizes()) {
    out.emplace_back("bytes.log." + family.name, family.file_bytes);
    log_bytes += family.file_bytes;
  }
  const std::uint64_t log_folder = bytes_in(store.folder() / "log");
  out.emplace_back("bytes.log.other", log_folder > log_bytes ? log_folder - log_bytes : 0);
  for (const char* part : {"head", "vault", "keys", "views"})
    out.emplace_back(std::string{"bytes."} + part, bytes_in(store.folder() / part));
  out.emplace_back("bytes.all", bytes_in(store.folder()));
}

void add_views(Record& out, Store& store, Position head) {
  for (const ProjectionKind kind : all_projections) {
    const std::string prefix = fmt::format("views.{}.", name_of(kind));
    const Position position = store.views().position(kind);
    out.emplace_back(prefix + "position", position);
    out.emplace_back(prefix + "lag", head - std::min(position, head));
    std::vector<std::string> quarantined;
    for (const Quarantined& event : store.views().quarantine(kind)) quarantined.push_back(std::to_string(event.position));
    if (!quarantined.empty()) out.emplace_back(prefix + "quarantined", std::move(quarantined));
  }
  if (!store.views().dropped_because().empty()) out.emplace_back("views.dropped_because", store.views().dropped_because());
}

ExitCode stats(const StatsFlags& flags, Store& store, const Console& console) {
  const LogHead head = store.log().head(partition);
  const Counts counts = count_events(store.log(), console);
  Record record{{"format", std::uint64_t{store.marker().format}},
                {"oldest_reader", std::uint64_t{store.marker().oldest_reader}},
                {"position", head.position},
                {"root", to_hex(head.root)},
                {"closed_cleanly", store.log().was_closed_cleanly()}};
  for (const auto& [type, count] : counts.by_type) record.emplace_back(fmt::format("events.{}", type), count);
  for (const auto& [position, rows] : counts.pending_imports) record.emplace_back(fmt::format("pending_import.{}", position), rows);
  add_bytes(record, store);
  add_views(record, store, head.position);
  write_record(flags.format, record, console.out);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_stats(const StatsFlags& flags, Console& console) {
  return with_store(flags.store, "stats", [&](Store& store) { return stats(flags, store, console); });
}

}  // namespace muniment
