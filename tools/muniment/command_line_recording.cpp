// Subcommands that record: init, submit, import.
#include "tools/muniment/command_line.h"

namespace muniment {

void CommandLine::add_init() {
  CLI::App* sub = app_.add_subcommand("init", "Make a store in a new folder");
  sub->add_option("folder", init_.folder, "The new folder")->required()->type_name("DIR");
  sub->add_option("--officer", init_.officer, "The first enrolment officer (default: your login name)")->type_name("NAME");
  sub->add_option("--origin", init_.origin,
                  "What the log calls itself in its checkpoints, such as example.com/audit (default: a random name)")
      ->type_name("NAME");
  sub->add_flag("--neutral-usernames", init_.neutral_usernames, "Generated usernames carry no letters of the person's name");
  sub->add_flag("--dry-run", init_.is_dry_run, "Say what would be done");
  choose(sub, init_, run_init);
}

void CommandLine::add_submit() {
  CLI::App* sub = app_.add_subcommand("submit", "Submit commands, one JSON object a line; an answer line for each, in order");
  sub->add_option("file", submit_.file, "A file, or - for standard input")->required()->type_name("FILE|-");
  sub->add_flag("--dry-run", submit_.is_dry_run, "Decide, and record nothing");
  choose(sub, submit_, run_submit);
}

void CommandLine::add_import() {
  CLI::App* import = app_.add_subcommand("import", "Bring history from elsewhere");
  import->require_subcommand(1);
  import->fallthrough();
  CLI::App* sub = import->add_subcommand("access-history", "Grants and revokes of an organization, out of CSV");
  sub->add_option("--providers", import_.providers_file, "CSV: provider, name, ...")->required()->type_name("FILE");
  sub->add_option("changes", import_.changes_file, "CSV: occurred_at, actor, action, provider, username, service, ...")
      ->required()
      ->type_name("FILE");
  sub->add_option("--administrator-service", import_.administrator_services, "A service that meant administrator there; may be repeated")
      ->type_name("SERVICE")
      ->allow_extra_args(false);
  sub->add_flag("--same-usernames", import_.same_usernames, "Usernames of other providers' accounts are the same people's");
  sub->add_option("--actor", import_.actor, "On whose word (default: officer: and your login name)")->type_name("officer:NAME");
  sub->add_flag("--dry-run", import_.is_dry_run, "Check, and record nothing");
  add_output(sub, import_.format);
  choose(sub, import_, run_import);
  CLI::App* abandon =
      import->add_subcommand("abandon", "Give up an import of history that was interrupted: it counts for nothing from then on");
  add_number(abandon, "position", import_abandon_.import, 1, "Of its import_started: `muniment stats` says pending_import.POSITION")
      ->required()
      ->type_name("POSITION");
  abandon->add_option("--reason", import_abandon_.reason, "Why, as a code, such as wrong_file")->required()->type_name("CODE");
  abandon->add_option("--actor", import_abandon_.actor, "On whose word (default: officer: and your login name)")->type_name("officer:NAME");
  abandon->add_flag("--dry-run", import_abandon_.is_dry_run, "Say what would be done");
  add_output(abandon, import_abandon_.format);
  choose(abandon, import_abandon_, run_import_abandon);
  add_import_rows(import, import_accounts_, RowKind::accounts, "accounts", "Accounts of an organization that starts today, out of CSV");
  add_import_rows(import, import_sign_ins_, RowKind::sign_ins, "sign-ins", "Sign-ins that an identity provider has kept, out of CSV");
  add_import_rows(import, import_departures_, RowKind::departures, "departures", "Who left and when, out of a CSV of whoever knows it");
}

void CommandLine::add_import_rows(CLI::App* import, ImportRowsFlags& flags, RowKind kind, const char* name, const char* what) {
  flags.kind = kind;
  CLI::App* sub = import->add_subcommand(name, what);
  sub->add_option("file", flags.file, "CSV, or - for standard input")->required()->type_name("FILE|-");
  sub->add_option("--map", flags.map_file, "TOML: which columns the file has, and what their values mean")->type_name("FILE");
  if (flags.kind != RowKind::sign_ins) sub->add_option("--provider", flags.provider, "Of rows that name none")->type_name("PID/SL");
  sub->add_option("--actor", flags.actor, "On whose word (default: officer: and your login name, of signals submitter:import)")
      ->type_name("PRINCIPAL");
  if (flags.kind == RowKind::accounts)
    sub->add_option("--name", flags.name, "Of this import: the same file under the same name adds nothing twice (default: the file's)")
        ->type_name("NAME");
  CLI::Option* dry_run = sub->add_flag("--dry-run", flags.is_dry_run, "Decide, and record nothing");
  sub->add_flag("--print-commands", flags.prints_commands, "Print the rows as commands, for submit")->excludes(dry_run);
  add_output(sub, flags.format);
  choose(sub, flags, run_import_rows);
}

}  // namespace muniment
