// The sessions that this process has open with a database, and how it goes on when one is lost. A session is used by one thread at a time
// and then given back; a new one is made to the first host that takes writes and passes the user's own check, beginning with the one that
// Patroni names, or else with the one that was of use last.
//
// Where something fails, no session that was made before is lent again: a primary that is one no more goes on answering from what it had,
// and nothing but a look at it anew tells.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "events/postgres/postgres_connection.h"

namespace muniment {

// How long something has been tried, and the pause before it is tried again.
class PostgresRetry {
 public:
  explicit PostgresRetry(std::chrono::milliseconds time) : until_(std::chrono::steady_clock::now() + time) {}

  bool is_over() const { return std::chrono::steady_clock::now() >= until_; }
  void pause() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, std::chrono::milliseconds(500));
  }

 private:
  std::chrono::steady_clock::time_point until_;
  std::chrono::milliseconds pause_{20};
};

// Thread-safe.
class PostgresPool {
 public:
  // Looks at a server before it is used. Throws PostgresLost for one that another may be right instead of, and what else ends the attempt.
  using Check = std::function<void(PostgresConnection&)>;

  PostgresPool(const PostgresUrl& url, std::chrono::milliseconds deadline, std::chrono::milliseconds retry_for, Check check)
      : url_(url), deadline_(deadline), retry_for_(retry_for), check_(std::move(check)) {}

  // A new session, with a host that passes. Tries each once. Throws PostgresLost; PostgresBehind where one was; PostgresRefused where
  // trying again is of no use.
  std::unique_ptr<PostgresConnection> connect();
  // Does something in a session that is lent to it. Throws PostgresLost, PostgresRefused, and what it throws.
  template <typename Do>
  auto attempt(Do act) {
    Session session = borrow();
    try {
      auto out = act(*session.connection);
      give_back(std::move(session));
      return out;
    } catch (const std::runtime_error&) {
      distrust(session.connection->host());
      throw;
    }
  }
  // Does what changes nothing, or may be done twice: again and again while sessions are lost, for as long as retries are made. Then throws
  // what the last one threw.
  template <typename Do>
  auto ask(Do act) {
    for (PostgresRetry retry(retry_for_);; retry.pause()) {
      try {
        return attempt(act);
      } catch (const PostgresLost&) {
        if (retry.is_over()) throw;
      } catch (const PostgresRefused& refused) {
        if (!refused.may_pass() || retry.is_over()) throw;
      }
    }
  }
  // Something failed there: all others are tried before it the next time, and drop_all(). It may take sessions and no writes, as a primary
  // does whose standbys have left it.
  void distrust(const PostgresHost& host);
  // Sessions that were made before are not lent again: those that nobody uses are ended, the others when they are given back.
  void drop_all();

 private:
  struct Session {
    std::unique_ptr<PostgresConnection> connection;
    std::uint64_t generation = 0;  // Of the pool, when it was asked for.
  };

  std::size_t first_to_try();
  Session borrow();
  void give_back(Session session);

  const PostgresUrl url_;
  const std::chrono::milliseconds deadline_;
  const std::chrono::milliseconds retry_for_;
  const Check check_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;  // All of this generation.
  std::size_t first_host_ = 0;
};

}  // namespace muniment
