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

// A name as it may be printed: a line feed in one would write a sentence of its own.
std::string shown(std::string_view name) {
  return is_utf8(name) && !has_control_characters(name) ? std::string{name} : "a name with control characters";
}

// The same of a file in what is checked. Where that lies is the caller's word.
std::string shown_path(const fs::path& file) { return (file.parent_path() / shown(file.filename().string())).string(); }

// Looked at before it is opened: reading anything else than a file may never end.
std::string read_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw Fault(fmt::format("{} is not there, or is no file", shown_path(file)));
  if (fs::file_size(file, error) > file_bytes_max) throw Fault(fmt::format("{} is larger than any file of an export", shown_path(file)));
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) throw Fault(fmt::format("{} cannot be read", shown_path(file)));
  return bytes;
}

// Of seconds since 1970 that somebody else gives: what no timestamp reaches is told as the last that one does, of the year 2262.
std::string time_text(std::int64_t seconds) {
  constexpr std::int64_t ns_in_second = 1'000'000'000;
  constexpr std::int64_t seconds_max = std::numeric_limits<std::int64_t>::max() / ns_in_second;
  return Timestamp{std::clamp(seconds, -seconds_max, seconds_max) * ns_in_second}.text();
}

// Which witnesses stand behind a checkpoint, as the last of what is established or is not.
void tell_witnesses(const std::string& note, const Trust& trust, Verdict& verdict) {
  const Note parsed = *Note::parse(note);
  for (const WitnessPolicy::WitnessKey& witness : trust.witnesses.witnesses()) {
    const auto seconds = verify_cosignature(parsed, witness.key);
    if (!seconds) continue;
    constexpr std::uint64_t seconds_max = std::numeric_limits<std::int64_t>::max();
    verdict.established.push_back(fmt::format("{} cosigned it at {}: all of it was there by then, and it has cosigned no other history",
                                              witness.key.name, time_text(static_cast<std::int64_t>(std::min(*seconds, seconds_max)))));
  }
  if (trust.witnesses.asks_for_nobody()) verdict.not_established.emplace_back(only_history);
}

// What a record says of the log's keys.
struct Rotation {
  std::uint64_t position = 0;
  std::string former;
  std::string current;
};

// A checkpoint that somebody was shown speaks for what it covers, and for nothing behind that; a time stamp does not.
void tell_compared(std::uint64_t compared, std::uint64_t size, Verdict& verdict) {
  if (std::erase(verdict.not_established, only_history) == 0 || compared == size) return;
  verdict.not_established.push_back(
      fmt::format("that the log has shown nobody another history of the records {} to {}: no checkpoint that was given covers them",
                  compared + 1, size));
}

// Of a record whose hash has been checked.
struct Said {
  std::uint64_t position = 0;
  std::int64_t recorded_at_ns = 0;
  std::string text;
  std::optional<Rotation> rotation = std::nullopt;
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
    Said out{event.getPosition(), event.getRecordedAt(),
             fmt::format("event {}: {}, recorded at {}, by {}", event.getPosition(),
                         which < facts.size() ? facts[which].getProto().getName().cStr() : "a fact newer than this program",
                         Timestamp{event.getRecordedAt()}.text(), shown(std::string_view{name.begin(), name.size()}))};
    if (event.getFact().isLogKeyRotated()) {
      const auto rotated = event.getFact().getLogKeyRotated();
      out.rotation = Rotation{out.position, rotated.getFormer().cStr(), rotated.getCurrent().cStr()};
    }
    return out;
  } catch (const kj::Exception&) {
    throw Fault("a record that is no event");
  }
}

// A proof of inclusion with its record beside it, once the checkpoint in it has been believed.
Said read_proved(LeafHasher& hasher, const fs::path& file, const InclusionText& proof, const Checkpoint& checkpoint) {
  const std::string record = read_file(fs::path(file).replace_extension(".record"));
  const auto verified =
      verify_inclusion(hasher, proof.index, checkpoint.size, hasher.leaf_hash(bytes_of(record)), proof.proof, checkpoint.root);
  if (!verified)
    throw Fault(fmt::format("{}: the record is not the one at index {}: {}", shown_path(file), proof.index, name(verified.error())));
  Said said = read_record(bytes_of(record));
  if (said.position != proof.index + 1)
    throw Fault(fmt::format("{}: the record says that its position is {}", shown_path(file), said.position));
  return said;
}

InclusionText read_inclusion(const fs::path& file) {
  auto proof = InclusionText::parse(read_file(file));
  if (!proof) throw Fault(fmt::format("{}: no proof of inclusion", shown_path(file)));
  return std::move(*proof);
}

// A checkpoint that the records must lead to, and what follows where they do.
struct Older {
  Checkpoint checkpoint;
  fs::path file;
  std::string established;  // Empty: nothing that was not said before.
};

// The keys that are trusted, and those that records lead to from them, onwards and back.
class LogKeys {
 public:
  // Says of each that is followed what shows it. `exported`: the folder that has `rotations/`; empty: nothing is followed.
  LogKeys(const Trust& trust, const fs::path& exported, Verdict& verdict) : witnesses_(trust.witnesses) {
    const std::vector<fs::path> proofs = proofs_in(exported);
    for (const VerifierKey& key : trust.keys) {
      KeyChain chain(key);
      for (const fs::path& file : proofs) follow(file, chain, verdict, true);
      for (auto file = proofs.rbegin(); file != proofs.rend(); ++file) follow(*file, chain, verdict, false);
      chains_.push_back(std::move(chain));
    }
  }

  // A checkpoint that one of them signed, the one whose turn it was. Throws Fault.
  Checkpoint open(const std::string& note, const fs::path& file) const {
    std::expected<Checkpoint, NoteError> opened = std::unexpected(NoteError::malformed);
    for (const KeyChain& chain : chains_) {
      opened = chain.open(note);
      if (opened) return std::move(*opened);
    }
    throw Fault(
        fmt::format("{}: no checkpoint that {} signed: {}", shown_path(file), chains_.back().newest().text(), name(opened.error())));
  }
  // The same, of what is to be established: enough witnesses must have cosigned it, where there have to be any.
  Checkpoint open_cosigned(const std::string& note, const fs::path& file) const {
    Checkpoint checkpoint = open(note, file);
    require_cosigned(note, file);
    return checkpoint;
  }
  void require_cosigned(const std::string& note, const fs::path& file) const {
    if (!witnesses_.is_met_by(*Note::parse(note)))
      throw Fault(fmt::format("{}: too few witnesses of the policy cosigned the checkpoint", shown_path(file)));
  }
  // Who signed a checkpoint that was opened.
  const VerifierKey& signer_of(const std::string& note, std::uint64_t size) const {
    return std::ranges::find_if(chains_, [&](const KeyChain& chain) { return chain.open(note).has_value(); })->at(size);
  }
  // Whether a rotation that stands in the records is one that was followed.
  bool knows(const Rotation& rotation) const {
    return std::ranges::any_of(chains_, [&](const KeyChain& chain) {
      return std::ranges::any_of(
          chain.turns(), [&](const KeyChain::Turn& turn) { return turn.from == rotation.position && turn.key.text() == rotation.current; });
    });
  }
  // The checkpoints over the rotations that were followed: the records of an export have to lead to each of them too.
  const std::vector<Older>& followed() const { return followed_; }

 private:
  static std::vector<fs::path> proofs_in(const fs::path& exported) {
    std::vector<std::pair<std::uint64_t, fs::path>> numbered;
    if (exported.empty() || !fs::is_directory(exported / "rotations")) return {};
    for (const auto& entry : fs::directory_iterator(exported / "rotations")) {
      if (entry.path().extension() == ".tlog-proof") numbered.emplace_back(read_inclusion(entry.path()).index, entry.path());
    }
    std::ranges::sort(numbered);
    std::vector<fs::path> out;
    for (auto& [index, file] : numbered) out.push_back(std::move(file));
    return out;
  }

  // Onwards, a rotation away from the newest key must be signed by that key; back, one to the oldest by that one. One that begins or ends
  // elsewhere is not looked at.
  void follow(const fs::path& file, KeyChain& chain, Verdict& verdict, bool onwards) {
    const VerifierKey trusted = onwards ? chain.newest() : chain.oldest();
    const InclusionText proof = read_inclusion(file);
    const auto checkpoint = open_checkpoint(proof.checkpoint, trusted);
    if (!checkpoint) return;
    const Said said = read_proved(hasher_, file, proof, *checkpoint);
    const auto former = said.rotation ? VerifierKey::parse(said.rotation->former) : std::nullopt;
    const auto current = said.rotation ? VerifierKey::parse(said.rotation->current) : std::nullopt;
    if (!former || !current) throw Fault(fmt::format("{}: the record rotates no key", shown_path(file)));
    if ((onwards ? *former : *current) != trusted) return;
    if (!(onwards ? chain.append(said.position, *former, *current) : chain.prepend(said.position, *former, *current)))
      throw Fault(fmt::format("{}: it names a key that the log cannot have", shown_path(file)));
    verdict.established.push_back(fmt::format("{} signed that event {} names {} as the log's key from there on, in place of {}",
                                              trusted.text(), said.position, current->text(), former->text()));
    followed_.push_back({*checkpoint, file, {}});
  }

  const WitnessPolicy& witnesses_;
  LeafHasher hasher_;
  std::vector<KeyChain> chains_;
  std::vector<Older> followed_;
};

Older kept_elsewhere(const fs::path& file, const LogKeys& keys) {
  Checkpoint checkpoint = keys.open(read_file(file), file);
  std::string sentence = fmt::format("the records 1 to {} are those of {} too", checkpoint.size, shown_path(file));
  return {std::move(checkpoint), file, std::move(sentence)};
}

// The checkpoints of an export that a time authority stamped; none where nobody is trusted to.
std::vector<Older> stamped(const fs::path& folder, const Trust& trust, const LogKeys& keys, Verdict& verdict) {
  std::vector<Older> out;
  if (!fs::is_directory(folder / "time-stamps")) return out;
  if (!trust.times) {
    verdict.not_established.emplace_back("what the time stamps in the export say: name the certificate of an authority that is trusted");
    return out;
  }
  for (const auto& entry : fs::directory_iterator(folder / "time-stamps")) {
    const fs::path& file = entry.path();
    if (file.extension() != ".tst") continue;
    const fs::path note = fs::path(file).replace_extension(".checkpoint");
    Checkpoint checkpoint = keys.open(read_file(note), note);
    const auto stamp = verify_time_stamp(read_file(file), checkpoint.text(), *trust.times);
    if (!stamp) throw Fault(fmt::format("{}: no time stamp over {}: {}", shown_path(file), shown_path(note), stamp.error()));
    std::string sentence = fmt::format("{} stamped it at {}: the records 1 to {} were there by then", stamp->authority,
                                       time_text(stamp->seconds), checkpoint.size);
    out.push_back({std::move(checkpoint), note, std::move(sentence)});
  }
  return out;
}

std::string signed_by(const Checkpoint& checkpoint, const std::string& note, const LogKeys& keys) {
  return fmt::format("{} signed a checkpoint of size {} and root {}", keys.signer_of(note, checkpoint.size).text(), checkpoint.size,
                     base64_of(checkpoint.root));
}

// The records of an exported log, one by one, and the tree over them.
class Export {
 public:
  Export(const fs::path& folder, std::uint64_t size, const LogKeys& keys) : folder_(folder), size_(size), keys_(keys) {}

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
    if (!records || records->size() != path.width) throw Fault(fmt::format("{}: expected {} records", shown_path(file_), path.width));
    records_ = std::move(*records);
    next_ = 0;
  }

  void add(ByteSpan bytes) {
    const Said said = read_record(bytes);
    if (said.position != tree_.size() + 1)
      throw Fault(
          fmt::format("{}: a record says that its position is {} where {} should be", shown_path(file_), said.position, tree_.size() + 1));
    if (said.recorded_at_ns < recorded_at_ns_)
      throw Fault(fmt::format("{}: the event {} was recorded before the one before it", shown_path(file_), said.position));
    if (said.rotation && !keys_.knows(*said.rotation))
      throw Fault(
          fmt::format("{}: the event {} names {} as the log's key from there on, and nothing shows that a key that is trusted signed "
                      "that",
                      shown_path(file_), said.position, shown(said.rotation->current)));
    recorded_at_ns_ = said.recorded_at_ns;
    tree_.append(hasher_.leaf_hash(bytes));
    for (const FullTile& tile : tree_.take_full_tiles()) compare({tile.level, tile.index, tile_width}, text_of(tile_bytes(tile.hashes)));
  }

  void compare(const TilePath& path, std::string_view hashes) const {
    const fs::path file = folder_ / path.text();
    if (read_file(file) != hashes) throw Fault(fmt::format("{}: the tile is not that of the records", shown_path(file)));
  }

  const fs::path folder_;
  const std::uint64_t size_;
  const LogKeys& keys_;
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
    const LogKeys keys(trust, folder, verdict);
    const std::string note = read_file(folder / "checkpoint");
    const Checkpoint checkpoint = keys.open_cosigned(note, folder / "checkpoint");
    verdict.established.push_back(signed_by(checkpoint, note, keys));
    std::vector<Older> older = stamped(folder, trust, keys, verdict);
    older.insert(older.end(), keys.followed().begin(), keys.followed().end());
    std::uint64_t compared = 0;
    for (const fs::path& file : others) {
      older.push_back(kept_elsewhere(file, keys));
      compared = std::max(compared, older.back().checkpoint.size);
    }
    std::ranges::stable_sort(older, {}, [](const Older& other) { return other.checkpoint.size; });
    Export log(folder, checkpoint.size, keys);
    for (const auto& [other, file, established] : older) {
      if (other.size > checkpoint.size)
        throw Fault(fmt::format("{}: it is of size {}, and the export ends at {}: events are missing", shown_path(file), other.size,
                                checkpoint.size));
      log.read_to(other.size);
      if (log.root() != other.root)
        throw Fault(fmt::format("{}: the key signed it, and the export's first {} records lead to another root: two histories",
                                shown_path(file), other.size));
      if (!established.empty()) verdict.established.push_back(established);
    }
    log.read_to(checkpoint.size);
    if (log.root() != checkpoint.root) throw Fault(fmt::format("{}: the records lead to another root", (folder / "checkpoint").string()));
    log.compare_partial_tiles();
    verdict.established.push_back(
        fmt::format("the export has all of its {} records, unaltered and in order; the tiles are theirs", checkpoint.size));
    tell_witnesses(note, trust, verdict);
    if (!others.empty()) tell_compared(compared, checkpoint.size, verdict);
    verdict.not_established.emplace_back(true_times);
  });
}

Verdict check_bundle(const Trust& trust, const fs::path& folder) {
  return verdict_of([&](Verdict& verdict) {
    LeafHasher hasher;
    std::vector<fs::path> proofs;
    if (!fs::is_directory(folder)) throw Fault(fmt::format("{} is no folder", shown_path(folder)));
    const LogKeys keys(trust, folder, verdict);
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".tlog-proof") proofs.push_back(entry.path());
      if (entry.path().extension() == ".record" && !fs::exists(fs::path(entry.path()).replace_extension(".tlog-proof")))
        throw Fault(fmt::format("{}: there is no proof of it", shown_path(entry.path())));
    }
    if (proofs.empty()) throw Fault(fmt::format("{} has no proofs", shown_path(folder)));
    std::vector<std::pair<std::uint64_t, std::string>> events;
    std::string note;  // They are against one checkpoint: what is said of it is said of all of them.
    std::optional<Checkpoint> checkpoint;
    for (const fs::path& file : proofs) {
      const InclusionText proof = read_inclusion(file);
      if (checkpoint && proof.checkpoint != note)
        throw Fault(fmt::format("{}: its checkpoint is another than that of the other proofs: check them apart", shown_path(file)));
      note = proof.checkpoint;
      checkpoint = keys.open_cosigned(note, file);
      const Said said = read_proved(hasher, file, proof, *checkpoint);
      events.emplace_back(said.position, said.text);
    }
    verdict.established.push_back(signed_by(*checkpoint, note, keys));
    std::ranges::sort(events);
    for (const auto& [position, text] : events) verdict.established.push_back("it covers " + text);
    verdict.not_established.emplace_back("that no other events answer the question: an export of the whole log shows that");
    verdict.not_established.emplace_back("what the report beside the records says: compare it with them");
    tell_witnesses(note, trust, verdict);
    verdict.not_established.emplace_back(true_times);
  });
}

Verdict check_consistency(const Trust& trust, const fs::path& older, const fs::path& proof_file, const fs::path& exported) {
  return verdict_of([&](Verdict& verdict) {
    const LogKeys keys(trust, exported, verdict);
    const std::string old_note = read_file(older);
    const Checkpoint old = keys.open(old_note, older);
    const auto proof = ConsistencyText::parse(read_file(proof_file));
    if (!proof) throw Fault(fmt::format("{}: no proof of consistency", shown_path(proof_file)));
    const Checkpoint fresh = keys.open_cosigned(proof->checkpoint, proof_file);
    if (proof->old_size != old.size)
      throw Fault(fmt::format("{}: it is a proof from size {}, and {} is of size {}", shown_path(proof_file), proof->old_size,
                              shown_path(older), old.size));
    LeafHasher hasher;
    const auto verified = verify_consistency(hasher, old.size, fresh.size, proof->proof, old.root, fresh.root);
    if (!verified)
      throw Fault(fmt::format("{}: it does not lead from the one to the other: {}", shown_path(proof_file), name(verified.error())));
    verdict.established.push_back(signed_by(old, old_note, keys));
    verdict.established.push_back(signed_by(fresh, proof->checkpoint, keys));
    verdict.established.push_back(
        fmt::format("the newer one continues the older one: none of its {} records was altered, removed or moved", old.size));
    tell_witnesses(proof->checkpoint, trust, verdict);
  });
}

Verdict check_checkpoints(const Trust& trust, const fs::path& one, const fs::path& other, const fs::path& exported) {
  return verdict_of([&](Verdict& verdict) {
    const LogKeys keys(trust, exported, verdict);
    const std::string note_a = read_file(one);
    const std::string note_b = read_file(other);
    const Checkpoint a = keys.open(note_a, one);
    const Checkpoint b = keys.open(note_b, other);
    if (a.size == b.size && a.root != b.root)
      throw Fault(fmt::format("two histories: {} signed two roots of size {}; keep both files, they are the proof",
                              keys.signer_of(note_a, a.size).text(), a.size));
    keys.require_cosigned(note_a, one);
    keys.require_cosigned(note_b, other);
    verdict.established.push_back(signed_by(a, note_a, keys));
    verdict.established.push_back(signed_by(b, note_b, keys));
    if (a.size == b.size)
      verdict.established.emplace_back("both are of the same history");
    else
      verdict.not_established.emplace_back("that the larger one continues the smaller: ask for the proof, `muniment export consistency`");
  });
}

}  // namespace muniment
