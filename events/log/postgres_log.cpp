#include "events/log/postgres_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "events/log/block_tree.h"
#include "events/log/chunk.h"
#include "events/log/durable_head.h"
#include "events/log/envelope.h"
#include "events/log/indexed_record.h"
#include "events/log/postgres_hooks.h"
#include "events/log/postgres_sessions.h"
#include "events/proof/record_tree.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// Of one exchange: large enough that its way there and back does not count, and at most 33 MB of the largest records.
constexpr std::size_t page_records = 512;
constexpr std::chrono::milliseconds pause_between_looks_max{500};
// The largest number that the tables hold.
constexpr Position position_max = std::numeric_limits<std::int64_t>::max();

// Records of one exchange, at addresses that readers of records can take.
struct Page {
  explicit Page(std::span<const PostgresTables::Record> from) {
    std::size_t bytes = 0;
    for (const PostgresTables::Record& record : from) {
      if (record.bytes.empty() || record.bytes.size() % sizeof(capnp::word) != 0) {
        throw LogDamaged(fmt::format("position {}: a record of {} bytes", record.position, record.bytes.size()));
      }
      bytes += record.bytes.size();
    }
    words.resize(bytes / sizeof(capnp::word));
    for (const capnp::word* next = words.data(); const PostgresTables::Record& record : from) {
      std::memcpy(const_cast<capnp::word*>(next), record.bytes.data(), record.bytes.size());
      records.emplace_back(next, record.bytes.size() / sizeof(capnp::word));
      positions.push_back(record.position);
      next += records.back().size();
    }
  }

  std::vector<capnp::word> words;
  std::vector<RecordWords> records;
  std::vector<Position> positions;
};

std::string shown(const LogHead& head) { return fmt::format("position {} with the root {}", head.position, to_hex(head.root)); }

// Whether a server will do that takes no writes: what that shows may be nowhere else yet, and be lost with it.
bool may_read_replicas(const PostgresLogOptions& options) {
  return options.follows && std::ranges::any_of(options.url.settings(), [](const auto& setting) {
           return setting.first == "target_session_attrs" && setting.second != "read-write" && setting.second != "primary";
         });
}

// The tree as it was when the log had that size.
MerkleTree tree_at(PostgresTables& tables, Position size) {
  std::vector<Hash> last_leaves;
  LeafHasher hasher;
  if (const Position first = size - size % tile_width + 1; first <= size) {
    std::optional<PostgresRows> rows;
    for (const PostgresTables::Record& record : tables.records(first, size, tile_width, rows)) {
      if (record.position != first + last_leaves.size()) break;
      last_leaves.push_back(hasher.leaf_hash(bytes_of(record.bytes)));
    }
    if (last_leaves.size() != size % tile_width) {
      throw LogDamaged(fmt::format("the table muniment_records lacks the position {}", first + last_leaves.size()));
    }
  }
  return MerkleTree::restore(size, [&](unsigned level, std::uint64_t index) { return tables.tile(level, index, size); }, last_leaves);
}

}  // namespace

class PostgresLog::Impl {
 public:
  explicit Impl(const PostgresLogOptions& options);
  ~Impl();

  std::expected<LogHead, Conflict> append(const AppendBatch& batch);
  LogHead head() const;
  bool wait_beyond(Position position, std::chrono::milliseconds time) const;
  void read_runs(Position from, Position to, const RunVisitor& visit) const;
  void read_stream(const StreamName& stream, Version from, const RecordVisitor& visit) const;
  Version stream_version(const StreamName& stream) const;
  void find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const;
  void close();
  void give_up(const std::string& to);
  LogLease lease() const;
  std::chrono::milliseconds out_of_touch() const;
  std::string failure() const;
  bool failed_here() const { return failed_here_; }
  MerkleTree tree() const;
  Tile read_tile(unsigned level, std::uint64_t index) const;
  void keep(PostgresTables::Kept kind, Position size, std::string_view note);
  void read_kept(PostgresTables::Kept kind, Position from, const CheckpointVisitor& visit) const;
  std::optional<std::string> checkpoint_at_most(Position size) const;
  BlockVerified verify_block(std::uint64_t block) const;
  void check_partition(Partition partition) const { MUNIMENT_ASSERT(partition == options_.partition && head_file_); }

 private:
  std::optional<LogFault> find_fault(std::uint64_t block, const MerkleTree& log_tree, Position& last) const;

  // A group that is being appended.
  struct Pending {
    PostgresTables::Group group;
    MerkleTree tree;  // With it.
  };

  void compare_with_seen(PostgresTables& tables, const PostgresHost& host) const;
  void take_lease();
  bool try_to_take_lease();
  void renew_lease();
  void give_lease_back();
  void begin_to_follow();
  void follow();
  void look();
  void take_in(PostgresTables& tables, const LogHead& found);
  std::string holder() const { return LeaseHolder{options_.holder, options_.address}.text(); }
  std::pair<LogHead, MerkleTree> read_whole(PostgresTables& tables, const PostgresHost& host) const;
  void refuse_if_failed() const;
  [[noreturn]] void refuse() const;
  void fail(const std::string& why) const;
  void read_group(const AppendBatch& batch);
  std::expected<LogHead, Conflict> write_group(const AppendBatch& batch);
  std::optional<std::expected<LogHead, Conflict>> try_to_write(const AppendBatch& batch, std::optional<Pending>& sent);
  PostgresConnection& writer();
  std::optional<Conflict> find_conflict(const AppendBatch& batch, const PostgresTables::Locked& locked) const;
  Pending grow(const AppendBatch& batch);
  void publish(const LogHead& head, MerkleTree tree);
  const PostgresLogHooks& hooks() const { return options_.hooks == nullptr ? hooks_where_none_are_given() : *options_.hooks; }

  const PostgresLogOptions options_;
  std::optional<DurableHeadFile> head_file_;  // Nothing after close().
  mutable PostgresSessions sessions_;
  const bool reads_replicas_;
  std::uint64_t token_ = 0;
  std::atomic<bool> was_given_up_ = false;

  // The appending thread's own.
  std::unique_ptr<PostgresConnection> writer_;  // Null: it was lost.
  BulkHasher hasher_;
  EnvelopeReader envelopes_;
  std::vector<Envelope> group_;
  Arena condition_keys_;
  std::vector<std::string_view> streams_;  // That the group and its conditions name, each once,
  std::unordered_map<std::string_view, std::size_t> stream_numbers_;
  std::vector<std::size_t> looked_at_;  // and of each condition its number.

  mutable std::mutex head_mutex_;
  mutable std::condition_variable head_moved_;
  LogHead head_{0, empty_root};
  LogHead lasting_{0, empty_root};  // What the head file may say: no fail-over takes it away.
  MerkleTree tree_;
  std::vector<KnownRoot> seen_;  // What a server must have to be used. Since the opening: the head.

  LogLease lease_;  // As it was looked at, like the time of that: of one that follows.
  std::chrono::steady_clock::time_point looked_at_time_;
  std::chrono::steady_clock::time_point held_time_;  // When somebody had the lease last, as it was looked at.

  mutable std::mutex failure_mutex_;
  mutable std::string failure_;

  std::optional<DurableHeadWriter> head_writer_;
  std::atomic<bool> failed_here_ = false;
  std::mutex renewing_mutex_;
  std::condition_variable renewing_changed_;
  bool is_closing_ = false;
  std::thread renewer_;  // Last: it uses the members above.
};

// Opening and closing.

PostgresLog::Impl::Impl(const PostgresLogOptions& options)
    : options_(options),
      head_file_(std::in_place, options.head_file, options.partition),
      sessions_(options.url, options.partition, options.deadline, options.retry_for,
                [this](PostgresTables& tables, const PostgresHost& host) { compare_with_seen(tables, host); }),
      reads_replicas_(may_read_replicas(options)),
      seen_(options.known) {
  seen_.push_back({head_file_->read().head, options.head_file.string()});
  options_.follows ? begin_to_follow() : take_lease();
  lasting_ = reads_replicas_ ? head_file_->read().head : head_;
  head_file_->write(lasting_, false);
  head_writer_.emplace(*head_file_);
  renewer_ = std::thread([this] { options_.follows ? follow() : renew_lease(); });
}

PostgresLog::Impl::~Impl() {
  {
    const std::lock_guard lock(renewing_mutex_);
    is_closing_ = true;
  }
  renewing_changed_.notify_all();
  if (renewer_.joinable()) renewer_.join();
}

void PostgresLog::Impl::close() {
  if (!head_file_) return;
  {
    const std::lock_guard lock(renewing_mutex_);
    is_closing_ = true;
  }
  renewing_changed_.notify_all();
  renewer_.join();
  if (!was_given_up_ && !options_.follows) give_lease_back();
  head_writer_->stop();
  const std::lock_guard lock(failure_mutex_);
  if (failure_.empty()) head_file_->write(lasting_, true);
  writer_.reset();
  sessions_.drop_all();
  head_file_.reset();
}

void PostgresLog::Impl::give_lease_back() {
  try {
    sessions_.attempt([this](PostgresTables& tables) { return tables.renew_lease(token_, std::chrono::milliseconds(0)); });
  } catch (const std::exception&) {  // Then it runs out.
  }
}

void PostgresLog::Impl::give_up(const std::string& to) {
  if (!sessions_.ask([&](PostgresTables& tables) { return tables.give_lease_up(token_, to); }))
    throw LogFailed("another node has taken the lease");
  was_given_up_ = true;
  fail("its lease was given up");
}

// A server whose log does not extend what was seen has lost acknowledged events, or is not the one that writes go to. What it lacks another
// may have; what differs nobody can make good.
void PostgresLog::Impl::compare_with_seen(PostgresTables& tables, const PostgresHost& host) const {
  if (!hooks().checks_seen) return;
  std::vector<KnownRoot> all;  // Before the server is asked: what is appended meanwhile it need not have said yet.
  {
    const std::lock_guard lock(head_mutex_);
    all = seen_;
  }
  const auto found = tables.head();
  if (!found) throw LogFailed(fmt::format("{}: the database has no log of partition {}", options_.url.shown(), options_.partition));
  for (const KnownRoot& known : all) {
    const auto evidence = [&](std::string_view what) {
      return fmt::format(
          "{}: the log there ends at {}; {} says {}: {}. Nothing was written: see that all servers are reachable, and keep a copy of each",
          host.shown(), shown(found->head), known.who, shown(known.head), what);
    };
    if (found->head.position < known.head.position) throw PostgresBehind(evidence("recorded events are missing"));
    const bool is_whole = found->head.position == known.head.position;
    const Hash root = is_whole ? found->head.root : tree_at(tables, known.head.position).root();
    if (root == known.head.root) continue;
    const std::string what = evidence(fmt::format("the events 1 to {} are others", known.head.position));
    fail(what);
    throw LogDamaged(what);
  }
}

void PostgresLog::Impl::take_lease() {
  for (PostgresRetry retry(options_.retry_for); !try_to_take_lease(); retry.pause()) {
    if (!retry.is_over()) continue;
    sessions_.ask([](PostgresTables& tables) { return tables.head().has_value(); });  // Tells what is the matter.
    throw LogFailed(fmt::format("{}: the lease cannot be taken", options_.url.shown()));
  }
}

bool PostgresLog::Impl::try_to_take_lease() {
  try {
    auto connection = sessions_.connect();
    PostgresTables tables(*connection, options_.partition);
    auto [found, tree] = read_whole(tables, connection->host());
    const PostgresTables::Locked locked = tables.lock({});
    if (locked.head.head != found) return false;
    const PostgresTables::Lease lease = tables.lease();
    const bool is_ours = LeaseHolder::parse(lease.holder).name == options_.holder;
    const bool is_free = lease.left_ms == 0 || is_ours || lease.holder == options_.given_up_to;
    if (!is_free) {
      throw LogInUse(fmt::format("{}: {} appends to the log, and its lease lasts for another {} ms unless it is renewed",
                                 options_.url.shown(), lease.holder, lease.left_ms));
    }
    if (!tables.take_lease(holder(), locked.head.token + 1, options_.lease)) return false;
    token_ = locked.head.token + 1;
    const std::lock_guard lock(head_mutex_);
    head_ = found;
    tree_ = std::move(tree);
    seen_ = {{head_, "this node"}};
    writer_ = std::move(connection);
    return true;
  } catch (const PostgresLost&) {
    return false;
  } catch (const PostgresRefused& refused) {
    if (!refused.may_pass()) throw LogFailed(refused.what());
    return false;
  }
}

std::pair<LogHead, MerkleTree> PostgresLog::Impl::read_whole(PostgresTables& tables, const PostgresHost& host) const {
  const auto found = tables.head();
  if (!found) throw LogFailed(fmt::format("{}: the database has no log of partition {}", options_.url.shown(), options_.partition));
  MerkleTree tree = tree_at(tables, found->head.position);
  if (tree.root() != found->head.root) {
    throw LogDamaged(fmt::format("{}: the log there has another root than its head says, {}: restore the database from a backup",
                                 host.shown(), shown(found->head)));
  }
  return {found->head, std::move(tree)};
}

// The thread that renews the lease. While no server can be reached it does nothing: the lease runs out, and the token is what keeps this
// node from writing after another took it.
void PostgresLog::Impl::renew_lease() {
  std::unique_lock lock(renewing_mutex_);
  while (!renewing_changed_.wait_for(lock, options_.lease / 3, [this] { return is_closing_; })) {
    lock.unlock();
    try {
      const bool is_ours = sessions_.attempt([this](PostgresTables& tables) { return tables.renew_lease(token_, options_.lease); });
      if (!is_ours && hooks().checks_token) fail("another node has taken the lease");
    } catch (const std::exception&) {  // Then by another session, the next time.
    }
    lock.lock();
  }
}

// Following.

void PostgresLog::Impl::begin_to_follow() {
  sessions_.ask([this](PostgresTables& tables) {
    const PostgresTables::Lease lease = tables.lease();
    auto [found, tree] = read_whole(tables, tables.host());
    const std::lock_guard lock(head_mutex_);
    head_ = found;
    tree_ = std::move(tree);
    seen_ = {{head_, "this node"}};
    lease_ = {LeaseHolder::parse(lease.holder), std::chrono::milliseconds(lease.left_ms)};
    looked_at_time_ = held_time_ = std::chrono::steady_clock::now();
    return true;
  });
}

// The thread that looks. While no server can be reached, what was seen is shown as it was, and others are tried ever more seldom.
void PostgresLog::Impl::follow() {
  std::chrono::milliseconds pause = options_.poll;
  std::unique_lock lock(renewing_mutex_);
  while (!renewing_changed_.wait_for(lock, pause, [this] { return is_closing_; })) {
    lock.unlock();
    try {
      if (failure().empty()) look();
      pause = options_.poll;
    } catch (const LogDamaged& damage) {
      fail(damage.what());
    } catch (const std::exception&) {  // Then by another session, the next time.
      pause = std::min(2 * pause, pause_between_looks_max);
    }
    lock.lock();
  }
}

// A session that works is left too where nothing comes by it any more: with a former primary that lives on, or a replica that cannot follow
// the new one. Either shows a lease that nobody renews. So does the right server while no node appends; which of them it is cannot be told.
void PostgresLog::Impl::look() {
  sessions_.attempt([this](PostgresTables& tables) {
    const PostgresTables::Lease lease = tables.lease();
    const auto found = tables.head();
    if (!found) throw LogFailed("the log is not there any more");
    take_in(tables, found->head);
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(head_mutex_);
    lease_ = {LeaseHolder::parse(lease.holder), std::chrono::milliseconds(lease.left_ms)};
    if (lease.left_ms > 0) held_time_ = now;
    if (now - held_time_ > options_.lease)
      throw PostgresLost(fmt::format("{}: the lease of {} is over since long ago", tables.host().shown(), lease.holder));
    looked_at_time_ = now;
    return true;
  });
}

// Nothing of it is shown before all of it leads to the head's root.
void PostgresLog::Impl::take_in(PostgresTables& tables, const LogHead& found) {
  const LogHead had = head();
  if (found.position < had.position)
    throw PostgresBehind(fmt::format("{}: the log there ends at {}, and was seen at {}", tables.host().shown(), shown(found), shown(had)));
  if (found == had) return;
  RecordTree records(tree());
  for (Position next = had.position + 1; next <= found.position;) {
    std::optional<PostgresRows> rows;
    const auto page = tables.records(next, found.position, page_records, rows);
    for (const PostgresTables::Record& record : page) {
      if (record.position != next) break;
      records.append(bytes_of(record.bytes));
      ++next;
    }
    if (page.empty() || next <= page.back().position)
      throw LogDamaged(fmt::format("the table muniment_records lacks the position {}", next));
    records.tree().take_full_tiles();
  }
  MerkleTree tree = std::move(records.tree());
  if (tree.root() != found.root) {
    throw LogDamaged(fmt::format("the log's head is now {}, and the events after {} do not lead there: keep a copy of the database",
                                 shown(found), shown(had)));
  }
  publish(found, std::move(tree));
}

LogLease PostgresLog::Impl::lease() const {
  const std::lock_guard lock(head_mutex_);
  return lease_;
}

std::chrono::milliseconds PostgresLog::Impl::out_of_touch() const {
  const std::lock_guard lock(head_mutex_);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - looked_at_time_);
}

std::string PostgresLog::Impl::failure() const {
  const std::lock_guard lock(failure_mutex_);
  return failure_;
}

void PostgresLog::Impl::refuse_if_failed() const {
  const std::lock_guard lock(failure_mutex_);
  if (!failure_.empty()) throw LogFailed(failure_);
}

void PostgresLog::Impl::refuse() const {
  refuse_if_failed();
  std::abort();
}

void PostgresLog::Impl::fail(const std::string& why) const {
  const std::lock_guard lock(failure_mutex_);
  if (!failure_.empty()) return;
  failure_ = (options_.follows ? "the log is not followed until it is opened again: "
                               : "the log takes no more events until it is opened again: ") +
             why;
}

// Appending.

std::expected<LogHead, Conflict> PostgresLog::Impl::append(const AppendBatch& batch) {
  MUNIMENT_ASSERT(!batch.records.empty());
  if (options_.follows) throw LogFailed("this node follows the log, and another appends to it");
  refuse_if_failed();
  read_group(batch);
  try {
    return write_group(batch);
  } catch (const std::exception& error) {
    fail(error.what());
    refuse();
  }
}

void PostgresLog::Impl::read_group(const AppendBatch& batch) {
  envelopes_.clear();
  condition_keys_.clear();
  streams_.clear();
  stream_numbers_.clear();
  looked_at_.clear();
  const auto number_of = [this](std::string_view key) {
    const auto [at, is_new] = stream_numbers_.try_emplace(key, streams_.size());
    if (is_new) streams_.push_back(key);
    return at->second;
  };
  for (const Condition& condition : batch.conditions) looked_at_.push_back(number_of(condition_keys_.keep(stream_key(condition.stream))));
  group_.resize(batch.records.size());
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    envelopes_.read(batch.records[i], group_[i]);
    MUNIMENT_ASSERT(group_[i].position == group_.front().position + i);
    for (const StreamEntry& entry : group_[i].streams()) number_of(entry.key);
  }
}

// Until it is known what became of the group, nothing else is appended.
std::expected<LogHead, Conflict> PostgresLog::Impl::write_group(const AppendBatch& batch) {
  std::optional<Pending> sent;
  for (PostgresRetry retry(options_.retry_for);; retry.pause()) {
    std::string why = "the server did not wait for its standbys";
    try {
      if (const auto outcome = try_to_write(batch, sent)) return *outcome;
    } catch (const PostgresLost& lost) {
      why = lost.what();
    } catch (const PostgresRefused& refused) {
      if (!refused.may_pass()) throw;
      why = refused.what();
    }
    if (writer_) sessions_.distrust(writer_->host());
    writer_.reset();
    if (!hooks().settles) sent.reset();
    if (!retry.is_over()) continue;
    if (!sent) throw LogFailed(why);
    throw LogFailed(fmt::format("whether the events {} to {} are recorded is not known: {}", sent->group.before.position + 1,
                                sent->group.after.position, why));
  }
}

// Nothing: what became of it is not known. `sent` is the group once a COMMIT of it may be under way: if it happened, the head is the
// group's.
std::optional<std::expected<LogHead, Conflict>> PostgresLog::Impl::try_to_write(const AppendBatch& batch, std::optional<Pending>& sent) {
  hooks().on_step(sent ? "settle" : "lock");
  PostgresTables tables(writer(), options_.partition);
  const PostgresTables::Locked locked = tables.lock(streams_);
  if (hooks().checks_token && locked.head.token != token_) throw LogFailed("another node has taken the lease");
  if (sent && locked.head.head == sent->group.after) {
    if (!tables.confirm()) return std::nullopt;
    publish(sent->group.after, std::move(sent->tree));
    return head_;
  }
  if (locked.head.head != head_) {
    throw LogFailed(fmt::format("{}: another has written to the log: it ends at {}, and ended at {}", writer_->host().shown(),
                                shown(locked.head.head), shown(head_)));
  }
  if (const auto conflict = sent ? std::nullopt : find_conflict(batch, locked)) {
    tables.roll_back();
    return std::unexpected(*conflict);
  }
  if (!sent) sent.emplace(grow(batch));
  sent->group.token = locked.head.token;
  hooks().on_step("commit");
  if (!tables.commit(sent->group) && hooks().settles) return std::nullopt;
  publish(sent->group.after, std::move(sent->tree));
  return head_;
}

PostgresConnection& PostgresLog::Impl::writer() {
  if (!writer_) writer_ = sessions_.connect();
  return *writer_;
}

std::optional<Conflict> PostgresLog::Impl::find_conflict(const AppendBatch& batch, const PostgresTables::Locked& locked) const {
  const Position expected = group_.front().position - 1;
  if (expected != locked.head.head.position) return Conflict{std::nullopt, expected, locked.head.head.position};
  std::vector<Version> versions = locked.versions;
  for (std::size_t i = 0; i < batch.conditions.size(); ++i) {
    const Version actual = versions[looked_at_[i]];
    if (actual != batch.conditions[i].version) return Conflict{batch.conditions[i].stream, batch.conditions[i].version, actual};
  }
  for (const Envelope& envelope : group_) {
    for (const StreamEntry& entry : envelope.streams()) {
      Version& actual = versions[stream_numbers_.at(entry.key)];
      if (entry.version != actual + 1) return Conflict{stream_of(entry.key), entry.version - 1, actual};
      actual = entry.version;
    }
  }
  return std::nullopt;
}

// The log's tree is that of what is durable, so the group's stands in another until it is.
PostgresLog::Impl::Pending PostgresLog::Impl::grow(const AppendBatch& batch) {
  Pending out{.group = {}, .tree = tree()};
  PostgresTables::Group& group = out.group;
  for (const RecordWords record : batch.records) group.records.push_back(text_of(bytes_of(record)));
  for (const Envelope& envelope : group_) {
    for (const StreamEntry& entry : envelope.streams()) {
      group.streams.push_back(entry.key);
      group.versions.push_back(entry.version);
      group.stream_positions.push_back(envelope.position);
    }
    if (envelope.command.empty()) continue;
    group.commands.push_back(command_digest(envelope.command));
    group.command_positions.push_back(envelope.position);
  }
  MUNIMENT_ASSERT(batch.leaf_hashes.empty() || batch.leaf_hashes.size() == batch.records.size());
  std::vector<Hash> leaves(batch.leaf_hashes.begin(), batch.leaf_hashes.end());
  if (leaves.empty()) {
    std::vector<ByteSpan> records;
    for (const RecordWords record : batch.records) records.push_back(bytes_of(record));
    leaves.resize(records.size());
    hasher_.leaf_hashes(records, leaves);
  }
  out.tree.append(leaves, hasher_);
  group.tiles = out.tree.take_full_tiles();
  group.before = head_;
  group.after = {out.tree.size(), out.tree.root()};
  return out;
}

void PostgresLog::Impl::publish(const LogHead& head, MerkleTree tree) {
  {
    const std::lock_guard lock(head_mutex_);
    // Who appends sends a group only once the one before it is durable in full.
    lasting_ = reads_replicas_ ? head_ : head;
    head_ = head;
    tree_ = std::move(tree);
    seen_.front().head = head_;
  }
  head_moved_.notify_all();
  try {
    head_writer_->advance(lasting_);
  } catch (const LogFailed&) {
    failed_here_ = true;
    throw;
  }
}

// Reading.

LogHead PostgresLog::Impl::head() const {
  const std::lock_guard lock(head_mutex_);
  return head_;
}

MerkleTree PostgresLog::Impl::tree() const {
  const std::lock_guard lock(head_mutex_);
  return tree_.fork();
}

bool PostgresLog::Impl::wait_beyond(Position position, std::chrono::milliseconds time) const {
  std::unique_lock lock(head_mutex_);
  return head_moved_.wait_for(lock, time, [&] { return head_.position > position; });
}

void PostgresLog::Impl::read_runs(Position from, Position to, const RunVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  const Position last = std::min(to, head().position);
  for (Position next = from; next <= last;) {
    const Page page = sessions_.ask([&](PostgresTables& tables) {
      std::optional<PostgresRows> rows;
      return Page(tables.records(next, last, page_records, rows));
    });
    if (page.records.empty()) throw LogDamaged(fmt::format("the table muniment_records lacks the position {}", next));
    for (std::span<const RecordWords> rest = page.records; !rest.empty();) {
      const std::size_t count = std::min(rest.size(), log_format::chunk_records_max);
      try {
        const ChunkView run(next, rest.first(count));
        if (!visit(next, run.records(next, run.last()))) return;
      } catch (const BadChunk& bad) {
        throw LogDamaged(fmt::format("the table muniment_records, from position {}: {}", next, bad.what()));
      }
      next += count;
      rest = rest.subspan(count);
    }
  }
}

// Runs a check that reads the record: one that cannot be read does not fit either.
template <typename Check>
static void check_record(Position position, RecordWords record, std::string_view expected, Check check) {
  std::string problem;
  try {
    if (check(record)) return;
    problem = fmt::format("the index names it for {}, and it is not of that", expected);
  } catch (const BadRecord& bad) {
    problem = bad.what();
  } catch (const kj::Exception& bad) {
    problem = bad.getDescription().cStr();
  }
  throw LogDamaged(fmt::format("position {}: a record that does not fit: {}: restore the database from a backup", position, problem));
}

void PostgresLog::Impl::read_stream(const StreamName& stream, Version from, const RecordVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  const Position last = head().position;
  const std::string key = stream_key(stream);
  for (Version next = from; next <= position_max;) {
    const Page page = sessions_.ask([&](PostgresTables& tables) {
      std::optional<PostgresRows> rows;
      return Page(tables.stream(key, next, last, page_records, rows));
    });
    for (std::size_t i = 0; i < page.records.size(); ++i, ++next) {
      check_record(page.positions[i], page.records[i], stream.describe(),
                   [&](RecordWords words) { return is_of_stream(words, stream, next); });
      if (!visit(page.positions[i], page.records[i])) return;
    }
    if (page.records.size() < page_records) return;
  }
}

Version PostgresLog::Impl::stream_version(const StreamName& stream) const {
  const Position last = head().position;
  return sessions_.ask([&](PostgresTables& tables) { return tables.stream_version(stream_key(stream), last); });
}

void PostgresLog::Impl::find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const {
  MUNIMENT_ASSERT(found.size() == commands.size());
  if (commands.empty()) return;
  std::vector<CommandDigest> digests;
  for (const CommandName& command : commands) {
    std::string name;
    put_command_name(command.kind, command.principal, command.id, name);
    digests.push_back(command_digest(name));
  }
  const Position last = head().position;
  std::map<CommandDigest, std::size_t> known;
  const Page page = sessions_.ask([&](PostgresTables& tables) {
    std::optional<PostgresRows> rows;
    std::vector<PostgresTables::Record> records;
    known.clear();
    for (const PostgresTables::Command& command : tables.commands(digests, last, rows)) {
      known.emplace(command.digest, records.size());
      records.push_back(command.first);
    }
    return Page(records);
  });
  for (std::size_t i = 0; i < commands.size(); ++i) {
    found[i].reset();
    const auto at = known.find(digests[i]);
    if (at == known.end()) continue;
    found[i] = page.positions[at->second];
    check_record(*found[i], page.records[at->second], "the command", [&](RecordWords words) { return is_of_command(words, commands[i]); });
  }
}

Tile PostgresLog::Impl::read_tile(unsigned level, std::uint64_t index) const {
  const Position last = head().position;
  return sessions_.ask([&](PostgresTables& tables) { return tables.tile(level, index, last); });
}

void PostgresLog::Impl::keep(PostgresTables::Kept kind, Position size, std::string_view note) {
  if (options_.follows) throw LogFailed("this node follows the log, and another keeps notes about it");
  refuse_if_failed();
  sessions_.ask([&](PostgresTables& tables) { return tables.keep(kind, size, note); });
}

void PostgresLog::Impl::read_kept(PostgresTables::Kept kind, Position from, const CheckpointVisitor& visit) const {
  while (from <= position_max) {
    const auto page = sessions_.ask([&](PostgresTables& tables) { return tables.kept(kind, from, page_records); });
    for (const auto& [size, note] : page) {
      if (!visit(size, note)) return;
      from = size + 1;
    }
    if (page.size() < page_records) return;
  }
}

std::optional<std::string> PostgresLog::Impl::checkpoint_at_most(Position size) const {
  return sessions_.ask(
      [&](PostgresTables& tables) { return tables.newest_kept(PostgresTables::Kept::checkpoint, std::min(size, position_max)); });
}

BlockVerified PostgresLog::Impl::verify_block(std::uint64_t block) const {
  const Position before = block * block_records;
  BlockVerified out{.last = before, .fault = std::nullopt};
  try {
    out.fault = find_fault(block, tree(), out.last);
  } catch (const LogDamaged& damage) {
    out.fault = LogFault{out.last + 1, damage.what()};
  } catch (const LogFailed&) {
    out.last = before;
  }
  return out;
}

// The tiles that become full over the part are those that are stored, and what they lead to is the log's root.
std::optional<LogFault> PostgresLog::Impl::find_fault(std::uint64_t block, const MerkleTree& log_tree, Position& last) const {
  const Position before = block * block_records;
  const Position end = std::min(before + block_records, log_tree.size());
  if (end <= before) return std::nullopt;
  const ReadTile stored = [this](unsigned level, std::uint64_t index) { return read_tile(level, index); };
  RecordTree records;
  read_runs(before + 1, end, [&](Position first, std::span<const RecordWords> run) {
    for (const RecordWords record : run) records.append(bytes_of(record));
    last = first + run.size() - 1;
    return true;
  });
  MerkleTree& part = records.tree();
  for (const FullTile& tile : part.take_full_tiles()) {
    const std::uint64_t index = (before >> (tile_height * (tile.level + 1))) + tile.index;
    if (stored(tile.level, index) == tile.hashes) continue;
    return LogFault{(index << (tile_height * (tile.level + 1))) + 1,
                    fmt::format("the tile {} of level {} is not that of its records", index, tile.level)};
  }
  if (end == before + block_records) return compare_with_tree(stored, log_tree, block, part.root());
  if (MerkleTree::restore(before, stored, {}).root_followed_by(part.root()) == log_tree.root()) return std::nullopt;
  return LogFault{before + 1, "the records from here on do not lead to the log's root"};
}

// The public face.

PostgresLog::PostgresLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PostgresLog::~PostgresLog() = default;

std::unique_ptr<PostgresLog> PostgresLog::create(const PostgresLogOptions& options) {
  if (std::filesystem::exists(options.head_file)) {
    throw LogFailed(fmt::format("{} is there already: a new log needs a name that is free", options.head_file.string()));
  }
  PostgresSessions sessions(options.url, options.partition, options.deadline, options.retry_for,
                            [](PostgresTables&, const PostgresHost&) {});
  const bool is_new = sessions.ask([&](PostgresTables& tables) {
    if (tables.is_beside_vault()) {
      throw LogFailed(
          fmt::format("{}: a vault is kept in the same database, and whoever has a backup of both could open what was erased: name a "
                      "database of its own for the log",
                      options.url.shown()));
    }
    tables.make_tables();
    return tables.make_log();
  });
  if (!is_new) {
    throw LogFailed(fmt::format("{}: the database has a log of partition {} already: a new log needs a database of its own",
                                options.url.shown(), options.partition));
  }
  DurableHeadFile::create(options.head_file, options.partition);
  return open(options);
}

bool PostgresLog::is_there(const PostgresLogOptions& options) {
  PostgresSessions sessions(options.url, options.partition, options.deadline, options.retry_for,
                            [](PostgresTables&, const PostgresHost&) {});
  return sessions.ask([](PostgresTables& tables) { return tables.head().has_value(); });
}

LogLease PostgresLog::look_at_lease(const PostgresLogOptions& options) {
  PostgresSessions sessions(options.url, options.partition, options.deadline, options.retry_for,
                            [](PostgresTables&, const PostgresHost&) {});
  const PostgresTables::Lease lease = sessions.ask([](PostgresTables& tables) { return tables.lease(); });
  return {LeaseHolder::parse(lease.holder), std::chrono::milliseconds(lease.left_ms)};
}

std::unique_ptr<PostgresLog> PostgresLog::open(const PostgresLogOptions& options) {
  return std::unique_ptr<PostgresLog>(new PostgresLog(std::make_unique<Impl>(options)));
}

std::expected<LogHead, Conflict> PostgresLog::append(const AppendBatch& batch) {
  impl_->check_partition(batch.partition);
  return impl_->append(batch);
}

LogHead PostgresLog::head(Partition partition) const {
  impl_->check_partition(partition);
  return impl_->head();
}

void PostgresLog::read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const {
  impl_->check_partition(partition);
  impl_->read_runs(from, to, visit);
}

void PostgresLog::read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const {
  impl_->check_partition(partition);
  impl_->read_stream(stream, from, visit);
}

Version PostgresLog::stream_version(Partition partition, const StreamName& stream) const {
  impl_->check_partition(partition);
  return impl_->stream_version(stream);
}

void PostgresLog::find_commands(Partition partition, std::span<const CommandName> commands,
                                std::span<std::optional<Position>> found) const {
  impl_->check_partition(partition);
  impl_->find_commands(commands, found);
}

bool PostgresLog::wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const {
  impl_->check_partition(partition);
  return impl_->wait_beyond(position, time);
}

void PostgresLog::close() { impl_->close(); }
void PostgresLog::give_up(const std::string& to) { impl_->give_up(to); }
LogLease PostgresLog::lease() const { return impl_->lease(); }
std::chrono::milliseconds PostgresLog::out_of_touch() const { return impl_->out_of_touch(); }
std::string PostgresLog::failure() const { return impl_->failure(); }
bool PostgresLog::failed_here() const { return impl_->failed_here(); }
MerkleTree PostgresLog::tree() const { return impl_->tree(); }
Tile PostgresLog::read_tile(unsigned level, std::uint64_t index) const { return impl_->read_tile(level, index); }
void PostgresLog::keep_checkpoint(Position size, std::string_view note, bool) { impl_->keep(PostgresTables::Kept::checkpoint, size, note); }
void PostgresLog::keep_time_stamp(Position size, std::string_view token) { impl_->keep(PostgresTables::Kept::time_stamp, size, token); }
void PostgresLog::read_checkpoints(Position from, const CheckpointVisitor& visit) const {
  impl_->read_kept(PostgresTables::Kept::checkpoint, from, visit);
}
void PostgresLog::read_time_stamps(Position from, const CheckpointVisitor& visit) const {
  impl_->read_kept(PostgresTables::Kept::time_stamp, from, visit);
}
std::optional<std::string> PostgresLog::checkpoint_at_most(Position size) const { return impl_->checkpoint_at_most(size); }
BlockVerified PostgresLog::verify_block(std::uint64_t block) const { return impl_->verify_block(block); }

}  // namespace muniment
