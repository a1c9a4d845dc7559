// Where the log of a store is: in the store's own folder, or in a database, which the file `log.url` names. docs/formats.md, "The store".
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace muniment {

// What was asked for is of a log in a store's folder, and this one is in a database; or the other way round. The message says what to do.
struct LogElsewhere : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::filesystem::path log_url_file_of(const std::filesystem::path& store);
// Empty: the log is in the store's folder.
std::string read_log_url(const std::filesystem::path& store);
// Throws BadPostgresUrl for a URL that the file may not have: it has a password, or is none.
void require_url_without_password(const std::string& url);
// Say so, durably. Throw std::system_error; the first what require_url_without_password() throws.
void name_log_url(const std::filesystem::path& store, const std::string& url);
void forget_log_url(const std::filesystem::path& store);

// Throws LogElsewhere where the log is in a database: `what` cannot be done then.
void require_log_in_folder(const std::filesystem::path& store, const std::string& what);

// By which this node is told from others that have the same log: the machine and the folder.
std::string node_name_of(const std::filesystem::path& store);

}  // namespace muniment
