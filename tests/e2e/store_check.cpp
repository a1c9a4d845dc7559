#include "tests/e2e/store_check.h"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "aggregates/world.h"
#include "events/proof/tree.h"
#include "events/record/event_streams.h"

namespace muniment {
namespace {

// What one reading of the log shows.
struct Reading {
  std::unordered_map<std::string, int> recorded;
  std::unordered_set<StreamName> streams;
  World whole;
  Position last = 0;
  std::string wrong;
};

void read_all(Store& store, Reading& seen) {
  MerkleTree tree;
  LeafHasher hasher;
  const LogHead head = store.log().head(0);
  store.log().read(0, 1, head.position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    if (position != seen.last + 1 || event.getPosition() != position)
      seen.wrong = fmt::format("a hole: position {} where {} was due", position, seen.last + 1);
    seen.last = position;
    tree.append(hasher.leaf_hash(bytes_of(words)));
    if (has_fingerprint(event)) ++seen.recorded[std::string{text_of(event.getCommandId())}];
    for (const StreamVersion& entry : streams_of(event)) seen.streams.insert(entry.stream);
    if (event.getFact().isSubordinateCreated() && store.vault().pin(account_id_of(event), event_id_of(event)) != "0123")
      seen.wrong = fmt::format("the PIN of event {} is not in the vault", position);
    seen.whole.evolve(event);
    return seen.wrong.empty();
  });
  if (seen.wrong.empty() && seen.last != head.position)
    seen.wrong = fmt::format("the log ends at {}, its head is {}", seen.last, head.position);
  if (seen.wrong.empty() && tree.root() != head.root) seen.wrong = "the root is not that of the records";
}

void count(const Reading& seen, std::span<const std::string> acknowledged, StoreFindings& found) {
  for (const std::string& id : acknowledged) {
    if (seen.recorded.contains(id)) continue;
    ++found.lost;
    found.wrong = fmt::format("acknowledged and lost: {}", id);
  }
  for (const auto& [id, times] : seen.recorded) {
    if (times == 1) continue;
    ++found.doubled;
    found.wrong = fmt::format("recorded {} times: {}", times, id);
  }
}

}  // namespace

StoreFindings look_at(Store& store, std::span<const std::string> acknowledged) {
  Reading seen;
  read_all(store, seen);
  StoreFindings found{.wrong = seen.wrong, .digest = seen.whole.digest()};
  if (!found.wrong.empty()) return found;
  count(seen, acknowledged, found);
  if (!found.wrong.empty()) return found;
  World by_stream;
  for (const StreamName& stream : seen.streams) {
    store.log().read_stream(0, stream, 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      by_stream.evolve(stream, record.event());
      return true;
    });
  }
  if (found.digest != by_stream.digest()) found.wrong = "the fold of the whole log and the fold stream by stream differ";
  return found;
}

}  // namespace muniment
