#include "events/log/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "events/log/durable_head.h"
#include "events/log/keys.h"
#include "events/log/rocks_cursor.h"
#include "events/log/rocks_index.h"
#include "events/log/rocks_recovery.h"
#include "events/log/rocks_verify.h"
#include "events/log/rocks_verify_index.h"
#include "events/proof/checkpoint.h"
#include "events/proof/time_stamp.h"

namespace muniment {
namespace {

// The one at the lower position.
void keep_first(std::optional<LogFault>& first, std::optional<LogFault> other) {
  if (other && (!first || other->position < first->position)) first = std::move(other);
}

LogFault bad_checkpoint(Position size, std::string_view why) {
  return {size, fmt::format("the log has a checkpoint of size {} that does not verify: {}", size, why)};
}

// Of some of the log's own checkpoints. There may be one for each second of years: their roots have no text.
struct OpenedCheckpoints {
  std::vector<KnownRoot> roots;
  std::optional<LogFault> fault;
};

std::string who_says(const KnownRoot& root) {
  return root.who.empty() ? fmt::format("the checkpoint of size {} in the log", root.head.position) : root.who;
}

// A range of sizes a thread: it is signatures that take time. `last`: how long the log is, or seems to be.
OpenedCheckpoints in_ranges(unsigned threads, Position last, const std::function<OpenedCheckpoints(Position from, Position to)>& open) {
  threads = std::max(1U, threads);
  const Position width = last / threads + 1;
  std::vector<std::future<OpenedCheckpoints>> ranges;
  for (unsigned i = 0; i < threads; ++i) {
    const Position from = i * width;
    ranges.push_back(std::async(std::launch::async, open, from, i + 1 == threads ? ~Position{0} : from + width - 1));
  }
  OpenedCheckpoints out;
  for (std::future<OpenedCheckpoints>& range : ranges) {
    OpenedCheckpoints opened = range.get();
    std::ranges::move(opened.roots, std::back_inserter(out.roots));
    keep_first(out.fault, std::move(opened.fault));
  }
  return out;
}

// As known roots. What is no checkpoint of this log is at fault by itself.
OpenedCheckpoints open_checkpoints(const RocksStore& store, std::span<const VerifierKey> keys, Position from, Position to) {
  OpenedCheckpoints out;
  visit_checkpoints(store, from, [&](Position size, std::string_view note) {
    if (size > to) return false;
    const auto checkpoint = open_checkpoint(note, keys);
    if (!checkpoint || checkpoint->size != size) {
      keep_first(out.fault, bad_checkpoint(size, checkpoint ? "it is of another size" : name(checkpoint.error())));
    } else {
      out.roots.push_back({{size, checkpoint->root}, {}});
    }
    return true;
  });
  return out;
}

// That each was signed by the key of its size.
OpenedCheckpoints check_turns(const RocksStore& store, const KeyChain& chain, Position from, Position to) {
  OpenedCheckpoints out;
  visit_checkpoints(store, from, [&](Position size, std::string_view note) {
    if (size > to) return false;
    if (const auto opened = chain.open(note); !opened) keep_first(out.fault, bad_checkpoint(size, name(opened.error())));
    return true;
  });
  return out;
}

// That each checkpoint was signed by the key of its size, and each key was handed over by the one before it. That one of the keys signed it
// has been checked: where there was never another, it was that one.
std::optional<LogFault> check_signers(const RocksStore& store, const KeyChain& chain, unsigned threads, Position last) {
  if (chain.turns().size() == 1) return std::nullopt;
  const auto check = [&](Position from, Position to) { return check_turns(store, chain, from, to); };
  std::optional<LogFault> fault = in_ranges(threads, last, check).fault;
  for (auto turn = chain.turns().begin() + 1; turn != chain.turns().end(); ++turn) {
    const auto handover = open_checkpoint(checkpoint_at_most(store, turn->from).value_or(""), chain.at(turn->from - 1));
    if (handover && handover->size == turn->from) continue;
    keep_first(fault,
               LogFault{turn->from, fmt::format("it names {} as the log's key from there on, and no checkpoint shows that the key before "
                                                "it signed that",
                                                turn->key.text())});
  }
  return fault;
}

// A last chunk that does not read says nothing about where the log ends; what is wrong with it is found on the way there.
Position last_position(const RocksStore& store, const DurableHead& durable) {
  try {
    return ChunkCursor(store, ChunkCursor::Access::scan).last_position();
  } catch (const LogDamaged&) {
    return durable.head.position;
  }
}

class Verification {
 public:
  Verification(const RocksStore& store, const VerifyOptions& options, std::vector<KnownRoot> roots, Position last)
      : store_(store), options_(options), roots_(std::move(roots)), last_(last), indexed_(std::min(indexed_position(store), last)) {
    std::ranges::stable_sort(roots_, {}, [](const KnownRoot& root) { return root.head.position; });
  }

  // What the records up to the first fault say of the log's keys.
  std::vector<LogKeyRotation> rotations() const {
    std::vector<LogKeyRotation> out;
    for (const BlockReport& report : reports_) {
      out.insert(out.end(), report.rotations.begin(), report.rotations.end());
      if (report.fault) break;
    }
    return out;
  }

  LogVerified run() {
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 1; i < options_.threads; ++i) threads.emplace_back([this] { work(); });
      work();
    }
    if (failure_) std::rethrow_exception(failure_);
    sum_up();
    return std::move(out_);
  }

 private:
  void work() {
    try {
      BlockVerifier verifier(store_, roots_, indexed_);
      // Who has taken a block reads it, whatever was found behind it meanwhile: the first fault is to be told.
      while (const auto taken = take_block()) {
        auto& [block, report] = *taken;
        report = verifier.verify(block, last_);
        if (report.fault || report.differing_root) is_over_ = true;
        tell(report.last - block * block_records);
      }
      const std::vector<IndexRange> ranges = index_ranges(store_.partition());
      for (std::size_t i = next_range_++; i < ranges.size() && !is_over_; i = next_range_++) add_index(read_index(store_, ranges[i]));
    } catch (...) {
      is_over_ = true;
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  // The next one, and where its report goes. There are as many reports as blocks that were taken, whatever position a key in the database
  // names as the last: the first hole ends the run.
  std::optional<std::pair<std::size_t, BlockReport&>> take_block() {
    const std::lock_guard lock(mutex_);
    const std::size_t block = reports_.size();
    if (is_over_ || block >= last_ / block_records + (last_ % block_records == 0 ? 0 : 1)) return std::nullopt;
    return std::optional<std::pair<std::size_t, BlockReport&>>(std::in_place, block, reports_.emplace_back());
  }

  void tell(Position records) {
    const std::lock_guard lock(mutex_);
    records_read_ += records;
    options_.on_progress(records_read_, last_);
  }

  void add_index(const IndexRangeReport& report) {
    const std::lock_guard lock(mutex_);
    index_.streams.add(report.sums.streams);
    index_.commands.add(report.sums.commands);
    keep_first(index_fault_, report.fault);
  }

  // Blocks are taken in order, so all before the first one with a fault have been read.
  void sum_up() {
    IndexSums records;
    MerkleTree upper;  // Its leaves are the blocks' roots: it has the tiles from level 2 on.
    Hash root = empty_root;
    std::optional<std::size_t> differing_root;
    std::int64_t recorded_at_ns = 0;
    for (std::size_t block = 0; block < reports_.size(); ++block) {
      const BlockReport& report = reports_[block];
      out_.chunks += report.chunks;
      out_.tiles += report.tiles;
      out_.roots += report.roots;
      records.streams.add(report.sums.streams);
      records.commands.add(report.sums.commands);
      keep_first(out_.fault, report.fault);
      if (!differing_root) differing_root = report.differing_root;
      if (report.first_recorded_at_ns < recorded_at_ns && report.last > 0)
        keep_first(out_.fault, LogFault{block * block_records + 1, "it was recorded before the one before it"});
      recorded_at_ns = report.last_recorded_at_ns;
      const bool is_full = report.last == (block + 1) * block_records;
      if (is_full) upper.append(report.root);
      root = is_full ? upper.root() : upper.root_followed_by(report.root);
      if (report.fault) break;
    }
    out_.head = {last_, root};
    for (const FullTile& tile : upper.take_full_tiles()) {
      if (out_.fault) break;
      auto fault = compare_tile(store_, tile.level + 2, tile.index, tile.hashes);
      if (!fault) ++out_.tiles;
      keep_first(out_.fault, std::move(fault));
    }
    note_differing_root(differing_root);
    if (out_.fault) return;
    compare_ends();
    if (!out_.fault) compare_indexes(records);
  }

  // A fault that is known to the position says more than a root, which covers all before it.
  void note_differing_root(const std::optional<std::size_t>& number) {
    if (!number) return;
    const KnownRoot& root = roots_[*number];
    if (out_.fault && out_.fault->position <= root.head.position) return;
    Position first = 1;
    for (std::size_t i = 0; i < *number; ++i) {
      if (roots_[i].head.position < root.head.position) first = roots_[i].head.position + 1;
    }
    out_.fault = LogFault{first, fmt::format("the records {} to {} are not those that {} covers: they lead to another root", first,
                                             root.head.position, who_says(root))};
  }

  void compare_ends() {
    for (const KnownRoot& root : roots_) {
      if (root.head.position == 0) ++out_.roots;
      if (root.head.position > last_) {
        out_.fault = LogFault{last_ + 1, fmt::format("the log ends before it, and {} says {}", who_says(root), root.head.position)};
        return;
      }
    }
    if (indexed_position(store_) > last_)
      out_.fault = LogFault{last_ + 1, fmt::format("the log ends before it, and its index says {}", indexed_position(store_))};
    else
      keep_first(out_.fault, find_surplus_tile(store_, last_));
  }

  void compare_indexes(const IndexSums& records) {
    out_.index_entries = index_.streams.entries + index_.commands.entries;
    out_.fault = index_fault_;
    if (out_.fault) return;
    if (index_.streams == records.streams && index_.commands == records.commands) return;
    out_.fault = find_index_fault(store_, indexed_);
    if (!out_.fault) out_.fault = LogFault{1, "the indexes differ from the records"};
  }

  const RocksStore& store_;
  const VerifyOptions& options_;
  std::vector<KnownRoot> roots_;
  const Position last_;
  const Position indexed_;
  std::deque<BlockReport> reports_;  // By block; each written by the thread that took it.
  std::atomic<std::size_t> next_range_ = 0;
  std::atomic<bool> is_over_ = false;
  std::mutex mutex_;
  Position records_read_ = 0;
  IndexSums index_;
  std::optional<LogFault> index_fault_;
  std::exception_ptr failure_;
  LogVerified out_;
};

// Each over the checkpoint of its size, which was checked before.
std::optional<LogFault> check_time_stamps(const RocksStore& store, const TimeAuthority& trusted, std::uint64_t& checked) {
  std::optional<LogFault> fault;
  visit_time_stamps(store, 0, [&](Position size, std::string_view token) {
    const auto note = checkpoint_at_most(store, size);
    const auto parsed = note ? Note::parse(*note) : std::nullopt;
    const auto stamp =
        parsed ? verify_time_stamp(token, parsed->text, trusted) : std::unexpected(std::string{"there is no such checkpoint"});
    if (stamp)
      ++checked;
    else
      keep_first(fault,
                 LogFault{size, fmt::format("the time stamp over the checkpoint of size {} does not verify: {}", size, stamp.error())});
    return true;
  });
  return fault;
}

void check_keys(const RocksStore& store, const std::vector<LogKeyRotation>& rotations, const VerifyOptions& options, LogVerified& out) {
  try {
    out.log_keys = recorded_log_keys(rotations, options.log_keys).chain;
    out.fault = check_signers(store, *out.log_keys, options.threads, out.head.position);
  } catch (const LogDamaged& damage) {
    out.fault = LogFault{rotations.empty() ? 1 : rotations.back().position, damage.what()};
  }
}

}  // namespace

std::optional<std::string> newest_checkpoint_in(const RocksLogOptions& log) {
  return checkpoint_at_most(RocksStore(log, OpenFor::reading), ~Position{0});
}

LogVerified verify_log(const RocksLogOptions& log, const VerifyOptions& options) {
  const DurableHeadFile head_file(log.head_file, log.partition);
  const DurableHead& durable = head_file.read();
  const RocksStore store(log, OpenFor::reading);
  check_format(store);
  std::vector<KnownRoot> roots(options.roots.begin(), options.roots.end());
  roots.push_back({durable.head, "the durable head"});
  const Position last = last_position(store, durable);
  const auto open = [&](Position from, Position to) { return open_checkpoints(store, options.log_keys, from, to); };
  OpenedCheckpoints kept = options.log_keys.empty() ? OpenedCheckpoints{} : in_ranges(options.threads, last, open);
  const std::size_t checkpoints = kept.roots.size();
  std::ranges::move(kept.roots, std::back_inserter(roots));
  Verification verification(store, options, std::move(roots), last);
  LogVerified out = verification.run();
  out.archived = store.archived();
  out.checkpoints = checkpoints;
  out.roots -= std::min<std::uint64_t>(out.roots, checkpoints);
  keep_first(out.fault, std::move(kept.fault));
  if (!options.log_keys.empty() && !out.fault) check_keys(store, verification.rotations(), options, out);
  if (!options.time_authority.empty() && !out.fault) out.fault = check_time_stamps(store, {options.time_authority}, out.time_stamps);
  return out;
}

}  // namespace muniment
