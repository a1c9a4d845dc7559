#include "tools/muniment/completion.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <functional>
#include <vector>

#include "projections/fact_type.h"

namespace muniment {
namespace {

struct Word {
  std::string long_name;  // With its dashes; empty for a positional.
  std::string short_name;
  std::string description;
  bool takes_value = false;
  std::vector<std::string> values = {};  // What it may be, where that is a list.
  bool is_file = false;
  bool is_folder = false;
};

// A command with its path: "", "/audit", "/audit/as-of".
struct Node {
  std::string path;
  std::string name;
  std::string description;
  std::vector<Word> options = {};
  std::vector<std::string> positional_values = {};
  bool takes_files = false;
  bool takes_folders = false;
  std::vector<const CLI::App*> subcommands = {};
};

// A check for one of several values describes itself as {a,b,c}.
std::vector<std::string> values_in(const std::string& type) {
  std::vector<std::string> out;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return out;
  std::size_t at = open + 1;
  while (at < close) {
    const std::size_t comma = std::min(type.find(',', at), close);
    out.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\'' || c == '"') c = ' ';
  }
  return text;
}

Word word_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  Word word{.long_name = option.get_lnames().empty() ? "" : "--" + option.get_lnames().front(),
            .short_name = option.get_snames().empty() ? "" : "-" + option.get_snames().front(),
            .description = one_line(option.get_description()),
            .takes_value = option.get_items_expected_max() > 0};
  word.values = values_in(type);
  if (type.find("TYPE") != std::string::npos) word.values.assign(fact_names().begin(), fact_names().end());
  if (type.find("|-") != std::string::npos) word.values.emplace_back("-");
  word.is_file = type.find("FILE") != std::string::npos;
  word.is_folder = type.find("DIR") != std::string::npos;
  return word;
}

Node node_of(const CLI::App& app, const std::string& path) {
  Node node{.path = path, .name = app.get_name(), .description = one_line(app.get_description())};
  for (const CLI::Option* option : app.get_options()) {
    Word word = word_of(*option);
    if (option->get_positional()) {
      node.positional_values.insert(node.positional_values.end(), word.values.begin(), word.values.end());
      node.takes_files |= word.is_file;
      node.takes_folders |= word.is_folder;
    } else {
      node.options.push_back(std::move(word));
    }
  }
  node.subcommands = app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
  return node;
}

// The command and everything below it, parents first.
void walk(const CLI::App& app, const std::string& path, const std::function<void(const Node&)>& visit) {
  const Node node = node_of(app, path);
  visit(node);
  for (const CLI::App* child : node.subcommands) walk(*child, path + "/" + child->get_name(), visit);
}

void append_all(std::string& out, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.empty()) continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
}

std::string names_below(const Node& node) {
  std::string out;
  for (const CLI::App* child : node.subcommands) append_all(out, {child->get_name()});
  return out;
}

// The last word before the cursor may be an option that takes a value; else the words of the command at hand are offered.
std::string bash_script(const CLI::App& app) {
  std::string paths;
  std::string words;
  std::string values;
  std::string places;  // Which commands take files or folders.
  const Node root = node_of(app, "");
  std::string global;
  for (const Word& option : root.options) append_all(global, {option.long_name, option.short_name});
  walk(app, "", [&](const Node& node) {
    if (!node.path.empty()) paths += fmt::format("      {}) path=\"$path/$word\" ;;\n", node.path);
    std::string own = names_below(node);
    for (const Word& option : node.options) {
      append_all(own, {option.long_name, option.short_name});
      if (!option.takes_value) continue;
      std::string candidates;
      append_all(candidates, option.values);
      const std::string offered = !candidates.empty() ? fmt::format("compgen -W \"{}\" -- \"$word\"", candidates)
                                  : option.is_folder  ? "compgen -d -- \"$word\""
                                  : option.is_file    ? "compgen -f -- \"$word\""
                                                      : "";
      // Those of the whole program stand behind every command.
      const std::string path = node.path.empty() ? "*" : node.path;
      const std::string short_form = option.short_name.empty() ? "" : fmt::format(" | {}:{}", path, option.short_name);
      const std::string reply = offered.empty() ? "" : fmt::format("$({})", offered);
      values += fmt::format("    {}:{}{}) COMPREPLY=({}); return ;;\n", path, option.long_name, short_form, reply);
    }
    append_all(own, node.positional_values);
    if (!node.path.empty()) append_all(own, {global});
    words += fmt::format("    \"{}\") words=\"{}\" ;;\n", node.path, own);
    const std::string_view kind = node.takes_files ? "f" : node.takes_folders ? "d" : "";
    if (!kind.empty())
      places += fmt::format("    {}:-*) ;;\n    {}:*) COMPREPLY+=($(compgen -{} -- \"$word\")) ;;\n", node.path, node.path, kind);
  });
  return fmt::format(R"(_muniment() {{
  local word previous path words i
  path=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case "$path/$word" in
{}    esac
  done
  word=${{COMP_WORDS[COMP_CWORD]}}
  previous=${{COMP_WORDS[COMP_CWORD-1]}}
  case "$path:$previous" in
{}  esac
  words=
  case "$path" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  case "$path:$word" in
{}  esac
}}
complete -o filenames -F _muniment muniment
)",
                     paths, values, words, places);
}

std::string fish_script(const CLI::App& app) {
  std::string out = "complete -c muniment -f\n";
  walk(app, "", [&](const Node& node) {
    const std::string below = names_below(node);
    std::string here = node.path.empty() ? "" : fmt::format("__fish_seen_subcommand_from {}", node.name);
    const std::string deeper = below.empty() ? "" : fmt::format("not __fish_seen_subcommand_from {}", below);
    const std::string condition = here.empty() ? deeper : deeper.empty() ? here : here + "; and " + deeper;
    for (const CLI::App* child : node.subcommands) {
      out += fmt::format("complete -c muniment -n '{}' -a {} -d '{}'\n", condition, child->get_name(), one_line(child->get_description()));
    }
    if (node.takes_files) out += fmt::format("complete -c muniment -n '{}' -F\n", condition);
    if (node.takes_folders) out += fmt::format("complete -c muniment -n '{}' -a '(__fish_complete_directories)'\n", condition);
    for (const std::string& value : node.positional_values) out += fmt::format("complete -c muniment -n '{}' -a {}\n", condition, value);
    for (const Word& option : node.options) {
      out += "complete -c muniment";
      if (!here.empty()) out += fmt::format(" -n '{}'", here);
      if (!option.long_name.empty()) out += " -l " + option.long_name.substr(2);
      if (!option.short_name.empty()) out += " -s " + option.short_name.substr(1);
      std::string candidates;
      append_all(candidates, option.values);
      if (option.takes_value && option.is_file) {
        out += " -r -F";
      } else if (option.takes_value && option.is_folder) {
        out += " -x -a '(__fish_complete_directories)'";
      } else if (option.takes_value) {
        out += candidates.empty() ? " -x" : fmt::format(" -x -a '{}'", candidates);
      }
      out += fmt::format(" -d '{}'\n", option.description);
    }
  });
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_script(app);
    case Shell::zsh:
      return "#compdef muniment\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
    case Shell::fish:
      return fish_script(app);
  }
  return {};
}

}  // namespace muniment
