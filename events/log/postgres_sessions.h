// The sessions of a log on PostgreSQL: those of a pool, each with the log's tables, and what fails in them told as a log tells it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "events/log/event_log.h"
#include "events/log/postgres_tables.h"
#include "events/postgres/postgres_pool.h"

namespace muniment {

// What an exchange with a database threw, as a log tells damage.
template <typename Do>
auto told_as_damage(Do act) {
  try {
    return act();
  } catch (const PostgresMalformed& malformed) {
    throw LogDamaged(malformed.what());
  }
}

// Thread-safe.
class PostgresSessions {
  // Of an act that takes the tables, one that takes a session.
  template <typename Do>
  auto with_tables(Do& act) {
    return [this, &act](PostgresConnection& connection) {
      PostgresTables tables(connection, partition_);
      return act(tables);
    };
  }

 public:
  // Looks at a server before it is used. Throws PostgresLost for one that another may be right instead of, and what else ends the attempt.
  using Check = std::function<void(PostgresTables&, const PostgresHost&)>;

  PostgresSessions(const PostgresUrl& url, Partition partition, std::chrono::milliseconds deadline, std::chrono::milliseconds retry_for,
                   Check check)
      : partition_(partition), pool_(url, deadline, retry_for, [partition, check = std::move(check)](PostgresConnection& connection) {
          PostgresTables tables(connection, partition);
          check(tables, connection.host());
        }) {}

  // Throws PostgresLost; PostgresBehind where one was.
  std::unique_ptr<PostgresConnection> connect() {
    return told_as_damage([this] { return pool_.connect(); });
  }
  // Throws PostgresLost, PostgresRefused, and what it throws.
  template <typename Do>
  auto attempt(Do act) {
    return told_as_damage([&] { return pool_.attempt(with_tables(act)); });
  }
  // Does what changes nothing, or may be done twice. Throws LogFailed; LogDamaged where in the end there is only a server that is behind;
  // and what it throws.
  template <typename Do>
  auto ask(Do act) {
    try {
      return told_as_damage([&] { return pool_.ask(with_tables(act)); });
    } catch (const PostgresBehind& behind) {
      throw LogDamaged(behind.what());
    } catch (const PostgresLost& lost) {
      throw LogFailed(lost.what());
    } catch (const PostgresRefused& refused) {
      throw LogFailed(refused.what());
    }
  }
  void distrust(const PostgresHost& host) { pool_.distrust(host); }
  void drop_all() { pool_.drop_all(); }

 private:
  const Partition partition_;
  PostgresPool pool_;
};

}  // namespace muniment
