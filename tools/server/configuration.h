// A node's settings and where each came from: flags over the environment over a file (TOML) over the defaults. docs/server.md,
// "Configuration".
//
// What can be set is one table, of which the flags, the names in the environment, the file's keys, the documentation's test and
// --check-config are made.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/settings.h"

namespace muniment {

enum class SettingKind { text, path, number, flag };

// Why a value cannot be: what was expected instead. Nothing: it was taken.
using Unexpected = std::optional<std::string>;

// A key of one of the sections that stand once.
struct SettingKey {
  std::string_view section;
  std::string_view name;
  SettingKind kind = SettingKind::text;
  std::string_view flag = {};         // With its dashes; empty: it has none.
  std::string_view environment = {};  // Empty: MUNIMENT_SECTION_NAME.
  std::string_view value_name;        // HOST:PORT, in --help and in the manual.
  std::string_view meaning;
  std::vector<std::string> values = {};  // All that it may be, where that is a list.
  Unexpected (*set)(NodeSettings& settings, const std::string& value);
  std::string (*show)(const NodeSettings& settings);  // Empty: not set.
};

// A key of each of a list of sections, such as [[identity_provider]], which stand in the file alone.
template <typename Listed>
struct ListedKey {
  std::string_view name;
  SettingKind kind = SettingKind::text;
  bool is_required = false;
  std::string_view meaning;
  Unexpected (*set)(Listed& target, const std::string& value);
  std::string (*show)(const Listed& source);
};
using IdentityProviderKey = ListedKey<OidcSettings>;
using WebhookKey = ListedKey<WebhookSettings>;
using SyslogKey = ListedKey<SyslogSettings>;

std::span<const SettingKey> setting_keys();
std::span<const IdentityProviderKey> identity_provider_keys();
std::span<const WebhookKey> webhook_keys();
std::span<const SyslogKey> syslog_keys();
std::string environment_name(const SettingKey& key);

// One line for each thing that is wrong: where, the key, what was expected.
struct ConfigurationError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ConfigurationSources {
  std::filesystem::path file = {};                              // Empty: none.
  std::map<std::string, std::string, std::less<>> environment;  // All of it: what begins with MUNIMENT_ and a section must be a key.
  std::vector<std::pair<std::string, std::string>> flags = {};  // As they were given: --listen, its value.
};

class Configuration {
 public:
  // Throws ConfigurationError.
  explicit Configuration(const ConfigurationSources& sources);

  const NodeSettings& settings() const { return settings_; }
  // As TOML, each value with where it came from. There are no secrets in it: files are named, not shown.
  std::string text() const;
  // What the settings name and cannot be used: files that cannot be read, a key that is not the certificate's. Empty: all is well.
  std::vector<std::string> faults() const;

 private:
  NodeSettings settings_;
  std::map<std::string, std::string, std::less<>> origins_;  // By "section.name"; what is not there is a default.
  // Where each section of a list stands, by the list's name.
  std::map<std::string, std::vector<std::string>, std::less<>> listed_origins_;
};

}  // namespace muniment
