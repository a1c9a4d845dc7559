// muniment-bench: what the store does in a second on this machine, with the limits of the same disk and processor beside it.
//
//   muniment-bench write  [--events N] [--group N] [--rounds N] DIR    the in-process write path: decide, seal, encode, hash, sync
//   muniment-bench fill   --events N [--people N] [--desk] DIR         a store of that many events, closed, with its views
//   muniment-bench replay DIR                                          fold the whole log; and a bare scan beside it
//   muniment-bench memory [--events N] DIR                             what a replay holds: of a log, and of one three times as long with
//                                                                      the same people
//   muniment-bench open   DIR                                          open after a clean close, and after a kill
//   muniment-bench query  [--questions N] DIR                          pages of as-of and trail: percentiles
//   muniment-bench desk   [--questions N] DIR                          the auditor's questions: percentiles, and rows as they are streamed
//   muniment-bench rebuild DIR                                         each view anew
//   muniment-bench database --log URL [--events N] [--rounds N] DIR    appends to a log in an empty database, in groups of several sizes,
//   in turns
//                                                                      with a plain table there; then a store on it, and its views anew
//   muniment-bench size   DIR                                          bytes on disk an event, by part
//   muniment-bench all    [--events N] DIR                             all of it, one after the other, in a new folder
//
// Rows are printed as they are measured; every figure is of this run.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>
#include <map>

#include "projections/access.h"
#include "projections/trail.h"
#include "tools/bench/database.h"
#include "tools/bench/desk.h"
#include "tools/bench/load.h"
#include "tools/bench/measure.h"
#include "tools/store/log_move.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Of each thread that runs now, by its name; of those that share one, together.
std::map<std::string, double> seconds_of_threads() {
  std::map<std::string, double> out;
  for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
    std::string name;
    double nanoseconds = 0;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    out[name] += nanoseconds / 1e9;
  }
  return out;
}

long peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

StoreOptions options(std::size_t group) {
  StoreOptions out;
  out.holder = "muniment-bench";
  out.sequencer.group_max = group;
  out.sequencer.accounts_max = 4'000'000;
  return out;
}

using Batches = std::vector<std::vector<Submission>>;

// As a client hands them over.
Batches in_batches(std::vector<Submission> submissions) {
  constexpr std::size_t batch_max = 1024;
  Batches out;
  for (Submission& submission : submissions) {
    if (out.empty() || out.back().size() == batch_max) out.emplace_back().reserve(batch_max);
    out.back().push_back(std::move(submission));
  }
  return out;
}

// Submits and waits for every answer; stops at the first that is not accepted.
void run(Sequencer& sequencer, Batches batches) {
  std::ptrdiff_t count = 0;
  for (const auto& batch : batches) count += static_cast<std::ptrdiff_t>(batch.size());
  std::latch answered(count);
  for (auto& batch : batches) {
    for (Submission& submission : batch) {
      submission.answer = [&answered](const Answer& answer) {
        if (answer.status != Answer::Status::accepted) {
          fmt::print(stderr, "the load was not accepted: {} {}\n", answer.refusal ? name_of(*answer.refusal) : "", answer.failure);
          std::abort();
        }
        answered.count_down();
      };
    }
    sequencer.submit(std::move(batch));
  }
  answered.wait();
}

// Synced appends of `bytes` to a plain file: what the disk allows.
double raw_syncs_per_second(const fs::path& folder, std::size_t bytes) {
  const fs::path path = folder / "raw";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string block(bytes, 'x');
  const auto begin = Clock::now();
  int count = 0;
  while (seconds_since(begin) < 1.0) {
    if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) std::abort();
    ++count;
  }
  const double rate = count / seconds_since(begin);
  ::close(file);
  fs::remove(path);
  return rate;
}

void bench_write(const fs::path& folder, std::size_t events, std::size_t group, int rounds) {
  fmt::print("{:<44}{:>14}{:>14}{:>12}\n", "write path, one process", "events/s", "groups/s", "cpu us/ev");
  std::vector<double> rates;
  for (int round = 0; round < rounds; ++round) {
    const fs::path store_folder = folder / fmt::format("write-{}", round);
    Store::create(store_folder, "bench");
    Store store(store_folder, options(group));
    Load load({.seed = static_cast<std::uint64_t>(round) + 1});
    run(store.sequencer(), in_batches(load.prepare()));
    run(store.sequencer(), in_batches(load.next(50'000)));
    Batches batches = in_batches(load.next(events));
    const Position before = store.log().head(0).position;
    const double processor = processor_seconds();
    const auto threads = seconds_of_threads();
    const auto begin = Clock::now();
    run(store.sequencer(), std::move(batches));
    const double seconds = seconds_since(begin);
    const auto recorded = static_cast<double>(store.log().head(0).position - before);
    rates.push_back(recorded / seconds);
    fmt::print("  round {:<36}{:>14.0f}{:>14.0f}{:>12.2f}\n", round + 1, recorded / seconds,
               recorded / seconds / static_cast<double>(group), (processor_seconds() - processor) * 1e6 / recorded);
    for (const auto& [name, used] : seconds_of_threads()) {
      const auto before_it = threads.find(name);
      const double since = used - (before_it == threads.end() ? 0 : before_it->second);
      if (since * 1e6 / recorded >= 0.01) fmt::print("    {:<68}{:>12.2f}\n", name, since * 1e6 / recorded);
    }
    std::fflush(stdout);
    store.close();
    fs::remove_all(store_folder);
  }
  const std::size_t group_bytes = group * 400;
  const double raw = raw_syncs_per_second(folder, group_bytes);
  fmt::print("  median {:<35}{:>14.0f}\n", "", median(rates));
  fmt::print("  limit: synced appends of {} bytes {:>22.0f}{:>14.0f}\n", group_bytes, raw * static_cast<double>(group), raw);
}

// A store whose log is in a database: the whole write path, and the views of a node that has none.
void bench_store_on_database(const fs::path& folder, const std::string& url, std::size_t events) {
  Store::create(folder, "bench");
  move_log_to_database({.store = folder, .url = url});
  constexpr std::size_t group = 256;
  {
    Store store(folder, options(group));
    Load load({});
    run(store.sequencer(), in_batches(load.prepare()));
    Batches batches = in_batches(load.next(events));
    const Position before = store.log().head(0).position;
    const auto begin = Clock::now();
    run(store.sequencer(), std::move(batches));
    const double seconds = seconds_since(begin);
    const auto recorded = static_cast<double>(store.log().head(0).position - before);
    fmt::print("{:<44}{:>14.0f} events/s, {:.0f} of them\n", "the whole store on it, durable", recorded / seconds, recorded);
    store.close();
  }
  fs::remove_all(folder / "views");
  Store store(folder, options(group));
  const auto head = static_cast<double>(store.log().head(0).position);
  const auto begin = Clock::now();
  store.projector().catch_up();
  fmt::print("{:<44}{:>14.0f} events/s\n", "the views of a node that has none", head / seconds_since(begin));
  store.close();
}

// Every file of the folder, read once from beginning to end as the system has it.
double seconds_to_read(const fs::path& folder) {
  std::vector<char> buffer(std::size_t{1} << 20);
  const auto begin = Clock::now();
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    while (::read(file, buffer.data(), buffer.size()) > 0) {
    }
    ::close(file);
  }
  return seconds_since(begin);
}

void bench_fill(const fs::path& folder, std::size_t events, std::size_t people_max, bool is_for_desk) {
  Store::create(folder, "bench");
  Store store(folder, options(256));
  Load load({.people_max = people_max});
  const auto begin = Clock::now();
  run(store.sequencer(), in_batches(load.prepare()));
  constexpr std::size_t step = 200'000;
  while (store.log().head(0).position < events) {
    run(store.sequencer(), in_batches(load.next(std::min(step, events - store.log().head(0).position))));
    if (is_for_desk) run(store.sequencer(), in_batches(load.reports(step / 10)));
  }
  if (is_for_desk) run(store.sequencer(), in_batches(load.of_agency()));
  const double written = seconds_since(begin);
  fmt::print("{:<44}{:>14} in {:.1f} s, {:.0f}/s with making the load\n", "events recorded", store.log().head(0).position, written,
             static_cast<double>(store.log().head(0).position) / written);
  const auto projecting = Clock::now();
  store.projector().catch_up();
  const double projected = seconds_since(projecting);
  fmt::print("{:<44}{:>14.0f} events/s\n", "all views built", static_cast<double>(store.log().head(0).position) / projected);
  const auto closing = Clock::now();
  store.close();
  fmt::print("{:<44}{:>14.2f} s\n", "clean close", seconds_since(closing));
}

void bench_replay(const fs::path& folder) {
  Store store(folder, options(256));
  const Position head = store.log().head(0).position;
  std::uint64_t bytes = 0;
  const double scan_cpu = thread_seconds();
  const auto scan_begin = Clock::now();
  store.log().read(0, 1, head, [&](Position, RecordWords words) {
    bytes += words.size_bytes();
    return true;
  });
  const double scan = seconds_since(scan_begin);
  fmt::print("{:<44}{:>14.0f} events/s, {:.0f} a core-second, {:.0f} bytes a record\n", "raw scan", static_cast<double>(head) / scan,
             static_cast<double>(head) / (thread_seconds() - scan_cpu), static_cast<double>(bytes) / static_cast<double>(head));
  fmt::print("{:<44}{:>14.0f} events/s\n", "limit: reading the log's files alone",
             static_cast<double>(head) / seconds_to_read(folder / "log"));
  World world;
  const double fold_cpu = thread_seconds();
  const auto fold_begin = Clock::now();
  store.log().read_runs(0, 1, head, [&](Position, std::span<const RecordWords> records) {
    world.evolve(records);
    return true;
  });
  const double fold = seconds_since(fold_begin);
  fmt::print("{:<44}{:>14.0f} events/s, {:.0f} a core-second\n", "replay with fold", static_cast<double>(head) / fold,
             static_cast<double>(head) / (thread_seconds() - fold_cpu));
  const auto digest_begin = Clock::now();
  const Digest digest = world.digest();
  fmt::print("{:<44}{:>14.2f} s  {}\n", "digest of the state", seconds_since(digest_begin), to_hex(digest));
  fmt::print("{:<44}{:>14} MB, {} accounts, {} providers\n", "peak memory", peak_memory_mb(), world.account_count(),
             world.provider_count());
  store.close();
}

// This program with other arguments, in a process of its own: what it prints is printed, and its peak memory is its own.
void run_apart(std::vector<std::string> arguments) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    arguments.insert(arguments.begin(), "muniment-bench");
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    ::execv("/proc/self/exe", words.data());
    std::_Exit(1);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error("a part of the benchmark failed");
}

// A fifth of the load's commands make people, until there are as many as this.
void bench_memory(const fs::path& folder, std::size_t events) {
  fs::create_directories(folder);
  const std::string people = std::to_string(events / 10);
  for (const std::size_t times : {std::size_t{1}, std::size_t{3}}) {
    const std::string store = (folder / fmt::format("times-{}", times)).string();
    run_apart({"fill", "--events", std::to_string(events * times), "--people", people, store});
    run_apart({"replay", store});
  }
}

double seconds_to_open(const fs::path& folder) {
  const auto begin = Clock::now();
  Store store(folder, options(256));
  const double seconds = seconds_since(begin);
  store.close();
  return seconds;
}

void bench_open(const fs::path& folder) {
  fmt::print("{:<44}{:>14.3f} s\n", "open after a clean close", seconds_to_open(folder));
  const pid_t child = ::fork();
  if (child == 0) {
    Store store(folder, options(256));
    Load load({.seed = 77, .providers = 5'000});
    auto first = load.prepare();
    for (Submission& submission : first) submission.command.request.command_id += "-again";
    // Signals and providers only: what is there already is not made twice.
    std::vector<Submission> commands;
    for (int i = 0; i < 200'000; ++i) {
      Submission out{.command = {.body = RecordSignIn{Username::parse("pa1").value(), system_now(), true, ""}, .type = "record_sign_in"}};
      out.command.request.command_id = fmt::format("kill-{}-{}", ::getpid(), i);
      out.command.request.actor = Principal::submitter("bench");
      commands.push_back(std::move(out));
    }
    run(store.sequencer(), in_batches(std::move(commands)));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fmt::print("{:<44}{:>14.3f} s\n", "open after a kill (200,000 events before it)", seconds_to_open(folder));
}

// Pages of 100 rows, of accounts and providers as the load picks them, at random moments of the store's life.
void bench_query(const fs::path& folder, int questions) {
  Store store(folder, options(256));
  store.projector().catch_up();
  const Position head = store.log().head(0).position;
  fmt::print("{} events; microseconds\n{:<44}{:>10}{:>10}{:>10}{:>10}\n", head, "question, one page", "p50", "p99", "p99.9", "max");
  Load load({});
  load.prepare();
  load.next(static_cast<std::size_t>(head / 2));
  std::mt19937_64 random(7);
  const Access access(store.views());
  const Trail trail(store.views());
  const auto moment = [&] { return Moment{.at = std::nullopt, .position = random() % head + 1}; };
  const auto user = [&] { return Username::parse(load.random_username()).value(); };
  measure("reference: one record of the log", questions, [&] {
    const Position position = random() % head + 1;
    store.log().read(0, position, position, [](Position, RecordWords) { return false; });
  });
  std::size_t rows = 0;
  const auto count = [&rows](const auto& page) { rows += page->rows.size(); };
  measure("as-of, one user, now", questions, [&] { count(access.as_of({.username = user()})); });
  measure("as-of, one user, at a position", questions, [&] { count(access.as_of({.username = user(), .moment = moment()})); });
  measure("as-of, one provider, now", questions, [&] { count(access.as_of({.provider = load.random_provider()})); });
  measure("as-of, one provider, at a position", questions,
          [&] { count(access.as_of({.provider = load.random_provider(), .moment = moment()})); });
  measure("trail, one user, newest first", questions, [&] { count(trail.search({.username = user()})); });
  measure("trail, one provider, newest first", questions, [&] { count(trail.search({.provider = load.random_provider()})); });
  measure("trail, provider and type, at a position", questions,
          [&] { count(trail.search({.provider = load.random_provider(), .type = fact_number("password_reset"), .moment = moment()})); });
  measure("trail, user and provider, oldest first", questions,
          [&] { count(trail.search({.username = user(), .provider = load.random_provider(), .newest_first = false})); });
  fmt::print("{:<44}{:>10}\n", "rows given", rows);
}

void bench_size(const fs::path& folder) {
  Store store(folder, options(256));
  const auto events = static_cast<double>(store.log().head(0).position);
  std::uint64_t record_bytes = 0;
  store.log().read(0, 1, store.log().head(0).position, [&](Position, RecordWords words) {
    record_bytes += words.size_bytes();
    return true;
  });
  store.close();
  double total = 0;
  for (const char* part : {"log", "vault", "views"}) {
    double bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / part)) {
      if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    }
    total += bytes;
    fmt::print("{:<44}{:>14.1f} bytes an event\n", part, bytes / events);
  }
  fmt::print("{:<44}{:>14.1f} bytes an event\n", "all in", total / events);
  fmt::print("{:<44}{:>14.1f} bytes an event\n", "of which the records, as they are encoded", static_cast<double>(record_bytes) / events);
  fmt::print("{:<44}{:>14} bytes an event\n", "reference: PostgreSQL 15, the log alone", 422);
}

}  // namespace
}  // namespace muniment

int main(int argc, char** argv) {
  CLI::App app{"what the store does in a second on this machine"};
  app.require_subcommand(1);
  std::string folder;
  std::size_t events = 1'000'000;
  std::size_t group = 256;
  int rounds = 3;
  int questions = 20'000;
  const auto add = [&](const char* name, const char* what) {
    auto* command = app.add_subcommand(name, what);
    command->add_option("DIR", folder, "where the store is, or is made")->required();
    return command;
  };
  auto* write = add("write", "the in-process write path");
  write->add_option("--events", events);
  write->add_option("--group", group);
  write->add_option("--rounds", rounds);
  auto* fill = add("fill", "make a store of that many events");
  fill->add_option("--events", events);
  std::size_t people = 0;
  fill->add_option("--people", people, "no more than so many (default: ever more)");
  bool is_for_desk = false;
  fill->add_flag("--desk", is_for_desk, "with what others report, and what the agency does, for `desk`");
  auto* replay = add("replay", "fold the whole log");
  auto* memory = add("memory", "what a replay holds of a log, and of one three times as long with the same people");
  memory->add_option("--events", events);
  auto* open = add("open", "open after a clean close and after a kill");
  auto* query = add("query", "pages of as-of and trail");
  query->add_option("--questions", questions);
  auto* desk = add("desk", "the auditor's questions");
  desk->add_option("--questions", questions);
  auto* rebuild = add("rebuild", "each view anew");
  auto* database = add("database", "appends to a log in a database, and to a plain table");
  muniment::DatabaseBench of_database;
  database->add_option("--log", of_database.url, "the database's URL: a schema of its own, with ?options=-csearch_path%3DNAME")->required();
  database->add_option("--events", of_database.events);
  database->add_option("--rounds", of_database.rounds);
  std::string store_url;
  database->add_option("--store-log", store_url, "the URL of another empty schema: a store is made on it as well");
  auto* size = add("size", "bytes on disk an event");
  auto* all = add("all", "all of it, in a new folder");
  all->add_option("--events", events);
  CLI11_PARSE(app, argc, argv);
  if (*write) {
    std::filesystem::create_directories(folder);
    muniment::bench_write(folder, events, group, rounds);
  }
  if (*fill) muniment::bench_fill(folder, events, people, is_for_desk);
  if (*replay) muniment::bench_replay(folder);
  if (*memory) muniment::bench_memory(folder, events);
  if (*open) muniment::bench_open(folder);
  if (*query) muniment::bench_query(folder, questions);
  if (*desk) muniment::bench_desk(folder, muniment::options(256), questions);
  if (*rebuild) muniment::bench_rebuild(folder, muniment::options(256));
  if (*database) {
    std::filesystem::create_directories(folder);
    of_database.folder = folder;
    muniment::bench_appends(of_database);
    if (!store_url.empty()) muniment::bench_store_on_database(folder + "/store", store_url, of_database.events);
  }
  if (*size) muniment::bench_size(folder);
  if (*all) {
    const std::string store = folder + "/store";
    std::filesystem::create_directories(folder);
    muniment::bench_write(folder, 200'000, group, rounds);
    muniment::bench_fill(store, events, 0, false);
    muniment::bench_replay(store);
    muniment::bench_query(store, questions);
    muniment::bench_size(store);
    muniment::bench_open(store);
  }
}
