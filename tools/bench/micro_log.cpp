// The event log on RocksDB by itself: what it costs to append groups of 256 records, to scan them, and to look for commands. Figures are of
// processor time over all threads, what flushes, compacts and indexes in the background included. The files are made under TMPDIR.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "events/log/rocks_log.h"
#include "tools/bench/story.h"

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
    events.append_to(*log, group_records);
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
    story().append_to(*log, group_records);
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

// None of them is there, as nearly always.
class NewCommands {
 public:
  NewCommands() {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      ids_[i] = command_id_of_story(static_cast<std::size_t>(story_records) + i);
      names_.push_back({schema::PrincipalKind::ACCOUNT, "mhughes1", ids_[i]});
    }
  }
  std::span<const CommandName> group() {
    at_ = (at_ + group_records) % names_.size();
    return std::span(names_).subspan(at_, group_records);
  }

 private:
  std::vector<std::string> ids_{group_records * 1'024};
  std::vector<CommandName> names_;
  std::size_t at_ = 0;
};

void log_find_commands(benchmark::State& state) {
  const RocksLog& log = FullLog::get();
  NewCommands commands;
  const auto batch = static_cast<std::size_t>(state.range(0));
  std::vector<std::optional<Position>> found(batch);
  for (auto _ : state) {
    const auto group = commands.group();
    for (std::size_t at = 0; at < group.size(); at += batch) log.find_commands(0, group.subspan(at, batch), found);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(group_records));
}
BENCHMARK(log_find_commands)->Arg(1)->Arg(group_records);

}  // namespace
}  // namespace muniment
