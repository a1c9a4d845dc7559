#include "tools/muniment/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace muniment {
namespace {

const std::vector<std::pair<std::string, Format>> formats{
    {"table", Format::table}, {"json", Format::json}, {"ndjson", Format::ndjson}, {"csv", Format::csv}};

// What is empty is a variable that was not set in whoever's script, and would ask for more than was meant.
void refuse_empty_values(CLI::App& app) {
  const auto check = [](const std::string& text) {
    return text.empty() ? std::string{"expected a value, and got an empty one; leave it out to ask without it"} : std::string{};
  };
  for (CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_items_expected_max() > 0) option->check(check, "");
  }
  for (CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) refuse_empty_values(*sub);
}

}  // namespace

CommandLine::CommandLine(Console& console) : console_(console) {
  app_.set_version_flag("--version", std::string{"muniment "} + MUNIMENT_VERSION);
  app_.require_subcommand(1);
  app_.add_option("--store", store_, "The store's folder (default: MUNIMENT_STORE in the environment)")->type_name("DIR");
  app_.add_option("--server", server_, "A node's URL, instead of a store (default: MUNIMENT_SERVER in the environment)")->type_name("URL");
  app_.add_option("--token-file", token_file_, "With --server: has the token in its first line (default: the token in MUNIMENT_TOKEN)")
      ->type_name("FILE");
  app_.add_option("--server-ca", server_ca_, "With --server: who may have signed its certificate, PEM (default: whom the machine trusts)")
      ->type_name("FILE");
  add_init();
  add_submit();
  add_import();
  add_audit();
  add_reconcile();
  add_events();
  add_replay();
  add_verify();
  add_export();
  add_keeping();
  add_archive();
  add_migrate();
  add_backup();
  add_restore();
  add_keys();
  add_serve();
  add_clock();
  add_support_bundle();
  add_token();
  add_witness();
  add_completion();
  add_manual();
  refuse_empty_values(app_);
}

CommandLine::Place CommandLine::place(bool takes_node) const {
  const auto from_environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string{value == nullptr ? "" : value};
  };
  if (!takes_node) {
    if (!server_.empty()) throw CliError(ExitCode::usage, "this subcommand works on a store: --store DIR, on the machine that has it");
    return {store_.empty() ? from_environment("MUNIMENT_STORE") : store_, {}};
  }
  const bool is_said = !store_.empty() || !server_.empty();
  Place out{is_said ? store_ : from_environment("MUNIMENT_STORE"), is_said ? server_ : from_environment("MUNIMENT_SERVER")};
  if (!out.store.empty() && !out.server.empty())
    throw CliError(ExitCode::usage, "name a store or a node, not both: --store DIR or --server URL, which count before the environment");
  if (out.store.empty() && out.server.empty())
    throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment; or a node: --server URL");
  return out;
}

void CommandLine::add_output(CLI::App* sub, Format& format, const std::vector<Format>& allowed) {
  std::vector<std::string> names;
  std::string standard;
  for (const auto& [name, value] : formats) {
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) names.push_back(name);
    if (value == format) standard = name;
  }
  sub->add_option_function<std::string>(
         "-o,--output",
         [&format](const std::string& name) {
           for (const auto& [known, value] : formats) {
             if (known == name) format = value;
           }
         },
         fmt::format("The form of the answer (default: {})", standard))
      ->check(CLI::IsMember(names));
}

void CommandLine::add_question(CLI::App* sub, QuestionFlags& flags, bool with_at) {
  add_output(sub, flags.format);
  add_moment(sub, flags, with_at);
  add_without_vault(sub, flags.without_vault);
}

void CommandLine::add_pages(CLI::App* sub, QuestionFlags& flags) {
  add_number(sub, "--limit", flags.limit, 1, "Rows at most (default: all)");
  sub->add_option("--cursor", flags.cursor, "Where the page before ended, as it said")->type_name("CURSOR");
}

void CommandLine::add_moment(CLI::App* sub, QuestionFlags& flags, bool with_at) {
  if (with_at) sub->add_option("--at", flags.at, fmt::format("What had taken effect by then. {}", time_help))->type_name("TIME");
  CLI::Option* recorded = sub->add_option("--recorded-at", flags.recorded_at, "As it was known then")->type_name("TIME");
  add_number(sub, "--position", flags.position, 0, "As it was known at that position of the log")->excludes(recorded);
}

void CommandLine::add_without_vault(CLI::App* sub, bool& flag) {
  sub->add_flag("--without-vault", flag, "With --store: though the vault is lost; names are unavailable");
}

}  // namespace muniment
