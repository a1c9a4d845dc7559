#include "tools/muniment/manual.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>

#include "tools/server/configuration.h"

namespace muniment {
namespace {

constexpr std::string_view hidden = "";

// With what scdoc would take for its own marks escaped.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '*' || c == '_' || c == '#') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// FILE, or {a,b} as a|b.
std::string value_of(const CLI::Option& option) {
  std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open != std::string::npos && close != std::string::npos) type = type.substr(open + 1, close - open - 1);
  std::replace(type.begin(), type.end(), ',', '|');
  return type;
}

std::string names_of(const CLI::Option& option) {
  if (option.get_positional()) return fmt::format("_{}_", plain(option.get_name(true)));
  std::string out;
  for (const std::string& name : option.get_snames()) out += fmt::format("*-{}*, ", plain(name));
  for (const std::string& name : option.get_lnames()) out += fmt::format("*--{}*, ", plain(name));
  if (!out.empty()) out.resize(out.size() - 2);
  if (option.get_items_expected_max() > 0) out += fmt::format(" _{}_", plain(value_of(option)));
  return out;
}

// A term and its indented meaning, as scdoc has lists of them.
void add_term(std::string& out, std::string_view term, std::string_view meaning) {
  out += fmt::format("{}\n\t{}{}\n", term, meaning, meaning.ends_with('.') ? "" : ".");
}

void add_options(std::string& out, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() == hidden) continue;
    std::string meaning = plain(option->get_description());
    if (!option->get_envname().empty()) meaning += fmt::format(" (*{}*)", plain(option->get_envname()));
    add_term(out, names_of(*option), meaning);
  }
  out += '\n';
}

void add_subcommands(std::string& out, const CLI::App& app, const std::string& path) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_group() == hidden) continue;
    const std::string name = path.empty() ? sub->get_name() : fmt::format("{} {}", path, sub->get_name());
    const bool has_below = !sub->get_subcommands([](const CLI::App*) { return true; }).empty();
    if (!has_below) {
      out += fmt::format("## {}\n\n{}.\n\n", name, plain(sub->get_description()));
      add_options(out, *sub);
    }
    add_subcommands(out, *sub, name);
  }
}

template <typename Listed>
void add_list(std::string& out, std::string_view section, std::string_view meaning, std::span<const ListedKey<Listed>> keys) {
  out += fmt::format("\n# [[{}]]\n\n{}. The section may stand several times, in the file alone.\n\n", plain(section), meaning);
  for (const auto& key : keys) {
    const std::string standard = key.show({});
    add_term(out, fmt::format("*{}*", plain(key.name)),
             fmt::format("{}. {}", plain(key.meaning),
                         key.is_required    ? "Needed"
                         : standard.empty() ? "Default: none"
                                            : "Default: " + plain(standard)));
  }
}

std::string settings() {
  std::string out;
  std::string_view section;
  for (const SettingKey& key : setting_keys()) {
    if (key.section != section) out += fmt::format("# [{}]\n\n", key.section);
    section = key.section;
    const std::string standard = key.show({});
    add_term(out, fmt::format("*{}* = _{}_", plain(key.name), plain(key.value_name)),
             fmt::format("{}. Default: {}. Flag *{}*, environment *{}*", plain(key.meaning), standard.empty() ? "none" : plain(standard),
                         plain(key.flag), plain(environment_name(key))));
  }
  add_list(out, "identity_provider", "An identity provider whose bearer tokens are taken", identity_provider_keys());
  add_list(out, "webhook", "A receiver of every event as a CloudEvent over HTTPS", webhook_keys());
  add_list(out, "syslog", "A receiver of every event as a message of syslog over TLS", syslog_keys());
  return out;
}

}  // namespace

std::string manual_part(const CLI::App& app, ManualPart part) {
  std::string out;
  switch (part) {
    case ManualPart::subcommands:
      out = "# OPTIONS\n\nBefore or after any subcommand:\n\n";
      add_options(out, app);
      out += "# SUBCOMMANDS\n\n";
      add_subcommands(out, app, "");
      break;
    case ManualPart::serve:
      add_options(out, *app.get_subcommand("serve"));
      break;
    case ManualPart::settings:
      out = settings();
      break;
  }
  return out;
}

}  // namespace muniment
