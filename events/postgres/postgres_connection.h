// One session with a server that speaks PostgreSQL's wire protocol, over libpq. docs/ARCHITECTURE.md, "Beyond one machine".
//
// - Every call has a deadline of its own. When it is over the socket is closed, and nothing is ever cancelled: a server that is told to
//   cancel a COMMIT that waits for its standbys says that it succeeded.
// - What a server says of an error is told by its code and by the names of tables and constraints, never by its text: that may quote
// values.
//
// Threading: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "events/postgres/postgres_url.h"
#include "events/values/bytes.h"

struct pg_conn;
struct pg_result;

namespace muniment {

// No answer in time, or no session any more: what was sent last may have happened or not.
struct PostgresLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A server that lacks what this node has seen. Another may be the right one.
struct PostgresBehind : PostgresLost {
  using PostgresLost::PostgresLost;
};

// The server refused a statement: neither it nor the transaction that it was in happened.
struct PostgresRefused : std::runtime_error {
  PostgresRefused(std::string code, const std::string& what) : std::runtime_error(what), sqlstate(std::move(code)) {}

  // Whether the same may succeed if it is tried again: the server is starting, stopping, full or busy, or another transaction was in the
  // way.
  bool may_pass() const;

  std::string sqlstate;
};

// A row has what it cannot have.
struct PostgresMalformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a statement's $1, $2 ... stand for, in order, in the binary format. The bytes are copied.
class PostgresParameters {
 public:
  PostgresParameters& number(std::uint64_t value);  // int8
  PostgresParameters& text(std::string_view value);
  PostgresParameters& bytes(std::string_view value);                           // bytea
  PostgresParameters& numbers(std::span<const std::uint64_t> values);          // int8[]
  PostgresParameters& byte_strings(std::span<const std::string_view> values);  // bytea[]

 private:
  friend class PostgresConnection;

  void add(std::uint32_t type, std::string value);

  std::vector<std::uint32_t> types_;
  std::vector<std::string> values_;
};

// The rows that a statement gave, read in place. A value of another form than asked for throws PostgresMalformed: the tables are not ours.
class PostgresRows {
 public:
  explicit PostgresRows(pg_result* result);

  std::size_t size() const;
  bool is_null(std::size_t row, int column) const;
  std::uint64_t number(std::size_t row, int column) const;  // int8, not negative
  std::string_view bytes(std::size_t row, int column) const;
  // How many rows a statement wrote.
  std::uint64_t written() const;
  // The command as the server names it: a COMMIT of a transaction that had failed is answered by ROLLBACK.
  std::string_view command() const;

 private:
  std::unique_ptr<pg_result, void (*)(pg_result*)> result_;
};

struct PostgresStatement {
  const char* sql;
  PostgresParameters parameters = {};
};

class PostgresConnection {
 public:
  // Connects to one host, and has the session commit durably and give up locks that its client has forgotten. Throws PostgresLost where it
  // cannot be reached in time, or is not what the URL asks for: unless that says otherwise, one that takes writes.
  PostgresConnection(const PostgresUrl& url, const PostgresHost& host, std::chrono::milliseconds deadline);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  // Sends all of them at once, and returns what each gave. The first one that is refused keeps those behind it from being done. Throws
  // PostgresRefused, after which a transaction that was begun is still to be rolled back; PostgresLost, after which the session is of no
  // use.
  std::vector<PostgresRows> run(std::span<const PostgresStatement> statements);
  PostgresRows run_one(const PostgresStatement& statement);

  // Whether the server warned of anything since the last run() began. Of a COMMIT: that it did not wait for its standbys.
  bool has_warned() const { return has_warned_; }
  const PostgresHost& host() const { return host_; }

 private:
  using Clock = std::chrono::steady_clock;

  void connect(const PostgresUrl& url);
  void settle_session();
  void send(std::span<const PostgresStatement> statements, Clock::time_point until);
  pg_result* next_result(Clock::time_point until);
  void skip_to_end(Clock::time_point until);
  void wait(short events, Clock::time_point until);
  [[noreturn]] void lose(const std::string& why);
  [[noreturn]] void refuse(pg_result* result, Clock::time_point until);

  const PostgresHost host_;
  const std::chrono::milliseconds deadline_;
  pg_conn* connection_ = nullptr;
  bool has_warned_ = false;
};

}  // namespace muniment
