#include "events/postgres/postgres_url.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace muniment {
namespace {

constexpr std::string_view what_is_needed =
    "name the log as postgres://user@host:port/database, with signs such as @ / : % in a password written as %40 %2F %3A %25, "
    "or better leave the password to a file that PGPASSFILE names";

// What a host, a port or a database would not have, and a piece of a password that was not escaped may.
void require(bool condition, std::string_view what) {
  if (!condition) throw BadPostgresUrl(fmt::format("the log's URL has {}: {}", what, what_is_needed));
}

bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("._:/-%").contains(c);
  });
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> split(const std::string& list, char at = ',') {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t end; (end = list.find(at, from)) != std::string::npos; from = end + 1) {
    parts.push_back(list.substr(from, end - from));
  }
  parts.push_back(list.substr(from));
  return parts;
}

// Takes the option out, which libpq does not know, and gives its value. Where the options begin is libpq's own rule: a name and a password
// go up to an @ that stands before the first slash.
std::string take_patroni(std::string& url) {
  constexpr std::string_view name = "patroni=";
  std::size_t from = url.find("://") + std::string_view("://").size();
  if (const std::size_t at = url.find_first_of("@/", from); at != std::string::npos && url[at] == '@') from = at;
  const std::size_t options = url.find('?', from);
  if (options == std::string::npos) return {};
  std::string value;
  std::vector<std::string> kept;
  for (const std::string& option : split(url.substr(options + 1), '&')) {
    if (!option.starts_with(name)) {
      kept.push_back(option);
      continue;
    }
    require(value.empty(), "patroni= more than once");
    value = option.substr(name.size());
    require(!value.empty(), "nothing behind patroni=");
  }
  url.resize(options);
  if (!kept.empty()) url += fmt::format("?{}", fmt::join(kept, "&"));
  return value;
}

std::vector<PostgresHost> patroni_hosts(const std::string& list) {
  std::vector<PostgresHost> hosts;
  if (list.empty()) return hosts;
  for (const std::string& one : split(list)) {
    const std::size_t colon = one.rfind(':');
    require(colon != std::string::npos && colon > 0 && colon + 1 < one.size(), "a patroni= that is no list of host:port");
    hosts.push_back({one.substr(0, colon), one.substr(colon + 1)});
    const bool is_address = is_host(hosts.back().name) && !hosts.back().name.contains('/');
    require(is_address && is_port(hosts.back().port), "a patroni= that is no list of host:port");
  }
  return hosts;
}

}  // namespace

bool is_postgres_url(std::string_view text) { return text.starts_with("postgres://") || text.starts_with("postgresql://"); }

PostgresUrl::PostgresUrl(std::string_view url) {
  require(is_postgres_url(url), "another beginning than postgres://");
  std::string for_libpq(url);
  patroni_ = patroni_hosts(take_patroni(for_libpq));
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(for_libpq.c_str(), &error), PQconninfoFree);
  PQfreemem(error);
  require(parsed != nullptr, "a form that libpq does not take");
  std::string hosts;
  std::string ports;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view name = option->keyword;
    if (name == "host") {
      hosts = option->val;
    } else if (name == "port") {
      ports = option->val;
    } else {
      settings_.emplace_back(name, option->val);
    }
  }
  require(setting("hostaddr").empty(), "a setting hostaddr, where an address is a host");
  require(setting("dbname").find_first_of("@/:") == std::string::npos, "a database's name with @, / or :");
  const std::vector<std::string> names = split(hosts);
  const std::vector<std::string> numbers = split(ports);
  require(numbers.size() == 1 || numbers.size() == names.size(), "another number of ports than of hosts");
  for (std::size_t i = 0; i < names.size(); ++i) {
    hosts_.push_back({names[i], numbers[numbers.size() == 1 ? 0 : i]});
    require(is_host(hosts_.back().name), "a host that cannot be one");
    require(is_port(hosts_.back().port), "a port that is no number");
  }
  require(patroni_.empty() || patroni_.size() == hosts_.size(), "another number of Patronis than of hosts");
}

std::string PostgresUrl::setting(std::string_view name) const {
  const auto found = std::ranges::find(settings_, name, [](const auto& setting) { return std::string_view(setting.first); });
  return found == settings_.end() ? std::string{} : found->second;
}

std::string PostgresUrl::shown() const {
  std::vector<std::string> shown;
  for (const PostgresHost& host : hosts_) shown.push_back(host.name + (host.port.empty() ? "" : ":" + host.port));
  const std::string user = setting("user");
  return fmt::format("postgres://{}{}{}/{}", user, user.empty() ? "" : "@", fmt::join(shown, ","), setting("dbname"));
}

std::string PostgresUrl::without_password(std::string text) const {
  for (const std::string_view name : {"password", "sslpassword"}) {
    const std::string secret = setting(name);
    if (secret.empty()) continue;
    constexpr std::string_view instead = "...";
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += instead.size()) {
      text.replace(at, secret.size(), instead);
    }
  }
  return text;
}

}  // namespace muniment
