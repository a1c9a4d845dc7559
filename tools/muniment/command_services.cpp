// muniment services: the catalogue as it is now. What an import defines is in it once the import completes.
#include <map>

#include "aggregates/world.h"
#include "tools/muniment/open_store.h"

namespace muniment {
namespace {

// Imports that have not completed, by the position of their ImportStarted.
class OpenImports {
 public:
  explicit OpenImports(const EventLog& log) : log_(log) {}

  bool contains(Position started) {
    const auto [known, is_new] = known_.try_emplace(started, false);
    if (!is_new) return known->second;
    log_.read(0, started, started, [&](Position, RecordWords words) {
      RecordReader record(words);
      known->second = !is_complete(stream_version_of(record.event().getStreams()[0]).stream);
      return false;
    });
    return known->second;
  }

 private:
  bool is_complete(const StreamName& import) const {
    bool out = false;
    log_.read_stream(0, import, 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      out = record.event().getFact().isImportCompleted();
      return !out;
    });
    return out;
  }

  const EventLog& log_;
  std::map<Position, bool> known_;
};

ExitCode print_services(const ServicesFlags& flags, Store& store, const Console& console) {
  World world;
  const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
  OpenImports open(store.log());
  store.log().read_stream(0, catalogue, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const Position import = record.event().getContext().getImportedBy();
    if (import != 0 && open.contains(import)) return true;
    world.evolve(catalogue, record.event());
    return true;
  });
  RowWriter rows(flags.format, {{"service"}, {"name"}, {"administrator"}, {"delegate"}, {"retired"}}, console.out, console.has_color);
  for (const auto& [id, service] : world.catalogue().services()) {
    rows.add({std::string{id}, service.name, service.administrator, service.delegate, service.retired});
  }
  rows.finish({{"true_of", store.log().head(0).position}});
  return ExitCode::ok;
}

}  // namespace

ExitCode run_services(const ServicesFlags& flags, Console& console) {
  return with_store(flags.store, "services", [&](Store& store) { return print_services(flags, store, console); });
}

}  // namespace muniment
