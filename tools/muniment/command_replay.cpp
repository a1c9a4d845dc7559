// muniment replay: fold the log again. The operators' tool: the digest is the same on every machine and for every way of loading.
#include <fmt/format.h>

#include <unordered_set>

#include "aggregates/world.h"
#include "commands/sight.h"
#include "events/log/recorded_abandonments.h"
#include "events/record/event_streams.h"
#include "tools/muniment/moments.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

using Streams = std::unordered_set<StreamName>;

std::string hex(const Digest& digest) { return to_hex(digest); }

struct Fold {
  World world;
  Streams streams;  // Filled only where they are wanted.
  double seconds = 0;
};

void add_streams(std::span<const RecordWords> records, Streams& out) {
  for (const RecordWords words : records) {
    RecordReader record(words);
    for (const StreamVersion& entry : streams_of(record.event())) out.insert(entry.stream);
  }
}

// What stands at `to`: an import that was abandoned later counts still, as it did then.
AbandonedImports abandoned_by(Position to, const EventLog& log) { return recorded_abandonments(log, only_partition, to); }

void fold(Fold& out, const EventLog& log, Position to, bool with_streams, const Console& console) {
  Progress progress(console, "events", to);
  out.world.pass_over(abandoned_by(to, log));
  log.read_runs(only_partition, 1, to, [&](Position first, std::span<const RecordWords> records) {
    out.world.evolve(records);
    if (with_streams) add_streams(records, out.streams);
    progress.at(first + records.size() - 1);
    return true;
  });
  out.seconds = progress.seconds();
}

// Every aggregate from its own stream alone, as far as `to`.
void fold_stream_by_stream(World& world, const Streams& streams, const EventLog& log, Position to, const Console& console) {
  Progress progress(console, "streams", streams.size());
  world.pass_over(abandoned_by(to, log));
  std::uint64_t done = 0;
  for (const StreamName& stream : streams) {
    log.read_stream(only_partition, stream, 1, [&](Position position, RecordWords words) {
      if (position > to) return false;
      RecordReader record(words);
      world.evolve(stream, record.event());
      return true;
    });
    progress.at(++done);
  }
}

// As the sequencer loads them when a decision asks.
void load_live(Sight& sight, const Streams& streams, const Console& console) {
  Progress progress(console, "streams", streams.size());
  std::uint64_t done = 0;
  for (const StreamName& stream : streams) {
    sight.version_of(stream);
    progress.at(++done);
  }
}

struct Comparison {
  std::string name;
  Digest digest;
};

std::vector<Comparison> compare(Store& store, const Streams& streams, Position to, const Console& console) {
  std::vector<Comparison> out;
  {
    World world;
    fold_stream_by_stream(world, streams, store.log(), to, console);
    out.push_back({"digest_stream_by_stream", world.digest()});
  }
  if (to == store.log().head(only_partition).position) {
    World world;
    Sight sight(world, store.log(), store.vault(), only_partition);
    load_live(sight, streams, console);
    out.push_back({"digest_live", world.digest()});
  }
  return out;
}

ExitCode replay(const ReplayFlags& flags, Store& store, const Console& console) {
  const Position head = store.log().head(only_partition).position;
  require_reached("--to", flags.to, store.log());
  const Position to = flags.to.value_or(head);
  Fold all;
  fold(all, store.log(), to, flags.is_verified, console);
  const Digest digest = all.world.digest();
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(to) / std::max(all.seconds, 1e-9));
  std::vector<std::pair<std::string, Cell>> record{{"events", to},
                                                   {"accounts", std::uint64_t{all.world.account_count()}},
                                                   {"providers", std::uint64_t{all.world.provider_count()}},
                                                   {"services", std::uint64_t{all.world.catalogue().services().size()}},
                                                   {"seconds", fmt::format("{:.3f}", all.seconds)},
                                                   {"events_per_second", rate},
                                                   {"digest", hex(digest)}};
  bool is_same = true;
  if (flags.is_verified) {
    for (const auto& [name, other] : compare(store, all.streams, to, console)) {
      record.emplace_back(name, hex(other));
      is_same = is_same && other == digest;
    }
    record.emplace_back("verified", is_same);
  }
  write_record(flags.format, record, console.out);
  if (is_same) return ExitCode::ok;
  console.error("the aggregates differ by the way they are loaded: keep a copy of the store as it is, and report this");
  return ExitCode::integrity;
}

}  // namespace

ExitCode run_replay(const ReplayFlags& flags, Console& console) {
  return with_store(flags.store, "replay", console, [&](Store& store) { return replay(flags, store, console); },
                    {.without_vault = flags.without_vault});
}

}  // namespace muniment
