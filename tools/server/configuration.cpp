#include "tools/server/configuration.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <numeric>
#include <set>
#include <sstream>

#include "tools/server/file_check.h"
#include "tools/server/https_get.h"

namespace muniment {
namespace {

constexpr std::string_view environment_prefix = "MUNIMENT_";
constexpr std::string_view provider_section = "identity_provider";
constexpr std::string_view webhook_section = "webhook";
constexpr std::string_view syslog_section = "syslog";
constexpr std::size_t hint_distance_max = 3;  // Letters to change, for a name to be what was meant.

std::string upper(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string full_name(const SettingKey& key) { return fmt::format("{}.{}", key.section, key.name); }

// Of Levenshtein.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// What is unknown, with what was perhaps meant, or else all that there is.
std::string unknown(std::string_view what, std::string_view name, const std::set<std::string>& known) {
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) { return distance(name, a) < distance(name, b); });
  if (nearest != known.end() && distance(name, *nearest) <= hint_distance_max)
    return fmt::format("unknown {}; did you mean {}?", what, *nearest);
  return fmt::format("unknown {}; there are: {}", what, fmt::join(known, ", "));
}

std::set<std::string> section_names() {
  std::set<std::string> out{std::string{provider_section}, std::string{webhook_section}, std::string{syslog_section}};
  for (const SettingKey& key : setting_keys()) out.emplace(key.section);
  return out;
}

// Reads the file's tree into the settings, and gathers all that is wrong with it.
class FileReader {
 public:
  FileReader(std::filesystem::path file, NodeSettings& settings, std::map<std::string, std::string, std::less<>>& origins,
             std::map<std::string, std::vector<std::string>, std::less<>>& listed_origins, std::vector<std::string>& errors)
      : file_(std::move(file)), settings_(settings), origins_(origins), listed_origins_(listed_origins), errors_(errors) {}

  void read() {
    std::ifstream in(file_, std::ios::binary);
    std::stringstream text;
    if (in) text << in.rdbuf();
    if (!in) {
      errors_.push_back(fmt::format("{}: cannot be read; name a file that can", file_.string()));
      return;
    }
    try {
      const toml::table root = toml::parse(text.str(), file_.string());
      for (const auto& [key, node] : root) read_section(key, node);
    } catch (const toml::parse_error& error) {
      errors_.push_back(fmt::format("{}: expected TOML: {}", at(error.source()), error.description()));
    }
  }

 private:
  std::string at(const toml::source_region& where) const {
    return fmt::format("{}:{}:{}", file_.string(), where.begin.line, where.begin.column);
  }

  void fail(const toml::source_region& where, std::string_view key, std::string_view what) {
    errors_.push_back(fmt::format("{}: {}: {}", at(where), key, what));
  }

  void read_section(const toml::key& section, const toml::node& node) {
    if (section.str() == provider_section) return read_list(provider_section, node, identity_provider_keys(), settings_.identity_providers);
    if (section.str() == webhook_section) return read_list(webhook_section, node, webhook_keys(), settings_.webhooks);
    if (section.str() == syslog_section) return read_list(syslog_section, node, syslog_keys(), settings_.syslogs);
    if (!section_names().contains(std::string{section.str()}))
      return fail(section.source(), section.str(), unknown("section", section.str(), section_names()));
    const toml::table* table = node.as_table();
    if (table == nullptr) return fail(node.source(), section.str(), fmt::format("expected a section: [{}]", section.str()));
    std::set<std::string> known;
    for (const SettingKey& key : setting_keys()) {
      if (key.section == section.str()) known.emplace(key.name);
    }
    for (const auto& [name, value] : *table) {
      const std::string full = fmt::format("{}.{}", section.str(), name.str());
      const auto found =
          std::find_if(setting_keys().begin(), setting_keys().end(), [&](const auto& key) { return full_name(key) == full; });
      if (found == setting_keys().end()) {
        fail(name.source(), full, unknown("key", name.str(), known));
        continue;
      }
      take(*found, settings_, full, value);
      origins_[full] = at(name.source());
    }
  }

  template <typename Listed>
  void read_list(std::string_view section, const toml::node& node, std::span<const ListedKey<Listed>> keys, std::vector<Listed>& out) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return fail(node.source(), section, fmt::format("expected a list of sections: [[{}]]", section));
    for (const toml::node& one : *array) {
      const toml::table* table = one.as_table();
      if (table == nullptr) {
        fail(one.source(), section, fmt::format("expected a section: [[{}]]", section));
        continue;
      }
      listed_origins_[std::string{section}].push_back(at(one.source()));
      out.push_back(read_listed(section, *table, keys));
    }
  }

  template <typename Listed>
  Listed read_listed(std::string_view section, const toml::table& table, std::span<const ListedKey<Listed>> keys) {
    Listed out;
    std::set<std::string> known;
    for (const auto& key : keys) known.emplace(key.name);
    for (const auto& [name, value] : table) {
      const std::string full = fmt::format("{}.{}", section, name.str());
      const auto found = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.name == name.str(); });
      if (found == keys.end()) {
        fail(name.source(), full, unknown("key", name.str(), known));
      } else {
        take(*found, out, full, value);
      }
    }
    for (const auto& key : keys) {
      if (key.is_required && !table.contains(key.name))
        fail(table.source(), fmt::format("{}.{}", section, key.name), fmt::format("is missing; expected: {}", key.meaning));
    }
    return out;
  }

  template <typename Key, typename Target>
  void take(const Key& key, Target& target, std::string_view full, const toml::node& node) {
    std::string value;
    if (key.kind == SettingKind::number) {
      if (!node.is_integer()) return fail(node.source(), full, "expected a whole number");
      value = std::to_string(node.as_integer()->get());
    } else if (key.kind == SettingKind::flag) {
      if (!node.is_boolean()) return fail(node.source(), full, "expected true or false");
      value = node.as_boolean()->get() ? "true" : "false";
    } else {
      if (!node.is_string()) return fail(node.source(), full, "expected a text in quotation marks");
      value = node.as_string()->get();
    }
    // What a file names is found from where the file is.
    const bool is_relative = key.kind == SettingKind::path && !value.empty() && std::filesystem::path(value).is_relative();
    if (is_relative) value = (std::filesystem::absolute(file_).parent_path() / value).lexically_normal().string();
    if (const Unexpected wrong = key.set(target, value)) fail(node.source(), full, *wrong);
  }

  std::filesystem::path file_;
  NodeSettings& settings_;
  std::map<std::string, std::string, std::less<>>& origins_;
  std::map<std::string, std::vector<std::string>, std::less<>>& listed_origins_;
  std::vector<std::string>& errors_;
};

void check_environment_names(const std::map<std::string, std::string, std::less<>>& environment, std::vector<std::string>& errors) {
  std::set<std::string> known;
  for (const SettingKey& key : setting_keys()) known.insert(environment_name(key));
  for (const auto& variable : environment) {
    const std::string& name = variable.first;
    const bool names_section = std::any_of(setting_keys().begin(), setting_keys().end(), [&name](const SettingKey& key) {
      return name.starts_with(fmt::format("{}{}_", environment_prefix, upper(key.section)));
    });
    if (names_section && !known.contains(name)) errors.push_back(fmt::format("environment: {}: {}", name, unknown("name", name, known)));
  }
}

// Each has a folder and samples of metrics by its name.
void check_receivers(const NodeSettings& settings, std::vector<std::string>& errors) {
  std::set<std::string> names;
  const auto check = [&](std::string_view section, const std::string& name) {
    if (!name.empty() && !names.insert(name).second)
      errors.push_back(fmt::format("{}.name: {} stands twice; expected another name for each webhook and syslog", section, name));
  };
  for (const WebhookSettings& webhook : settings.webhooks) check(webhook_section, webhook.name);
  for (const SyslogSettings& syslog : settings.syslogs) {
    check(syslog_section, syslog.name);
    if (syslog.certificate.empty() != syslog.key.empty()) errors.emplace_back("syslog: expected both certificate and key, or neither");
  }
}

// Whoever signs in has to tell them apart.
void check_sign_ins(const NodeSettings& settings, std::vector<std::string>& errors) {
  std::set<std::string> names;
  for (const OidcSettings& provider : settings.identity_providers) {
    const SignInSettings& sign_in = provider.sign_in;
    if (sign_in.client_id.empty() != sign_in.redirect_uri.empty())
      errors.push_back(fmt::format("{}: expected both client_id and redirect_uri, or neither", provider_section));
    if (!sign_in.is_on() && !sign_in.client_secret_file.empty())
      errors.push_back(fmt::format("{}.client_secret_file: expected client_id too", provider_section));
    const std::string name = sign_in.name.empty() ? shown_url(provider.issuer) : sign_in.name;
    if (sign_in.is_on() && !names.insert(name).second)
      errors.push_back(fmt::format("{}.sign_in_name: {} stands twice; expected another name for each", provider_section, name));
  }
}

// A TOML basic string. Control characters are escaped: one is no part of it, and would be a line of its own to whoever reads the output.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (code < 0x20 || code == 0x7f)
      out += fmt::format("\\u{:04X}", code);
    else
      out += c;
  }
  return out + '"';
}

template <typename Key, typename Source>
std::string line_of(const Key& key, const Source& settings, std::string_view origin) {
  const std::string value = key.show(settings);
  const bool is_plain = key.kind == SettingKind::number || key.kind == SettingKind::flag;
  return fmt::format("{} = {}  # {}\n", key.name, is_plain ? value : toml_text(value), origin);
}

}  // namespace

std::string environment_name(const SettingKey& key) {
  if (!key.environment.empty()) return std::string{key.environment};
  return fmt::format("{}{}_{}", environment_prefix, upper(key.section), upper(key.name));
}

Configuration::Configuration(const ConfigurationSources& sources) {
  std::vector<std::string> errors;
  if (!sources.file.empty()) FileReader(sources.file, settings_, origins_, listed_origins_, errors).read();
  check_environment_names(sources.environment, errors);
  const auto take = [&](const SettingKey& key, const std::string& value, const std::string& origin) {
    origins_[full_name(key)] = origin;
    const Unexpected wrong = value.empty() ? Unexpected{"expected a value, and got an empty one; leave it out"} : key.set(settings_, value);
    if (wrong) errors.push_back(fmt::format("{}: {}: {}", origin, full_name(key), *wrong));
  };
  for (const SettingKey& key : setting_keys()) {
    if (const auto found = sources.environment.find(environment_name(key)); found != sources.environment.end())
      take(key, found->second, found->first);
    for (const auto& [flag, value] : sources.flags) {
      if (flag == key.flag) take(key, value, flag);
    }
  }
  if (settings_.tls.certificate.empty() != settings_.tls.key.empty())
    errors.emplace_back("tls: expected both certificate and key, or neither");
  if (const auto checked = check_exposure(settings_.listen, settings_.tls.is_on()); !checked)
    errors.push_back("listen.address: " + checked.error());
  check_receivers(settings_, errors);
  check_sign_ins(settings_, errors);
  if (!errors.empty()) throw ConfigurationError(fmt::format("{}", fmt::join(errors, "\n")));
}

std::string Configuration::text() const {
  std::string out;
  std::string_view section;
  for (const SettingKey& key : setting_keys()) {
    if (key.section != section) out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", key.section);
    section = key.section;
    const auto origin = origins_.find(full_name(key));
    out += line_of(key, settings_, origin == origins_.end() ? "default" : origin->second);
  }
  const auto add_list = [&](std::string_view name, const auto& keys, const auto& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      out += fmt::format("\n[[{}]]\n", name);
      for (const auto& key : keys) {
        if (!key.show(list[i]).empty()) out += line_of(key, list[i], listed_origins_.find(name)->second[i]);
      }
    }
  };
  add_list(provider_section, identity_provider_keys(), settings_.identity_providers);
  add_list(webhook_section, webhook_keys(), settings_.webhooks);
  add_list(syslog_section, syslog_keys(), settings_.syslogs);
  return out;
}

std::vector<std::string> Configuration::faults() const {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view key, const std::optional<std::string>& fault) {
    if (fault) out.push_back(fmt::format("{}: {}", key, *fault));
  };
  if (settings_.store.empty()) out.emplace_back("store.folder: expected the store's folder, in the file, by --store or by MUNIMENT_STORE");
  const bool has_store = settings_.store.empty() || std::filesystem::exists(settings_.store / "STORE");
  if (!has_store) add("store.folder", fmt::format("{} is no store; make one with `muniment init`", settings_.store.string()));
  const TlsSettings& tls = settings_.tls;
  if (!tls.certificate.empty()) {
    const auto unreadable = why_unreadable(tls.certificate);
    const auto unreadable_key = why_unreadable(tls.key);
    add("tls.certificate", unreadable);
    add("tls.key", unreadable_key);
    if (!unreadable && !unreadable_key) add("tls.key", why_not_a_pair(tls.certificate, tls.key));
  }
  const ClusterSettings& cluster = settings_.cluster;
  if (!cluster.ca.empty()) add("cluster.ca", why_no_certificate(cluster.ca));
  if (!cluster.token_file.empty()) add("cluster.token_file", why_unreadable(cluster.token_file));
  if (cluster.is_standby && cluster.token_file.empty())
    out.emplace_back("cluster.token_file: expected a file with a token of role node, without which nobody records who reads on a standby");
  if (cluster.is_standby && cluster.advertise.starts_with("https") && cluster.ca.empty())
    out.emplace_back(
        "cluster.ca: expected who signs the certificates of the nodes; a standby sends what callers show of themselves to no others");
  if (cluster.is_standby && cluster.advertise.empty())
    out.emplace_back("cluster.advertise: expected the URL at which the other nodes reach this one, once it has taken over");
  if (!tls.client_ca.empty()) add("tls.client_ca", why_no_certificate(tls.client_ca));
  if (!settings_.witness_policy.empty()) add("witness.policy", why_no_policy(settings_.witness_policy));
  if (!settings_.time_authority_url.empty()) {
    if (!may_be_fetched(settings_.time_authority_url, true))
      add("time_authority.url", fmt::format("{} cannot be fetched from; expected http or https", shown_url(settings_.time_authority_url)));
    add("time_authority.ca", why_no_certificate(settings_.time_authority_ca));
  }
  for (const auto& [key, folder] :
       {std::pair{"backup.log_folder", &settings_.backup.log.folder}, std::pair{"backup.vault_folder", &settings_.backup.vault.folder}}) {
    if (!folder->empty()) add(key, why_no_backup_folder(*folder, settings_.store));
  }
  add("backup.vault_folder", why_not_apart(settings_.backup.vault.folder, settings_.backup.log.folder));
  for (const OidcSettings& provider : settings_.identity_providers) {
    if (!may_be_fetched(provider.issuer))
      add("identity_provider.issuer",
          fmt::format("{} cannot be fetched from; expected https, or http on the loopback", shown_url(provider.issuer)));
    if (!provider.ca.empty()) add("identity_provider.ca", why_no_certificate(provider.ca));
    if (const auto& secret = provider.sign_in.client_secret_file; !secret.empty())
      add("identity_provider.client_secret_file", why_unreadable(secret));
  }
  for (const WebhookSettings& webhook : settings_.webhooks) {
    if (!may_be_fetched(webhook.url))
      add("webhook.url", fmt::format("{} cannot be sent to; expected https, or http on the loopback", shown_url(webhook.url)));
    add("webhook.secret_file", why_no_webhook_secret(webhook.secret_file));
    if (!webhook.ca.empty()) add("webhook.ca", why_no_certificate(webhook.ca));
  }
  for (const SyslogSettings& syslog : settings_.syslogs) {
    if (!syslog.ca.empty()) add("syslog.ca", why_no_certificate(syslog.ca));
    if (!syslog.certificate.empty()) add("syslog.key", why_not_a_pair(syslog.certificate, syslog.key));
  }
  return out;
}

}  // namespace muniment
