// A PostgreSQL server of a test program's own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "events/postgres/postgres_connection.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {

inline constexpr const char* no_postgres = "left out: PostgreSQL is not installed (Debian package postgresql)";

class PostgresServer {
 public:
  // The one that this program's tests share, started when first asked for. Null: PostgreSQL is not installed.
  static PostgresServer* shared();

  explicit PostgresServer(std::filesystem::path folder);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // Returns when it takes connections. False: PostgreSQL is not installed.
  bool start();
  // The postmaster dies without a word to its sessions, which end when they notice.
  void kill();

  std::filesystem::path socket_folder() const { return folder_ / "socket"; }
  std::string log() const;
  // The URL of a database without tables: a schema that no other test has.
  std::string fresh() const;
  // The same, in a database of its own: what is to be apart from what fresh() gave.
  std::string fresh_database() const;
  // Of that schema, by the server whose socket is in that folder.
  static std::string url_of(const std::filesystem::path& socket_folder, const std::string& schema);
  // Does a statement as the superuser, of whatever schema it names.
  PostgresRows execute(const std::string& sql) const;

 private:
  bool try_to_start();

  // Where its process is another's: a death test's child has the server of its parent.
  bool is_borrowed_ = false;
  const std::filesystem::path folder_;
  pid_t process_ = -1;
};

// Its name in the URL that fresh() gave.
std::string schema_of(const std::string& url);

}  // namespace muniment
