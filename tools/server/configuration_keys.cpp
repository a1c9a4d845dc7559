// The table of what can be set.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "events/postgres/postgres_url.h"
#include "events/values/text.h"
#include "tools/client/server_url.h"
#include "tools/server/configuration.h"
#include "tools/server/https_get.h"

namespace muniment {
namespace {

template <typename Number>
Unexpected set_number(Number& target, const std::string& text, std::uint64_t least) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || value < least || value > std::numeric_limits<std::int64_t>::max()) {
    return fmt::format("expected a whole number from {} on", least);
  }
  target = static_cast<Number>(value);
  return {};
}

Unexpected set_listen(NodeSettings& settings, const std::string& text) {
  auto address = parse_listen_address(text);
  if (!address) return address.error();
  settings.listen = std::move(*address);
  return {};
}

std::string show_listen(const NodeSettings& settings) {
  const ListenAddress& listen = settings.listen;
  return fmt::format(fmt::runtime(listen.host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"), listen.host, listen.port);
}

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

Unexpected set_level(NodeSettings& settings, const std::string& text) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names.at(i) != text) continue;
    settings.log_level = static_cast<LogLevel>(i);
    return {};
  }
  return "expected debug, info, warning or error";
}

Unexpected set_url(std::string& target, const std::string& text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return "expected a URL, such as https://login.example";
  target = text;
  return {};
}

Unexpected set_text(std::string& target, const std::string& text) {
  if (text.empty()) return "expected a text that is not empty";
  target = text;
  return {};
}

// In a database; empty: as if it were not said.
Unexpected set_database_url(std::string& target, const std::string& text) {
  try {
    if (!text.empty()) PostgresUrl{text};
  } catch (const BadPostgresUrl& bad) {
    return bad.what();
  }
  target = text;
  return {};
}

std::string show_database_url(const std::string& url) { return url.empty() ? std::string{} : PostgresUrl(url).shown(); }

Unexpected set_advertised(std::string& target, const std::string& text) {
  const auto url = text.empty() ? std::nullopt : std::optional{parse_server_url(text)};  // Empty: as if it were not said.
  if (url && !*url) return url->error();
  target = text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
  return {};
}

Unexpected set_nodes(std::vector<std::string>& target, const std::string& text) {
  std::vector<std::string> nodes;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (auto unexpected = set_advertised(nodes.emplace_back(), text.substr(at, end - at))) return unexpected;
    if (nodes.back().empty()) return "expected URLs with a comma between each two";
    at = end + 1;
  }
  target = std::move(nodes);
  return {};
}

Unexpected set_flag(bool& target, const std::string& text) {
  if (text != "true" && text != "false") return "expected true or false";
  target = text == "true";
  return {};
}

Unexpected set_sign_in_name(std::string& target, const std::string& text) {
  constexpr std::size_t size_max = 64;
  if (text.empty() || text.size() > size_max || !is_utf8(text)) return "expected 1 to 64 bytes of UTF-8";
  target = text;
  return {};
}

// Where codes arrive: this node's page for that, at whatever host and port.
Unexpected set_redirect_uri(std::string& target, const std::string& text) {
  constexpr std::string_view page = "/console/signed-in";
  const std::size_t host = text.find("//") + 2;
  const bool is_page = text.ends_with(page) && text.find_first_of("/?#", host) == text.size() - page.size();
  if (!is_page || !may_be_fetched(text)) return "expected https://HOST/console/signed-in, or http on the loopback";
  target = text;
  return {};
}

Unexpected set_scope(std::string& target, const std::string& text) {
  const std::string words = fmt::format(" {} ", text);
  if (words.find(" openid ") == std::string::npos) return "expected openid, perhaps among other words with spaces between them";
  target = text;
  return {};
}

Unexpected set_file(std::filesystem::path& target, const std::string& text) {
  if (text.empty()) return "expected the name of a file";
  target = text;
  return {};
}

// Empty: as if it were not said.
Unexpected set_optional_file(std::filesystem::path& target, const std::string& text) {
  target = text;
  return {};
}

Unexpected set_receiver_name(std::string& target, const std::string& text) {
  constexpr std::size_t size_max = 32;
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (text.empty() || text.size() > size_max || !is_plain) return "expected 1 to 32 of a-z, 0-9 and hyphens";
  target = text;
  return {};
}

Unexpected set_beginning(bool& is_from_start, const std::string& text) {
  if (text != "now" && text != "start") return "expected now or start";
  is_from_start = text == "start";
  return {};
}

std::string show_beginning(bool is_from_start) { return is_from_start ? "start" : "now"; }

template <typename Number>
Unexpected set_number_up_to(Number& target, const std::string& text, std::uint64_t most) {
  std::uint64_t value = 0;
  const Unexpected wrong = set_number(value, text, 0);
  if (wrong || value > most) return fmt::format("expected a whole number from 0 to {}", most);
  target = static_cast<Number>(value);
  return {};
}

constexpr std::uint64_t backup_interval_seconds_max = 366UL * 24 * 3600;  // More is no schedule.
constexpr std::uint64_t backups_kept_max = 1'000'000;

using Settings = NodeSettings;
using Text = const std::string&;
using Oidc = OidcSettings;

}  // namespace

std::span<const SettingKey> setting_keys() {
  static const std::vector<SettingKey> keys{
      {.section = "listen",
       .name = "address",
       .flag = "--listen",
       .value_name = "ADDRESS:PORT",
       .meaning = "Where, beyond the loopback only with TLS; port 0 takes a free one",
       .set = set_listen,
       .show = show_listen},
      {.section = "tls",
       .name = "certificate",
       .kind = SettingKind::path,
       .flag = "--tls-certificate",
       .value_name = "FILE",
       .meaning = "The node's certificate chain, PEM, its own first; without it plain HTTP",
       .set =
           [](Settings& s, Text v) {
             s.tls.certificate = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.tls.certificate.string(); }},
      {.section = "tls",
       .name = "key",
       .kind = SettingKind::path,
       .flag = "--tls-key",
       .value_name = "FILE",
       .meaning = "The certificate's private key, PEM",
       .set =
           [](Settings& s, Text v) {
             s.tls.key = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.tls.key.string(); }},
      {.section = "tls",
       .name = "client_ca",
       .kind = SettingKind::path,
       .flag = "--tls-client-ca",
       .value_name = "FILE",
       .meaning = "Who signs the certificates of machines, PEM; without it none is asked for",
       .set =
           [](Settings& s, Text v) {
             s.tls.client_ca = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.tls.client_ca.string(); }},
      {.section = "limits",
       .name = "connections",
       .kind = SettingKind::number,
       .flag = "--connections",
       .value_name = "N",
       .meaning = "Connections at a time",
       .set = [](Settings& s, Text v) { return set_number(s.limits.connections_max, v, 1); },
       .show = [](const Settings& s) { return std::to_string(s.limits.connections_max); }},
      {.section = "limits",
       .name = "questions",
       .kind = SettingKind::number,
       .flag = "--questions",
       .value_name = "N",
       .meaning = "Questions that wait for their answers",
       .set = [](Settings& s, Text v) { return set_number(s.limits.questions_max, v, 1); },
       .show = [](const Settings& s) { return std::to_string(s.limits.questions_max); }},
      {.section = "limits",
       .name = "commands_a_second",
       .kind = SettingKind::number,
       .flag = "--commands-a-second",
       .value_name = "N",
       .meaning = "Commands a second of one caller; 0: no bound",
       .set = [](Settings& s, Text v) { return set_number(s.limits.commands_a_second_max, v, 0); },
       .show = [](const Settings& s) { return std::to_string(s.limits.commands_a_second_max); }},
      {.section = "limits",
       .name = "questions_a_second",
       .kind = SettingKind::number,
       .flag = "--questions-a-second",
       .value_name = "N",
       .meaning = "Questions a second of one caller; 0: no bound",
       .set = [](Settings& s, Text v) { return set_number(s.limits.questions_a_second_max, v, 0); },
       .show = [](const Settings& s) { return std::to_string(s.limits.questions_a_second_max); }},
      {.section = "limits",
       .name = "disk_reserve_bytes",
       .kind = SettingKind::number,
       .flag = "--disk-reserve-bytes",
       .value_name = "N",
       .meaning = "With less left on the store's disk, commands are refused; 0: never",
       .set = [](Settings& s, Text v) { return set_number(s.limits.disk_reserve_bytes, v, 0); },
       .show = [](const Settings& s) { return std::to_string(s.limits.disk_reserve_bytes); }},
      {.section = "log",
       .name = "level",
       .flag = "--log-level",
       .value_name = "LEVEL",
       .meaning = "What is logged, on standard error",
       .values = {level_names.begin(), level_names.end()},
       .set = set_level,
       .show = [](const Settings& s) { return std::string{level_names.at(static_cast<std::size_t>(s.log_level))}; }},
      {.section = "witness",
       .name = "policy",
       .kind = SettingKind::path,
       .flag = "--witness-policy",
       .value_name = "FILE",
       .meaning = "Who cosigns the log's checkpoints, and how many have to (c2sp.org/tlog-policy); without it nobody is asked",
       .set =
           [](Settings& s, Text v) {
             s.witness_policy = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.witness_policy.string(); }},
      {.section = "time_authority",
       .name = "url",
       .flag = "--time-authority-url",
       .value_name = "URL",
       .meaning = "Who stamps the newest checkpoint daily (RFC 3161); without it nobody is asked",
       .set =
           [](Settings& s, Text v) {
             s.time_authority_url = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return shown_url(s.time_authority_url); }},
      {.section = "time_authority",
       .name = "ca",
       .kind = SettingKind::path,
       .flag = "--time-authority-ca",
       .value_name = "FILE",
       .meaning = "Certificates of whoever certifies the time authority, PEM",
       .set =
           [](Settings& s, Text v) {
             s.time_authority_ca = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.time_authority_ca.string(); }},
      {.section = "backup",
       .name = "log_folder",
       .kind = SettingKind::path,
       .flag = "--backup-log-folder",
       .value_name = "DIR",
       .meaning = "The folder of the log's backups, which the node makes while it runs; without it none",
       .set =
           [](Settings& s, Text v) {
             s.backup.log.folder = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.backup.log.folder.string(); }},
      {.section = "backup",
       .name = "log_interval_seconds",
       .kind = SettingKind::number,
       .flag = "--backup-log-interval-seconds",
       .value_name = "N",
       .meaning = "Seconds between two backups of the log; 0: only when one is asked for",
       .set = [](Settings& s, Text v) { return set_number_up_to(s.backup.log.interval, v, backup_interval_seconds_max); },
       .show = [](const Settings& s) { return std::to_string(s.backup.log.interval.count()); }},
      {.section = "backup",
       .name = "log_keep",
       .kind = SettingKind::number,
       .flag = "--backup-log-keep",
       .value_name = "N",
       .meaning = "Backups of the log that are kept, the newest; 0: all",
       .set = [](Settings& s, Text v) { return set_number_up_to(s.backup.log.keep, v, backups_kept_max); },
       .show = [](const Settings& s) { return std::to_string(s.backup.log.keep); }},
      {.section = "backup",
       .name = "vault_folder",
       .kind = SettingKind::path,
       .flag = "--backup-vault-folder",
       .value_name = "DIR",
       .meaning = "The folder of the vault's backups; without it none are made",
       .set =
           [](Settings& s, Text v) {
             s.backup.vault.folder = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.backup.vault.folder.string(); }},
      {.section = "backup",
       .name = "vault_interval_seconds",
       .kind = SettingKind::number,
       .flag = "--backup-vault-interval-seconds",
       .value_name = "N",
       .meaning = "Seconds between two backups of the vault; 0: only when one is asked for",
       .set = [](Settings& s, Text v) { return set_number_up_to(s.backup.vault.interval, v, backup_interval_seconds_max); },
       .show = [](const Settings& s) { return std::to_string(s.backup.vault.interval.count()); }},
      {.section = "backup",
       .name = "vault_keep",
       .kind = SettingKind::number,
       .flag = "--backup-vault-keep",
       .value_name = "N",
       .meaning = "Backups of the vault that are kept, the newest; 0: all",
       .set = [](Settings& s, Text v) { return set_number_up_to(s.backup.vault.keep, v, backups_kept_max); },
       .show = [](const Settings& s) { return std::to_string(s.backup.vault.keep); }},
      {.section = "store",
       .name = "folder",
       .kind = SettingKind::path,
       .flag = "--store",
       .environment = "MUNIMENT_STORE",
       .value_name = "DIR",
       .meaning = "The store's folder",
       .set =
           [](Settings& s, Text v) {
             s.store = v;
             return Unexpected{};
           },
       .show = [](const Settings& s) { return s.store.string(); }},
      {.section = "store",
       .name = "log",
       .flag = "--log",
       .value_name = "URL",
       .meaning = "The database that has the store's log, postgres://..., if another URL of it than the store says",
       .set = [](Settings& s, Text v) { return set_database_url(s.store_log, v); },
       .show = [](const Settings& s) { return show_database_url(s.store_log); }},
      {.section = "store",
       .name = "vault",
       .flag = "--vault",
       .value_name = "URL",
       .meaning = "The database that has the store's vault, postgres://..., if another URL of it than the store says",
       .set = [](Settings& s, Text v) { return set_database_url(s.store_vault, v); },
       .show = [](const Settings& s) { return show_database_url(s.store_vault); }},
      {.section = "cluster",
       .name = "standby",
       .kind = SettingKind::flag,
       .flag = "--standby",
       .value_name = "BOOL",
       .meaning = "Whether it follows while another node appends to the log in the database, and takes over when that has gone",
       .values = {"true", "false"},
       .set = [](Settings& s, Text v) { return set_flag(s.cluster.is_standby, v); },
       .show = [](const Settings& s) { return std::string{s.cluster.is_standby ? "true" : "false"}; }},
      {.section = "cluster",
       .name = "advertise",
       .flag = "--advertise",
       .value_name = "URL",
       .meaning = "Where the other nodes of the same log reach this one, https://HOST:PORT; without it they forward nothing to it",
       .set = [](Settings& s, Text v) { return set_advertised(s.cluster.advertise, v); },
       .show = [](const Settings& s) { return s.cluster.advertise; }},
      {.section = "cluster",
       .name = "read_log",
       .flag = "--read-log",
       .value_name = "URL",
       .meaning = "The database from which a standby reads, such as a replica (target_session_attrs=any); without it that of the log",
       .set = [](Settings& s, Text v) { return set_database_url(s.cluster.read_log, v); },
       .show = [](const Settings& s) { return show_database_url(s.cluster.read_log); }},
      {.section = "cluster",
       .name = "ca",
       .kind = SettingKind::path,
       .flag = "--cluster-ca",
       .value_name = "FILE",
       .meaning = "Who signs the certificates of the other nodes, PEM; a standby calls no others",
       .set = [](Settings& s, Text v) { return set_optional_file(s.cluster.ca, v); },
       .show = [](const Settings& s) { return s.cluster.ca.string(); }},
      {.section = "cluster",
       .name = "token_file",
       .kind = SettingKind::path,
       .flag = "--cluster-token-file",
       .value_name = "FILE",
       .meaning = "Has a token of role node, with which a standby has recorded who reads there; a standby needs it",
       .set = [](Settings& s, Text v) { return set_optional_file(s.cluster.token_file, v); },
       .show = [](const Settings& s) { return s.cluster.token_file.string(); }},
      {.section = "cluster",
       .name = "nodes",
       .flag = "--cluster-nodes",
       .value_name = "URLS",
       .meaning =
           "Where the nodes of the same log are reached, with commas: each is asked what it has seen before this one takes the lease",
       .set = [](Settings& s, Text v) { return set_nodes(s.cluster.nodes, v); },
       .show = [](const Settings& s) { return fmt::format("{}", fmt::join(s.cluster.nodes, ",")); }},
  };
  return keys;
}

std::span<const IdentityProviderKey> identity_provider_keys() {
  static const std::vector<IdentityProviderKey> keys{
      {.name = "issuer",
       .is_required = true,
       .meaning = "Its URL, as in `iss`",
       .set = [](Oidc& p, Text v) { return set_url(p.issuer, v); },
       .show = [](const Oidc& p) { return p.issuer; }},
      {.name = "audience",
       .is_required = true,
       .meaning = "What `aud` must hold",
       .set = [](Oidc& p, Text v) { return set_text(p.audience, v); },
       .show = [](const Oidc& p) { return p.audience; }},
      {.name = "username_claim",
       .meaning = "The claim that has the username",
       .set = [](Oidc& p, Text v) { return set_text(p.username_claim, v); },
       .show = [](const Oidc& p) { return p.username_claim; }},
      {.name = "role_claim",
       .meaning = "The claim that has the role",
       .set = [](Oidc& p, Text v) { return set_text(p.role_claim, v); },
       .show = [](const Oidc& p) { return p.role_claim; }},
      {.name = "providers_claim",
       .meaning = "The claim that has the providers an auditor may see, or * for all",
       .set = [](Oidc& p, Text v) { return set_text(p.providers_claim, v); },
       .show = [](const Oidc& p) { return p.providers_claim; }},
      {.name = "ca",
       .kind = SettingKind::path,
       .meaning = "Who signed its certificate, PEM, where the machine's own store does not know",
       .set =
           [](Oidc& p, Text v) {
             p.ca = v;
             return Unexpected{};
           },
       .show = [](const Oidc& p) { return p.ca.string(); }},
      {.name = "clock_skew_seconds",
       .kind = SettingKind::number,
       .meaning = "How far its clock may be from this one's",
       .set =
           [](Oidc& p, Text v) {
             constexpr std::uint64_t seconds_max = 300;  // More would do away with the end of tokens.
             return set_number_up_to(p.clock_skew_max, v, seconds_max);
           },
       .show = [](const Oidc& p) { return std::to_string(p.clock_skew_max.count()); }},
      {.name = "client_id",
       .meaning = "The client as which people sign in to the console; without it nobody does with this provider",
       .set = [](Oidc& p, Text v) { return set_text(p.sign_in.client_id, v); },
       .show = [](const Oidc& p) { return p.sign_in.client_id; }},
      {.name = "redirect_uri",
       .meaning = "Where it sends them back to: https://HOST/console/signed-in, as browsers reach this node",
       .set = [](Oidc& p, Text v) { return set_redirect_uri(p.sign_in.redirect_uri, v); },
       .show = [](const Oidc& p) { return p.sign_in.redirect_uri; }},
      {.name = "client_secret_file",
       .kind = SettingKind::path,
       .meaning = "A file with the client's secret; without it the client is a public one",
       .set = [](Oidc& p, Text v) { return set_file(p.sign_in.client_secret_file, v); },
       .show = [](const Oidc& p) { return p.sign_in.client_secret_file.string(); }},
      {.name = "sign_in_name",
       .meaning = "What the sign-in page calls it, where that is not the issuer's host",
       .set = [](Oidc& p, Text v) { return set_sign_in_name(p.sign_in.name, v); },
       .show = [](const Oidc& p) { return p.sign_in.name; }},
      {.name = "scope",
       .meaning = "What is asked for: openid, and whatever it takes for the ID token to have the claims",
       .set = [](Oidc& p, Text v) { return set_scope(p.sign_in.scope, v); },
       .show = [](const Oidc& p) { return p.sign_in.scope; }},
  };
  return keys;
}

std::span<const WebhookKey> webhook_keys() {
  using Hook = WebhookSettings;
  static const std::vector<WebhookKey> keys{
      {.name = "name",
       .is_required = true,
       .meaning = "What it is called in metrics and messages: a-z, 0-9 and hyphens",
       .set = [](Hook& h, Text v) { return set_receiver_name(h.name, v); },
       .show = [](const Hook& h) { return h.name; }},
      {.name = "url",
       .is_required = true,
       .meaning = "Where events are posted to: https, or http on the loopback",
       .set = [](Hook& h, Text v) { return set_url(h.url, v); },
       .show = [](const Hook& h) { return shown_url(h.url); }},
      {.name = "secret_file",
       .kind = SettingKind::path,
       .is_required = true,
       .meaning = "A file with the secret that requests are signed with: whsec_ and 24 to 64 bytes in base64",
       .set = [](Hook& h, Text v) { return set_file(h.secret_file, v); },
       .show = [](const Hook& h) { return h.secret_file.string(); }},
      {.name = "ca",
       .kind = SettingKind::path,
       .meaning = "Who signed its certificate, PEM, where the machine's own store does not know",
       .set = [](Hook& h, Text v) { return set_file(h.ca, v); },
       .show = [](const Hook& h) { return h.ca.string(); }},
      {.name = "batch_events",
       .kind = SettingKind::number,
       .meaning = "Events in a request at most; 1: each in one of its own",
       .set =
           [](Hook& h, Text v) {
             constexpr std::uint64_t events_max = 1000;
             if (v == "0") return Unexpected{"expected a whole number from 1 to 1000"};
             return set_number_up_to(h.batch_events, v, events_max);
           },
       .show = [](const Hook& h) { return std::to_string(h.batch_events); }},
      {.name = "from",
       .meaning = "Where it begins when it is first configured: now, with what comes next, or start, with the first event of the log",
       .set = [](Hook& h, Text v) { return set_beginning(h.is_from_start, v); },
       .show = [](const Hook& h) { return show_beginning(h.is_from_start); }},
  };
  return keys;
}

std::span<const SyslogKey> syslog_keys() {
  using Server = SyslogSettings;
  static const std::vector<SyslogKey> keys{
      {.name = "name",
       .is_required = true,
       .meaning = "What it is called in metrics and messages: a-z, 0-9 and hyphens",
       .set = [](Server& s, Text v) { return set_receiver_name(s.name, v); },
       .show = [](const Server& s) { return s.name; }},
      {.name = "host",
       .is_required = true,
       .meaning = "The machine that events are sent to, as its certificate names it",
       .set = [](Server& s, Text v) { return set_text(s.host, v); },
       .show = [](const Server& s) { return s.host; }},
      {.name = "port",
       .kind = SettingKind::number,
       .meaning = "Its port",
       .set =
           [](Server& s, Text v) {
             if (v == "0") return Unexpected{"expected a whole number from 1 to 65535"};
             return set_number_up_to(s.port, v, std::numeric_limits<std::uint16_t>::max());
           },
       .show = [](const Server& s) { return std::to_string(s.port); }},
      {.name = "ca",
       .kind = SettingKind::path,
       .meaning = "Who signed its certificate, PEM, where the machine's own store does not know",
       .set = [](Server& s, Text v) { return set_file(s.ca, v); },
       .show = [](const Server& s) { return s.ca.string(); }},
      {.name = "certificate",
       .kind = SettingKind::path,
       .meaning = "The node's own certificate, PEM, where the receiver asks for one",
       .set = [](Server& s, Text v) { return set_file(s.certificate, v); },
       .show = [](const Server& s) { return s.certificate.string(); }},
      {.name = "key",
       .kind = SettingKind::path,
       .meaning = "Its private key, PEM",
       .set = [](Server& s, Text v) { return set_file(s.key, v); },
       .show = [](const Server& s) { return s.key.string(); }},
      {.name = "from",
       .meaning = "Where it begins when it is first configured: now, with what comes next, or start, with the first event of the log",
       .set = [](Server& s, Text v) { return set_beginning(s.is_from_start, v); },
       .show = [](const Server& s) { return show_beginning(s.is_from_start); }},
  };
  return keys;
}

}  // namespace muniment
