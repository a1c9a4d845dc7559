#include "tools/store/log_place.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "events/postgres/postgres_url.h"
#include "tools/store/durable_file.h"

namespace muniment {

namespace fs = std::filesystem;

fs::path log_url_file_of(const fs::path& store) { return store / "log.url"; }

std::string read_log_url(const fs::path& store) {
  const auto text = read_file_if_any(log_url_file_of(store));
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

void require_url_without_password(const std::string& url) {
  const auto parsed = PostgresUrl(url);
  const auto& settings = parsed.settings();
  if (std::ranges::any_of(settings, [](const auto& setting) { return setting.first.ends_with("password"); }))
    throw BadPostgresUrl("the URL has a password, which a file of the store would show: leave it to a file that PGPASSFILE names");
}

void name_log_url(const fs::path& store, const std::string& url) {
  require_url_without_password(url);
  replace_file(log_url_file_of(store), url + '\n');
}

void forget_log_url(const fs::path& store) {
  fs::remove(log_url_file_of(store));
  sync_folder(store);
}

void require_log_in_folder(const fs::path& store, const std::string& what) {
  const std::string url = read_log_url(store);
  if (url.empty()) return;
  throw LogElsewhere(
      fmt::format("the log of {} is in the database {}: {} is of a log in the store's folder; use what the database has for "
                  "it, or `muniment migrate` to bring the log back",
                  store.string(), PostgresUrl(url).shown(), what));
}

std::string node_name_of(const fs::path& store) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return fmt::format("{}:{}", name.data(), fs::weakly_canonical(fs::absolute(store)).string());
}

}  // namespace muniment
