#include "tools/bench/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "events/log/postgres_log.h"
#include "events/postgres/postgres_connection.h"
#include "tools/bench/story.h"

namespace muniment {
namespace {

using DatabaseClock = std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_of(DatabaseClock::time_point begin) { return std::chrono::duration<double>(DatabaseClock::now() - begin).count(); }

double middle(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// As many as take some seconds.
std::size_t events_of(std::size_t group, std::size_t most) {
  constexpr std::size_t transactions = 600;
  return std::min(group * transactions, most);
}

class PlainTable {
 public:
  explicit PlainTable(const PostgresUrl& url) : connection_(connect(url)) {
    connection_->run_one({"DROP TABLE IF EXISTS muniment_bench_plain"});
    connection_->run_one({"CREATE TABLE muniment_bench_plain (position int8 PRIMARY KEY, record bytea NOT NULL)"});
  }

  void append(std::span<const RecordWords> records) {
    std::vector<std::uint64_t> positions;
    std::vector<std::string_view> texts;
    for (const RecordWords record : records) {
      positions.push_back(++last_);
      texts.push_back(text_of(bytes_of(record)));
    }
    const PostgresStatement statements[] = {
        {"BEGIN"},
        {"INSERT INTO muniment_bench_plain (position, record) SELECT u.position, u.record FROM unnest($1, $2) AS u (position, record)",
         PostgresParameters().numbers(positions).byte_strings(texts)},
        {"COMMIT"},
    };
    connection_->run(statements);
  }
  void drop() { connection_->run_one({"DROP TABLE muniment_bench_plain"}); }

 private:
  static std::unique_ptr<PostgresConnection> connect(const PostgresUrl& url) {
    for (const PostgresHost& host : url.hosts()) {
      try {
        return std::make_unique<PostgresConnection>(url, host, 30s);
      } catch (const PostgresLost&) {  // Not the primary.
      }
    }
    throw LogFailed(url.shown() + ": no server takes writes");
  }

  std::unique_ptr<PostgresConnection> connection_;
  std::uint64_t last_ = 0;
};

}  // namespace

void bench_appends(const DatabaseBench& bench) {
  const PostgresUrl url(bench.url);
  std::size_t needed = 0;
  for (const std::size_t group : bench.groups) needed += events_of(group, bench.events) * static_cast<std::size_t>(bench.rounds);
  const Story story(needed);
  const auto log = PostgresLog::create({.url = url, .head_file = bench.folder / "database-head", .deadline = 30s});
  PlainTable plain(url);
  fmt::print("{:<28}{:>12}{:>12}{:>12}{:>16}{:>12}{:>9}\n", "appends, medians of rounds", "groups/s", "events/s", "us/event",
             "plain groups/s", "events/s", "ratio");
  std::size_t next = 0;
  for (const std::size_t group : bench.groups) {
    const std::size_t count = events_of(group, bench.events);
    std::vector<double> rates;
    std::vector<double> plain_rates;
    for (int round = 0; round < bench.rounds; ++round) {
      auto begin = DatabaseClock::now();
      story.append_to(*log, group, next, next + count);
      rates.push_back(static_cast<double>(count) / seconds_of(begin));
      begin = DatabaseClock::now();
      for (std::size_t at = next; at < next + count; at += group)
        plain.append(story.records().subspan(at, std::min(group, next + count - at)));
      plain_rates.push_back(static_cast<double>(count) / seconds_of(begin));
      next += count;
    }
    const double rate = middle(rates);
    const double plain_rate = middle(plain_rates);
    const auto size = static_cast<double>(group);
    fmt::print("  groups of {:<16}{:>12.0f}{:>12.0f}{:>12.1f}{:>16.0f}{:>12.0f}{:>9.2f}\n", group, rate / size, rate, 1e6 / rate,
               plain_rate / size, plain_rate, rate / plain_rate);
    std::fflush(stdout);
  }
  fmt::print("  records of {:.0f} bytes, {} of them\n", story.record_bytes(), needed);
  plain.drop();
  log->close();
}

}  // namespace muniment
