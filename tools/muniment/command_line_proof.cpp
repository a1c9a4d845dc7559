// Subcommands that prove what is recorded, and take it elsewhere: replay, verify, export, archive.
#include "tools/muniment/command_line.h"

#include "tools/export/export_format.h"

namespace muniment {

void CommandLine::add_replay() {
  CLI::App* sub = app_.add_subcommand("replay", "Fold the log again: counts, rate and a digest of the state");
  add_output(sub, replay_.format);
  add_number(sub, "--to", replay_.to, 0, "Last position (default: the head)");
  sub->add_flag("--verify", replay_.is_verified, "Also rebuild every aggregate from its own stream, and compare");
  add_without_vault(sub, replay_.without_vault);
  choose(sub, replay_, run_replay);
}

void CommandLine::add_verify() {
  CLI::App* sub = app_.add_subcommand("verify", "Read the whole log again, and say where it is not what it was");
  add_output(sub, verify_.format, {Format::table, Format::json});
  sub->add_option("--checkpoint", verify_.checkpoints, "A checkpoint that was kept elsewhere, which the log must lead to; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  sub->add_option("--log-key", verify_.log_key, "The log's verifier key as it is known elsewhere: a file, or the key itself")
      ->type_name("KEY");
  sub->add_option("--time-authority", verify_.time_authority,
                  "Certificates of whoever certifies the time authority, PEM: stamps are checked")
      ->type_name("FILE");
  add_number(sub, "--threads", verify_.threads, 1, "How many (default: as many as there are processors)");
  choose(sub, verify_, run_verify);
}

void CommandLine::add_export() {
  CLI::App* group = app_.add_subcommand("export", "Write what others read or check, without the store");
  group->require_subcommand(1);
  group->fallthrough();
  CLI::App* log = group->add_subcommand("log", "The whole log: records, tiles, the newest checkpoint, the log's key");
  log->add_option("folder", export_log_.folder, "A new folder")->required()->type_name("DIR");
  add_without_vault(log, export_log_.without_vault);
  choose(log, export_log_, run_export_log);
  CLI::App* proof = group->add_subcommand("proof", "Single events, each with a proof that it is in the log");
  proof->add_option("folder", export_proof_.folder, "A new folder")->required()->type_name("DIR");
  proof
      ->add_option_function<std::vector<std::string>>(
          "--event",
          [this](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const auto position = parse_decimal(text);
              if (!position || *position == 0) throw CLI::ValidationError("--event", "expected a whole number from 1 on");
              export_proof_.events.push_back(*position);
            }
          },
          "An event's position; may be repeated. Or those that a question finds:")
      ->type_name("N")
      ->allow_extra_args(false);
  add_trail_filters(proof, export_proof_);
  add_without_vault(proof, export_proof_.without_vault);
  choose(proof, export_proof_, run_export_proof);
  CLI::App* consistency = group->add_subcommand("consistency", "A proof that the newest checkpoint continues an older one");
  consistency->add_option("checkpoint", export_consistency_.checkpoint, "The older one")->required()->type_name("FILE");
  add_without_vault(consistency, export_consistency_.without_vault);
  choose(consistency, export_consistency_, run_export_consistency);
  add_export_trail(group);
  add_export_report(group);
}

void CommandLine::add_export_report(CLI::App* group) {
  CLI::App* sub = group->add_subcommand("report", "Access, a timeline and findings, to print and sign");
  sub->add_option("--out", export_report_.file, "A new file that ends in .html or .pdf")->required()->type_name("FILE");
  sub->add_option("--provider", export_report_.provider, "Of this provider")->type_name("PID/SL");
  sub->add_option("--user", export_report_.username, "Of this account")->type_name("USERNAME");
  sub->add_option("--from", export_report_.from, "Timeline and findings: then or later")->type_name("TIME");
  sub->add_option("--to", export_report_.to, "Timeline: then or earlier")->type_name("TIME");
  sub->add_option("--at", export_report_.at, "Access and findings: as of then")->type_name("TIME");
  CLI::Option* recorded = sub->add_option("--recorded-at", export_report_.recorded_at, "As it was known then")->type_name("TIME");
  add_number(sub, "--position", export_report_.position, 0, "As it was known at that position of the log")->excludes(recorded);
  sub->add_option("--zone", export_report_.zone, "The time zone that times are shown in (default: UTC)")->type_name("ZONE");
  sub->add_option("--preparer", export_report_.preparer, "Who has prepared it (default: a line to write on)")->type_name("NAME");
  add_without_vault(sub, export_report_.without_vault);
  choose(sub, export_report_, run_export_report);
}

void CommandLine::add_export_trail(CLI::App* group) {
  CLI::App* sub = group->add_subcommand("trail", "What happened, oldest first, in a format of others");
  const auto names = export_format_names();
  sub->add_option("--format", export_trail_.export_format, "What each event becomes")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>{names.begin(), names.end()}));
  sub->add_option("--out", export_trail_.file, "A new file (default: standard output)")->type_name("FILE");
  add_moment(sub, export_trail_, true);
  add_trail_filters(sub, export_trail_);
  add_without_vault(sub, export_trail_.without_vault);
  choose(sub, export_trail_, run_export_trail);
}

void CommandLine::add_archive() {
  CLI::App* archive = app_.add_subcommand("archive", "Move the older events out of the log's database, into files that verify");
  archive->add_option("folder", archive_.folder, "Of the archive, not in the store's; new, empty, or with the store's archive")
      ->required()
      ->type_name("DIR");
  add_number(archive, "--to", archive_.to, 1, "The last position that may go");
  archive->add_flag("--moved", archive_.is_moved, "The archive was moved to that folder: check it, and read it there from now on");
  archive->add_flag("--dry-run", archive_.is_dry_run, "Say what would be moved");
  choose(archive, archive_, run_archive);
}

}  // namespace muniment
