// Where a log on PostgreSQL's wire is: postgres://user@host:port,host:port/database?options, as libpq takes it, and one option besides:
// patroni=host:port,host:port, where the Patroni of each of the hosts answers. What is told of it to anybody has neither its password nor
// its options.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muniment {

// The text is no such URL. The message repeats nothing of it: a password with a sign that was not escaped may stand anywhere in it.
struct BadPostgresUrl : std::runtime_error {
  using std::runtime_error::runtime_error;
};

bool is_postgres_url(std::string_view text);

struct PostgresHost {
  std::string name;  // Or an address, or the folder of a socket. Empty: libpq's default.
  std::string port;  // Empty: libpq's default.

  std::string shown() const { return (name.empty() ? "the local server" : name) + (port.empty() ? "" : ":" + port); }
};

class PostgresUrl {
 public:
  // Throws BadPostgresUrl.
  explicit PostgresUrl(std::string_view url);

  // At least one, in the URL's order.
  const std::vector<PostgresHost>& hosts() const { return hosts_; }
  // Where the Patroni of each of them says whether it is the primary, in the same order; empty: that is not asked.
  const std::vector<PostgresHost>& patroni() const { return patroni_; }
  // What the URL says besides, as libpq names it.
  const std::vector<std::pair<std::string, std::string>>& settings() const { return settings_; }
  // For messages: who, where and which database.
  std::string shown() const;
  // The text without the password, wherever it stands in it.
  std::string without_password(std::string text) const;

 private:
  std::string setting(std::string_view name) const;

  std::vector<PostgresHost> hosts_;
  std::vector<PostgresHost> patroni_;
  std::vector<std::pair<std::string, std::string>> settings_;
};

}  // namespace muniment
