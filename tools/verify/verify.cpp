#include "tools/verify/verify.h"

#include <capnp/schema.h>
#include <capnp/serialize.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include "events/proof/consistency.h"
#include "events/proof/cosignature.h"
#include "events/proof/inclusion.h"
#include "events/proof/proof_text.h"
#include "events/proof/tile_path.h"
#include "events/schema/event.capnp.h"
#include "events/values/text.h"
#include "events/values/timestamp.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view only_history =
    "that the log has shown nobody another history: compare its checkpoint with one that somebody else was shown";
// Of all files here a bundle of entries is the largest.
constexpr std::uintmax_t file_bytes_max = tile_width * (2 + bundled_record_max);
constexpr std::string_view true_times = "that the times in the records are true: they are the log's own word";

// A file that is not what it should be. Caught where a verdict is made.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Looked at before it is opened: reading anything else than a file may never end.
std::string read_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw Fault(fmt::format("{} is not there, or is no file", file.string()));
  if (fs::file_size(file, error) > file_bytes_max) throw Fault(fmt::format("{} is larger than any file of an export", file.string()));
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) throw Fault(fmt::format("{} cannot be read", file.string()));
  return bytes;
}

Checkpoint opened(const std::string& note, const VerifierKey& key, const fs::path& file) {
  auto checkpoint = open_checkpoint(note, key);
  if (!checkpoint) throw Fault(fmt::format("{}: no checkpoint that {} signed: {}", file.string(), key.text(), name(checkpoint.error())));
  return std::move(*checkpoint);
}

// The same, of what is to be established: enough witnesses must have cosigned it, where there have to be any.
Checkpoint cosigned(const std::string& note, const Trust& trust, const fs::path& file) {
  Checkpoint checkpoint = opened(note, trust.key, file);
  if (!trust.witnesses.is_met_by(*Note::parse(note)))
    throw Fault(fmt::format("{}: too few witnesses of the policy cosigned the checkpoint", file.string()));
  return checkpoint;
}

std::string signed_by(const Checkpoint& checkpoint, const VerifierKey& key) {
  return fmt::format("{} signed a checkpoint of size {} and root {}", key.text(), checkpoint.size, base64_of(checkpoint.root));
}

// Which witnesses stand behind a checkpoint, as the last of what is established or is not.
void tell_witnesses(const std::string& note, const Trust& trust, Verdict& verdict) {
  const Note parsed = *Note::parse(note);
  for (const WitnessPolicy::WitnessKey& witness : trust.witnesses.witnesses()) {
    const auto seconds = verify_cosignature(parsed, witness.key);
    if (!seconds) continue;
    constexpr std::int64_t ns_in_second = 1'000'000'000;
    constexpr std::uint64_t seconds_max = std::numeric_limits<std::int64_t>::max() / ns_in_second;
    verdict.established.push_back(fmt::format("{} cosigned it at {}: all of it was there by then, and it has cosigned no other history",
                                              witness.key.name,
                                              Timestamp{static_cast<std::int64_t>(std::min(*seconds, seconds_max)) * ns_in_second}.text()));
  }
  if (trust.witnesses.asks_for_nobody()) verdict.not_established.emplace_back(only_history);
}

// Somebody's checkpoint speaks for what it covers, and for nothing behind that.
void tell_compared(std::uint64_t compared, std::uint64_t size, Verdict& verdict) {
  if (std::erase(verdict.not_established, only_history) == 0 || compared == size) return;
  verdict.not_established.push_back(
      fmt::format("that the log has shown nobody another history of the records {} to {}: no checkpoint that was given covers them",
                  compared + 1, size));
}

// A name as it may be printed: a line feed in one would write a sentence of its own.
std::string shown(std::string_view name) {
  return is_utf8(name) && !has_control_characters(name) ? std::string{name} : "a name with control characters";
}

// Of a record whose hash has been checked.
struct Said {
  std::uint64_t position = 0;
  std::int64_t recorded_at_ns = 0;
  std::string text;
};

Said read_record(ByteSpan bytes) {
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(static_cast<void*>(words.data()), bytes.data(), words.size() * sizeof(capnp::word));
  try {
    capnp::FlatArrayMessageReader reader(kj::ArrayPtr<const capnp::word>(words.data(), words.size()));
    const auto event = reader.getRoot<schema::Event>();
    const auto facts = capnp::Schema::from<schema::Event::Fact>().getUnionFields();
    const auto which = static_cast<unsigned>(event.getFact().which());
    const capnp::Text::Reader name = event.getActor().getName();
    return {event.getPosition(), event.getRecordedAt(),
            fmt::format("event {}: {}, recorded at {}, by {}", event.getPosition(),
                        which < facts.size() ? facts[which].getProto().getName().cStr() : "a fact newer than this program",
                        Timestamp{event.getRecordedAt()}.text(), shown(std::string_view{name.begin(), name.size()}))};
  } catch (const kj::Exception&) {
    throw Fault("a record that is no event");
  }
}

// The records of an exported log, one by one, and the tree over them.
class Export {
 public:
  Export(const fs::path& folder, std::uint64_t size) : folder_(folder), size_(size) {}

  // Adds records until the tree has `size` leaves.
  void read_to(std::uint64_t size) {
    while (tree_.size() < size) {
      if (next_ == records_.size()) read_bundle();
      add(records_[next_++]);
    }
  }
  Hash root() const { return tree_.root(); }

  // The tiles that are not full, which the others were compared with as they became full. Precondition: it was read to its end.
  void compare_partial_tiles() {
    each_tile(size_, [&](const TilePath& path) {
      if (!path.level || path.width == tile_width) return;
      std::string hashes;
      for (const Hash& hash : tree_.partial_tile(*path.level)) hashes += text_of(hash);
      compare(path, hashes);
    });
  }

 private:
  void read_bundle() {
    const std::uint64_t index = tree_.size() / tile_width;
    const TilePath path{std::nullopt, index, static_cast<unsigned>(std::min<std::uint64_t>(tile_width, size_ - index * tile_width))};
    file_ = folder_ / path.text();
    bundle_ = read_file(file_);
    auto records = bundled_records(bundle_);
    if (!records || records->size() != path.width) throw Fault(fmt::format("{}: expected {} records", file_.string(), path.width));
    records_ = std::move(*records);
    next_ = 0;
  }

  void add(ByteSpan bytes) {
    const Said said = read_record(bytes);
    if (said.position != tree_.size() + 1)
      throw Fault(
          fmt::format("{}: a record says that its position is {} where {} should be", file_.string(), said.position, tree_.size() + 1));
    if (said.recorded_at_ns < recorded_at_ns_)
      throw Fault(fmt::format("{}: the event {} was recorded before the one before it", file_.string(), said.position));
    recorded_at_ns_ = said.recorded_at_ns;
    tree_.append(hasher_.leaf_hash(bytes));
    for (const FullTile& tile : tree_.take_full_tiles()) compare({tile.level, tile.index, tile_width}, text_of(tile_bytes(tile.hashes)));
  }

  void compare(const TilePath& path, std::string_view hashes) const {
    const fs::path file = folder_ / path.text();
    if (read_file(file) != hashes) throw Fault(fmt::format("{}: the tile is not that of the records", file.string()));
  }

  const fs::path folder_;
  const std::uint64_t size_;
  LeafHasher hasher_;
  MerkleTree tree_;
  fs::path file_;
  std::string bundle_;
  std::vector<ByteSpan> records_;
  std::size_t next_ = 0;
  std::int64_t recorded_at_ns_ = std::numeric_limits<std::int64_t>::min();
};

template <typename Check>
Verdict verdict_of(Check check) {
  Verdict verdict;
  try {
    check(verdict);
  } catch (const Fault& fault) {
    verdict = {.established = {}, .not_established = {}, .fault = fault.what()};
  }
  return verdict;
}

}  // namespace

Verdict check_log(const Trust& trust, const fs::path& folder, const std::vector<fs::path>& others) {
  return verdict_of([&](Verdict& verdict) {
    const VerifierKey& key = trust.key;
    const std::string note = read_file(folder / "checkpoint");
    const Checkpoint checkpoint = cosigned(note, trust, folder / "checkpoint");
    verdict.established.push_back(signed_by(checkpoint, key));
    std::vector<std::pair<Checkpoint, fs::path>> older;
    for (const fs::path& file : others) older.emplace_back(opened(read_file(file), key, file), file);
    std::ranges::stable_sort(older, {}, [](const auto& other) { return other.first.size; });
    Export log(folder, checkpoint.size);
    for (const auto& [other, file] : older) {
      if (other.size > checkpoint.size)
        throw Fault(
            fmt::format("{}: it is of size {}, and the export ends at {}: events are missing", file.string(), other.size, checkpoint.size));
      log.read_to(other.size);
      if (log.root() != other.root)
        throw Fault(fmt::format("{}: the key signed it, and the export's first {} records lead to another root: two histories",
                                file.string(), other.size));
      verdict.established.push_back(fmt::format("the records 1 to {} are those of {} too", other.size, file.string()));
    }
    log.read_to(checkpoint.size);
    if (log.root() != checkpoint.root) throw Fault(fmt::format("{}: the records lead to another root", (folder / "checkpoint").string()));
    log.compare_partial_tiles();
    verdict.established.push_back(
        fmt::format("the export has all of its {} records, unaltered and in order; the tiles are theirs", checkpoint.size));
    tell_witnesses(note, trust, verdict);
    if (!older.empty()) tell_compared(older.back().first.size, checkpoint.size, verdict);
    verdict.not_established.emplace_back(true_times);
  });
}

Verdict check_bundle(const Trust& trust, const fs::path& folder) {
  return verdict_of([&](Verdict& verdict) {
    LeafHasher hasher;
    std::vector<fs::path> proofs;
    if (!fs::is_directory(folder)) throw Fault(fmt::format("{} is no folder", folder.string()));
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".tlog-proof") proofs.push_back(entry.path());
      if (entry.path().extension() == ".record" && !fs::exists(fs::path(entry.path()).replace_extension(".tlog-proof")))
        throw Fault(fmt::format("{}: there is no proof of it", entry.path().string()));
    }
    if (proofs.empty()) throw Fault(fmt::format("{} has no proofs", folder.string()));
    std::vector<std::pair<std::uint64_t, std::string>> events;
    std::string note;  // They are against one checkpoint: what is said of it is said of all of them.
    std::optional<Checkpoint> checkpoint;
    for (const fs::path& file : proofs) {
      const auto proof = InclusionText::parse(read_file(file));
      if (!proof) throw Fault(fmt::format("{}: no proof of inclusion", file.string()));
      if (checkpoint && proof->checkpoint != note)
        throw Fault(fmt::format("{}: its checkpoint is another than that of the other proofs: check them apart", file.string()));
      note = proof->checkpoint;
      checkpoint = cosigned(note, trust, file);
      const std::string record = read_file(fs::path(file).replace_extension(".record"));
      const auto verified =
          verify_inclusion(hasher, proof->index, checkpoint->size, hasher.leaf_hash(bytes_of(record)), proof->proof, checkpoint->root);
      if (!verified)
        throw Fault(fmt::format("{}: the record is not the one at index {}: {}", file.string(), proof->index, name(verified.error())));
      const Said said = read_record(bytes_of(record));
      if (said.position != proof->index + 1)
        throw Fault(fmt::format("{}: the record says that its position is {}", file.string(), said.position));
      events.emplace_back(said.position, said.text);
    }
    verdict.established.push_back(signed_by(*checkpoint, trust.key));
    std::ranges::sort(events);
    for (const auto& [position, text] : events) verdict.established.push_back("it covers " + text);
    verdict.not_established.emplace_back("that no other events answer the question: an export of the whole log shows that");
    verdict.not_established.emplace_back("what the report beside the records says: compare it with them");
    tell_witnesses(note, trust, verdict);
    verdict.not_established.emplace_back(true_times);
  });
}

Verdict check_consistency(const Trust& trust, const fs::path& older, const fs::path& proof_file) {
  return verdict_of([&](Verdict& verdict) {
    const VerifierKey& key = trust.key;
    const Checkpoint old = opened(read_file(older), key, older);
    const auto proof = ConsistencyText::parse(read_file(proof_file));
    if (!proof) throw Fault(fmt::format("{}: no proof of consistency", proof_file.string()));
    const Checkpoint fresh = cosigned(proof->checkpoint, trust, proof_file);
    if (proof->old_size != old.size)
      throw Fault(fmt::format("{}: it is a proof from size {}, and {} is of size {}", proof_file.string(), proof->old_size, older.string(),
                              old.size));
    LeafHasher hasher;
    const auto verified = verify_consistency(hasher, old.size, fresh.size, proof->proof, old.root, fresh.root);
    if (!verified)
      throw Fault(fmt::format("{}: it does not lead from the one to the other: {}", proof_file.string(), name(verified.error())));
    verdict.established = {
        signed_by(old, key), signed_by(fresh, key),
        fmt::format("the newer one continues the older one: none of its {} records was altered, removed or moved", old.size)};
    tell_witnesses(proof->checkpoint, trust, verdict);
  });
}

Verdict check_checkpoints(const Trust& trust, const fs::path& one, const fs::path& other) {
  return verdict_of([&](Verdict& verdict) {
    const VerifierKey& key = trust.key;
    const Checkpoint a = opened(read_file(one), key, one);
    const Checkpoint b = opened(read_file(other), key, other);
    if (a.size == b.size && a.root != b.root)
      throw Fault(fmt::format("two histories: {} signed two roots of size {}; keep both files, they are the proof", key.text(), a.size));
    cosigned(read_file(one), trust, one);
    cosigned(read_file(other), trust, other);
    verdict.established = {signed_by(a, key), signed_by(b, key)};
    if (a.size == b.size)
      verdict.established.emplace_back("both are of the same history");
    else
      verdict.not_established.emplace_back("that the larger one continues the smaller: ask for the proof, `muniment export consistency`");
  });
}

}  // namespace muniment
