// The event log on RocksDB by itself: what it costs to append groups of 256 records, to scan them, and to look for commands. Figures are of
// processor time over all threads, what flushes, compacts and indexes in the background included. The files are made under TMPDIR.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "events/log/rocks_log.h"
#include "events/proof/hash.h"
#include "events/record/encoder.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t group_records = 256;
constexpr Position to_the_end = std::numeric_limits<Position>::max();

// Removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string path = fs::temp_directory_path() / "muniment-micro-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error(path + ": cannot be made");
    path_ = path;
  }
  ~ScratchFolder() { fs::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  RocksLogOptions log() const { return {.folder = path_ / "log", .head_file = path_ / "head"}; }
  std::uintmax_t log_bytes() const {
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path_ / "log")) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
  }

 private:
  fs::path path_;
};

std::string command_id(std::size_t number) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", number * 2'654'435'761u % (1ul << 32), number);
}

// Records in a row, seeded: a fifth are about a new account, the others about one of those there are, at one of 5,000 providers.
class Story {
 public:
  explicit Story(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add();
    std::size_t start = 0;
    for (const std::size_t end : ends_) {
      records_.emplace_back(words_.data() + start, end - start);
      start = end;
    }
    LeafHasher hasher;
    for (const RecordWords record : records_) hashes_.push_back(hasher.leaf_hash(bytes_of(record)));
  }

  void append_to(EventLog& log) const {
    for (std::size_t at = 0; at < records_.size(); at += group_records) {
      const std::size_t count = std::min(group_records, records_.size() - at);
      const auto head = log.append(
          {.records = std::span(records_).subspan(at, count), .conditions = {}, .leaf_hashes = std::span(hashes_).subspan(at, count)});
      if (!head) throw std::logic_error("the log refused a group: the story is wrong");
    }
  }

  double record_bytes() const { return static_cast<double>(words_.size() * sizeof(capnp::word)) / static_cast<double>(records_.size()); }

 private:
  struct Thing {
    StreamName stream;
    Version version;
  };

  void add() {
    const bool is_new = accounts_.size() < 1'000 || random_() % 5 == 0;
    std::array<Byte, 16> id{};
    fill(id);
    if (is_new) accounts_.push_back({StreamName::account(AccountId{id}), 0});
    const std::size_t number = is_new ? accounts_.size() - 1 : random_() % accounts_.size();
    Thing& account = accounts_[number];
    const std::size_t provider_number = random_() % providers_.size();
    Thing& provider = providers_[provider_number];
    const std::string username = fmt::format("jdoe{}", number);
    std::vector<StreamVersion> streams{{account.stream, ++account.version}, {provider.stream, ++provider.version}};
    if (is_new) streams.push_back({StreamName::username(Username::parse(username).value()), 1});

    std::array<Byte, 16> fingerprint{};
    fill(fingerprint);
    std::array<Byte, EventId::size> event_id{};
    fill(event_id);
    const std::string command = command_id(ends_.size());
    const Fact fact = fact::ServicesAssigned{{"claims_submission_and_status"}, {"view_provider_reports"}};
    Draft draft;
    draft.position = ends_.size() + 1;
    draft.recorded_at = draft.occurred_at = Timestamp{1'585'823'543'000'000'001 + static_cast<std::int64_t>(ends_.size()) * 1'003};
    draft.authority = schema::Authority::PRIMARY_USER;
    draft.actor_kind = schema::PrincipalKind::ACCOUNT;
    draft.actor_name = "mhughes1";
    draft.event_id = EventId{event_id};
    draft.command_id = command;
    draft.fingerprint = fingerprint;
    draft.username = username;
    draft.streams = streams;
    draft.fact = &fact;
    encoder_.encode(draft, words_);
    ends_.push_back(words_.size());
  }

  void fill(std::array<Byte, 16>& bytes) {
    for (Byte& byte : bytes) byte = static_cast<Byte>(random_());
  }

  static std::vector<Thing> some_providers() {
    std::vector<Thing> out;
    for (int i = 1; i <= 5'000; ++i) out.push_back({StreamName::provider(ProviderId::parse(fmt::format("{:09}A", i)).value()), 0});
    return out;
  }

  std::mt19937_64 random_{1};
  Encoder encoder_;
  std::vector<Thing> accounts_;
  std::vector<Thing> providers_ = some_providers();
  std::vector<capnp::word> words_;
  std::vector<std::size_t> ends_;
  std::vector<RecordWords> records_;
  std::vector<Hash> hashes_;
};

const Story& story() {
  static const Story story(1'000'000);
  return story;
}
constexpr std::int64_t story_records = 1'000'000;

void log_append(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Story& events = story();
    const ScratchFolder folder;
    auto log = RocksLog::create(folder.log());
    state.ResumeTiming();
    events.append_to(*log);
    log->close();
    state.PauseTiming();
    state.counters["record_bytes"] = events.record_bytes();
    state.counters["disk_bytes"] = static_cast<double>(folder.log_bytes()) / static_cast<double>(story_records);
    log.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * story_records);
}
BENCHMARK(log_append)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond)->Iterations(3);

// A log with the story in it, for the benchmarks that read: closed and opened again, so that nothing of it is in a memtable.
class FullLog {
 public:
  FullLog() {
    const auto log = RocksLog::create(folder_.log());
    story().append_to(*log);
    log->close();
    log_ = RocksLog::open(folder_.log());
  }
  const RocksLog& log() const { return *log_; }

  static const RocksLog& get() {
    static const FullLog log;
    return log.log();
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<RocksLog> log_;
};

void log_scan(benchmark::State& state) {
  const RocksLog& log = FullLog::get();
  for (auto _ : state) {
    std::size_t words = 0;
    log.read(0, 1, to_the_end, [&](Position, RecordWords record) {
      words += record.size();
      return true;
    });
    benchmark::DoNotOptimize(words);
  }
  state.SetItemsProcessed(state.iterations() * story_records);
}
BENCHMARK(log_scan)->Unit(benchmark::kMillisecond)->MinTime(3);

void log_find_command(benchmark::State& state) {
  const RocksLog& log = FullLog::get();
  const Principal actor = Principal::account("mhughes1");
  std::size_t number = story_records;
  for (auto _ : state) benchmark::DoNotOptimize(log.find_command(0, actor, command_id(++number)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(log_find_command);

// None of them is there, as nearly always.
void log_find_commands(benchmark::State& state) {
  const RocksLog& log = FullLog::get();
  std::size_t number = story_records;
  std::vector<std::string> ids(group_records);
  std::vector<CommandName> commands(group_records);
  std::vector<std::optional<Position>> found(group_records);
  for (auto _ : state) {
    for (std::size_t i = 0; i < group_records; ++i) {
      ids[i] = command_id(++number);
      commands[i] = {schema::PrincipalKind::ACCOUNT, "mhughes1", ids[i]};
    }
    log.find_commands(0, commands, found);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(group_records));
}
BENCHMARK(log_find_commands);

}  // namespace
}  // namespace muniment
