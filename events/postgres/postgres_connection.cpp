#include "events/postgres/postgres_connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace muniment {
namespace {

// The server's catalogue of types: pg_type.
constexpr std::uint32_t type_bytes = 17;
constexpr std::uint32_t type_number = 20;
constexpr std::uint32_t type_text = 25;
constexpr std::uint32_t type_byte_strings = 1001;
constexpr std::uint32_t type_numbers = 1016;

constexpr int binary = 1;

// An array as the server sends and takes it: dimensions i32 | has nulls i32 | type of the elements i32 | count i32 | first index i32 | each
// as size i32 and bytes.
std::string array_of(std::uint32_t element_type, std::size_t count) {
  std::string out;
  put_u32be(out, count == 0 ? 0 : 1);
  put_u32be(out, 0);
  put_u32be(out, element_type);
  if (count == 0) return out;
  put_u32be(out, static_cast<std::uint32_t>(count));
  put_u32be(out, 1);
  return out;
}

std::string field(const pg_result* result, int code) {
  const char* const value = PQresultErrorField(result, code);
  return value == nullptr ? std::string{} : value;
}

bool is_of_class(std::string_view sqlstate, std::string_view of) { return sqlstate.starts_with(of); }

void note_warning(void* warned, const pg_result* notice) {
  // Not by its text, which is in the server's language.
  const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const bool is_warning = severity.empty() ? !is_of_class(field(notice, PG_DIAG_SQLSTATE), "00") : severity == "WARNING";
  if (is_warning) *static_cast<bool*>(warned) = true;
}

}  // namespace

// https://www.postgresql.org/docs/15/errcodes-appendix.html
bool PostgresRefused::may_pass() const {
  constexpr std::array<std::string_view, 5> classes{"08", "40", "53", "55", "57"};
  return std::ranges::any_of(classes, [&](std::string_view one) { return is_of_class(sqlstate, one); }) || sqlstate == "25006";
}

void PostgresParameters::add(std::uint32_t type, std::string value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
}

PostgresParameters& PostgresParameters::number(std::uint64_t value) {
  std::string out;
  put_u64be(out, value);
  add(type_number, std::move(out));
  return *this;
}

PostgresParameters& PostgresParameters::text(std::string_view value) {
  add(type_text, std::string(value));
  return *this;
}

PostgresParameters& PostgresParameters::bytes(std::string_view value) {
  add(type_bytes, std::string(value));
  return *this;
}

PostgresParameters& PostgresParameters::numbers(std::span<const std::uint64_t> values) {
  std::string out = array_of(type_number, values.size());
  for (const std::uint64_t value : values) {
    put_u32be(out, sizeof value);
    put_u64be(out, value);
  }
  add(type_numbers, std::move(out));
  return *this;
}

PostgresParameters& PostgresParameters::byte_strings(std::span<const std::string_view> values) {
  std::string out = array_of(type_bytes, values.size());
  for (const std::string_view value : values) {
    put_u32be(out, static_cast<std::uint32_t>(value.size()));
    out += value;
  }
  add(type_byte_strings, std::move(out));
  return *this;
}

PostgresRows::PostgresRows(pg_result* result) : result_(result, PQclear) {}

std::size_t PostgresRows::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

bool PostgresRows::is_null(std::size_t row, int column) const { return PQgetisnull(result_.get(), static_cast<int>(row), column) == 1; }

std::string_view PostgresRows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  if (is_null(row, column)) throw PostgresMalformed("a table has nothing where it must have something");
  return {PQgetvalue(result_.get(), at, column), static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::uint64_t PostgresRows::number(std::size_t row, int column) const {
  const std::string_view value = bytes(row, column);
  const std::uint64_t number = value.size() == sizeof(std::uint64_t) ? get_u64be(value.data()) : std::uint64_t{1} << 63;
  if (number >> 63 != 0) throw PostgresMalformed("a table has a number that cannot be one");
  return number;
}

std::uint64_t PostgresRows::written() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

std::string_view PostgresRows::command() const { return PQcmdStatus(result_.get()); }

PostgresConnection::PostgresConnection(const PostgresUrl& url, const PostgresHost& host, std::chrono::milliseconds deadline)
    : host_(host), deadline_(deadline) {
  try {
    connect(url);
    settle_session();
  } catch (const PostgresRefused& refused) {
    PQfinish(connection_);
    throw PostgresLost(refused.what());
  } catch (...) {
    PQfinish(connection_);
    throw;
  }
}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

void PostgresConnection::connect(const PostgresUrl& url) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto set = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    names.push_back(name);
    values.push_back(value.c_str());
  };
  const std::string takes_writes = "read-write";
  set("target_session_attrs", takes_writes);  // What the URL says comes later, and counts.
  for (const auto& [name, value] : url.settings()) set(name.c_str(), value);
  set("host", host_.name);
  set("port", host_.port);
  names.push_back(nullptr);
  values.push_back(nullptr);

  const Clock::time_point until = Clock::now() + deadline_;
  connection_ = PQconnectStartParams(names.data(), values.data(), 0);
  if (connection_ == nullptr) throw std::bad_alloc();
  PQsetNoticeReceiver(connection_, note_warning, &has_warned_);
  const auto fail = [&] {
    std::string text = url.without_password(PQerrorMessage(connection_));
    while (text.ends_with('\n')) text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    lose(text);
  };
  if (PQstatus(connection_) == CONNECTION_BAD) fail();
  for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK; next = PQconnectPoll(connection_)) {
    if (next == PGRES_POLLING_FAILED) fail();
    wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until);
  }
  if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) fail();
}

// Whatever the server or the role is configured for: a COMMIT that does not wait for the disk and the standbys would acknowledge what may
// be lost, one that a timeout cuts off may have happened, and a client that stopped inside a transaction would hold the head's lock.
void PostgresConnection::settle_session() {
  const PostgresStatement statements[] = {
      {"SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', "
       "'remote_write')"},
      {"SELECT set_config('statement_timeout', '0', false)"},
      {"SELECT set_config('lock_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false)",
       PostgresParameters().text(fmt::format("{}ms", deadline_.count()))},
  };
  run(statements);
}

std::vector<PostgresRows> PostgresConnection::run(std::span<const PostgresStatement> statements) {
  has_warned_ = false;
  const Clock::time_point until = Clock::now() + deadline_;
  send(statements, until);
  std::vector<PostgresRows> out;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    pg_result* const result = next_result(until);
    if (result == nullptr) lose("the session ended");
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) refuse(result, until);
    out.emplace_back(result);
    if (pg_result* const more = next_result(until); more != nullptr) refuse(more, until);
  }
  const PostgresRows end(next_result(until));  // Of the pipeline.
  return out;
}

PostgresRows PostgresConnection::run_one(const PostgresStatement& statement) { return std::move(run({&statement, 1}).front()); }

void PostgresConnection::send(std::span<const PostgresStatement> statements, Clock::time_point until) {
  std::vector<const char*> values;
  std::vector<int> sizes;
  for (const PostgresStatement& statement : statements) {
    const PostgresParameters& parameters = statement.parameters;
    values.clear();
    sizes.clear();
    for (const std::string& value : parameters.values_) {
      values.push_back(value.data());
      sizes.push_back(static_cast<int>(value.size()));
    }
    const std::vector<int> formats(values.size(), binary);
    if (PQsendQueryParams(connection_, statement.sql, static_cast<int>(values.size()), parameters.types_.data(), values.data(),
                          sizes.data(), formats.data(), binary) != 1) {
      lose("the session ended");
    }
  }
  if (PQpipelineSync(connection_) != 1) lose("the session ended");
  for (int left; (left = PQflush(connection_)) != 0;) {
    if (left < 0) lose("the session ended");
    wait(POLLIN | POLLOUT, until);
    if (PQconsumeInput(connection_) != 1) lose("the session ended");  // The server may be waiting until it can write.
  }
}

pg_result* PostgresConnection::next_result(Clock::time_point until) {
  while (PQisBusy(connection_) == 1) {
    wait(POLLIN, until);
    if (PQconsumeInput(connection_) != 1) lose("the session ended");
  }
  return PQgetResult(connection_);
}

// Of the pipeline: what stands behind a statement that was refused is not done.
void PostgresConnection::skip_to_end(Clock::time_point until) {
  for (bool is_end = false; !is_end;) {
    pg_result* const result = next_result(until);
    if (result == nullptr && PQstatus(connection_) == CONNECTION_BAD) lose("the session ended");
    is_end = result != nullptr && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
  }
}

void PostgresConnection::wait(short events, Clock::time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) lose(fmt::format("no answer within {} ms", deadline_.count()));
    pollfd socket{.fd = PQsocket(connection_), .events = events, .revents = 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(left.count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lose("its socket cannot be waited for");
  }
}

void PostgresConnection::lose(const std::string& why) {
  if (const int socket = PQsocket(connection_); socket >= 0) ::shutdown(socket, SHUT_RDWR);
  throw PostgresLost(fmt::format("{}: {}", host_.shown(), why));
}

void PostgresConnection::refuse(pg_result* result, Clock::time_point until) {
  const PostgresRows freed(result);
  const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  // Without a code it is libpq that speaks, of a session that broke. Of 40003 and of class 08 the server itself does not know the outcome;
  // of 57P it ends the session, maybe in the middle of a COMMIT.
  if (sqlstate.empty() || sqlstate == "40003" || is_of_class(sqlstate, "08") || is_of_class(sqlstate, "57P")) {
    lose(sqlstate.empty() ? "the session ended" : fmt::format("the server ended the session (SQLSTATE {})", sqlstate));
  }
  std::string where;
  for (const int name : {int{PG_DIAG_TABLE_NAME}, int{PG_DIAG_CONSTRAINT_NAME}}) {
    if (const std::string value = field(result, name); !value.empty()) where += ", " + value;
  }
  skip_to_end(until);
  throw PostgresRefused(sqlstate, fmt::format("{}: the server refused a statement: SQLSTATE {}{}", host_.shown(), sqlstate, where));
}

}  // namespace muniment
