// Subcommands of a node and of a witness: serve, clock, token, witness, support-bundle.
#include "tools/muniment/command_line.h"

#include <fmt/format.h>

namespace muniment {

void CommandLine::add_serve() {
  CLI::App* sub = app_.add_subcommand("serve", "Run the node: commands and questions over HTTP");
  sub->add_option("--config", serve_.config, "A file with settings, TOML; flags and the environment stand over it")
      ->envname("MUNIMENT_CONFIG")
      ->type_name("FILE");
  sub->add_flag("--check-config", serve_.only_checks, "Say what would be used and where it came from, and whether it is in order");
  sub->add_flag("--without-vault", serve_.without_vault, "Serve though the vault is lost: names are unavailable, nothing personal is kept");
  for (const SettingKey& key : setting_keys()) {
    if (key.flag.empty() || key.flag == "--store") continue;
    const auto keep = [this, &key](const std::string& value) { serve_.settings.emplace_back(key.flag, value); };
    const std::string standard = key.show({});
    const std::string help = fmt::format("{}{}", key.meaning, standard.empty() ? "" : fmt::format(" (default: {})", standard));
    CLI::Option* option = sub->add_option_function<std::string>(std::string{key.flag}, keep, help)->type_name(std::string{key.value_name});
    if (!key.values.empty()) option->check(CLI::IsMember(key.values));
  }
  choose(sub, serve_, run_serve);
}

void CommandLine::add_clock() {
  CLI::App* clock = app_.add_subcommand("clock", "The machine's clock, after a step");
  clock->require_subcommand(1);
  clock->fallthrough();
  CLI::App* accept = clock->add_subcommand("accept", "Take it as it is, on record, so that commands are taken again");
  accept->add_option("--actor", clock_accept_.actor, "With --store: on whose word (default: officer: and your login name)")
      ->type_name("officer:NAME");
  accept->add_flag("--dry-run", clock_accept_.is_dry_run, "With --store: say what would be done");
  choose(accept, clock_accept_, run_clock_accept);
}

void CommandLine::add_support_bundle() {
  CLI::App* sub = app_.add_subcommand("support-bundle", "Facts for whoever helps, in a tar; no key, token, name or personal value");
  sub->add_option("file", support_bundle_.file, "The new file, such as muniment-support.tar.gz")->required()->type_name("FILE");
  sub->add_option("--config", support_bundle_.config, "The node's configuration")->envname("MUNIMENT_CONFIG")->type_name("FILE");
  sub->add_option("--metrics", support_bundle_.metrics, "What /metrics answered")->type_name("FILE");
  choose(sub, support_bundle_, run_support_bundle);
}

void CommandLine::add_token() {
  CLI::App* token = app_.add_subcommand("token", "Who may call a node");
  token->require_subcommand(1);
  token->fallthrough();
  CLI::App* create = token->add_subcommand("create", "Make a token, and show it this once; or register a certificate");
  create->add_option("--username", token_create_.username, "For this account: it may what the log says")->type_name("USERNAME");
  create->add_option("--role", token_create_.role, "For one that has no account")
      ->check(CLI::IsMember({"officer", "auditor", "operator", "submitter", "node"}));
  create->add_option("--name", token_create_.name, "Who has the role (default: your login name)")->type_name("NAME");
  create->add_option("--provider", token_create_.providers, "All that an auditor may see; may be repeated (default: everything)")
      ->type_name("PID/SL")
      ->allow_extra_args(false);
  create->add_option("--expires", token_create_.expires, time_help)->type_name("TIME");
  add_number(create, "--daily-quota", token_create_.daily_quota, 1, "Commands and questions a day, of UTC (default: no bound)");
  CLI::Option* file = create->add_option("--certificate", token_create_.certificate, "Register this client certificate instead, PEM");
  file->type_name("FILE");
  create->add_option("--certificate-fingerprint", token_create_.certificate_fingerprint, "The same, by the SHA-256 of its DER")
      ->excludes(file)
      ->type_name("HEX");
  create->add_flag("--dry-run", token_create_.is_dry_run, "Say what would be done");
  choose(create, token_create_, run_token_create);
  CLI::App* list = token->add_subcommand("list", "The tokens and registered certificates, those that were revoked too");
  add_output(list, token_list_.format);
  choose(list, token_list_, run_token_list);
  CLI::App* suspend = token->add_subcommand("suspend", "Refuse a token from now on, until it is resumed");
  suspend->add_option("id", token_suspend_.id, "Its id, as `token list` says")->required()->type_name("ID");
  suspend->add_flag("--dry-run", token_suspend_.is_dry_run, "Say what would be done");
  choose(suspend, token_suspend_, run_token_suspend);
  CLI::App* resume = token->add_subcommand("resume", "Take a suspended token again");
  resume->add_option("id", token_resume_.id, "Its id, as `token list` says")->required()->type_name("ID");
  resume->add_flag("--dry-run", token_resume_.is_dry_run, "Say what would be done");
  choose(resume, token_resume_, run_token_resume);
  CLI::App* revoke = token->add_subcommand("revoke", "End a token, at once");
  revoke->add_option("id", token_revoke_.id, "Its id, as `token list` says")->required()->type_name("ID");
  revoke->add_flag("--dry-run", token_revoke_.is_dry_run, "Say what would be done");
  choose(revoke, token_revoke_, run_token_revoke);
}

void CommandLine::add_witness() {
  CLI::App* witness = app_.add_subcommand("witness", "Cosign other people's logs, so that none of them can show two histories");
  witness->require_subcommand(1);
  witness->fallthrough();
  CLI::App* init = witness->add_subcommand("init", "Make a witness's key in a new folder");
  init->add_option("folder", witness_init_.folder, "The new folder")->required()->type_name("DIR");
  init->add_option("--name", witness_init_.name, "What it calls itself in its cosignatures, such as witness.example/w1")
      ->required()
      ->type_name("NAME");
  init->add_flag("--dry-run", witness_init_.is_dry_run, "Say what would be done");
  choose(init, witness_init_, run_witness_init);
  CLI::App* serve = witness->add_subcommand("serve", "Cosign checkpoints over HTTP (c2sp.org/tlog-witness)");
  serve->add_option("folder", witness_serve_.folder, "The witness's folder")->required()->type_name("DIR");
  serve->add_option("--log", witness_serve_.logs, "The verifier key of a log, or a file with it; may be repeated")
      ->required()
      ->type_name("KEY")
      ->allow_extra_args(false);
  serve->add_option("--listen", witness_serve_.listen, "Where (default: 127.0.0.1:8090); port 0 takes a free one")
      ->type_name("ADDRESS:PORT");
  choose(serve, witness_serve_, run_witness_serve);
}

}  // namespace muniment
