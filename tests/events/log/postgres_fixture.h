// What the tests of the log on PostgreSQL share: a database without tables on the shared server, and what they ask it.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log/durable_head.h"
#include "events/log/postgres_hooks.h"
#include "events/log/postgres_log.h"
#include "tests/events/log/postgres_server.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {

class PostgresLogTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << no_postgres;
    url_ = server_->fresh();
    schema_ = schema_of(url_);
  }

  // Of the node whose head file has that name.
  PostgresLogOptions options(const std::string& head = "head") const {
    return {.url = PostgresUrl(url_),
            .head_file = folder_ / head,
            .retry_for = std::chrono::seconds(20),
            .lease = std::chrono::seconds(60),
            .hooks = &hooks_};
  }
  // What is lost is missed soon, and no exchange takes as long on a machine with much else to do. Not for what makes a log.
  static PostgresLogOptions with_short_deadline(PostgresLogOptions of) {
    of.deadline = std::chrono::milliseconds(800);
    return of;
  }
  // The file of another node, which has seen nothing.
  PostgresLogOptions options_of_other_node() const {
    PostgresLogOptions other = options("other");
    DurableHeadFile::create(other.head_file, 0);
    other.holder = "other";
    return other;
  }
  LogHead append(EventLog& log, std::size_t count) {
    const auto head = sample::append(log, source_.group(count));
    EXPECT_TRUE(head.has_value());
    return head.value_or(LogHead{});
  }
  // The log has all of the source's records, each once, and nothing else: by its own reading and by the tables' count.
  void expect_holds_all(const EventLog& log) const {
    Position expected = 1;
    log.read(0, 1, std::numeric_limits<Position>::max(), [&](Position position, RecordWords record) {
      EXPECT_EQ(position, expected);
      if (position > source_.records().size()) return false;
      EXPECT_EQ(sample::text_of_words(record), sample::text_of_words(source_.records()[position - 1]));
      ++expected;
      return true;
    });
    EXPECT_EQ(expected, source_.records().size() + 1);
    EXPECT_EQ(log.head(0).position, source_.records().size());
    EXPECT_EQ(count("muniment_records"), source_.records().size());
  }
  std::uint64_t count(const std::string& table) const {
    return server_->execute(fmt::format("SELECT count(*)::int8 FROM {}.{}", schema_, table)).number(0, 0);
  }
  void expire_lease() const { server_->execute(fmt::format("UPDATE {}.muniment_leases SET until = clock_timestamp()", schema_)); }
  // Every session of the schema's logs, but for those that ask this.
  void end_sessions() const {
    server_->execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  TempFolder folder_;
  PostgresServer* server_ = nullptr;
  std::string url_;
  std::string schema_;
  PostgresLogHooks hooks_;
  sample::Source source_;
};

}  // namespace muniment
