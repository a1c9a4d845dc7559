#include "tools/wire/known_services.h"

#include <map>

#include "events/record/event_streams.h"

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
      known->second = !is_complete(streams_of(record.event()).front().stream);
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

}  // namespace

const Catalogue& known_services(World& world, const EventLog& log) {
  const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
  OpenImports open(log);
  log.read_stream(0, catalogue, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const Position import = record.event().getContext().getImportedBy();
    if (import != 0 && open.contains(import)) return true;
    world.evolve(catalogue, record.event());
    return true;
  });
  return world.catalogue();
}

}  // namespace muniment
