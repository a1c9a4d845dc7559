// The whole command line: every subcommand's flags, bound where they are described. Each group of subcommands has a source of its own,
// command_line_*.cpp; cli.cpp runs what was chosen.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tools/muniment/subcommands.h"

namespace muniment {

inline constexpr const char* time_help = "A time such as 2020-04-02T10:32:23Z, or a date: its first moment";

template <typename Number>
struct NumberIn {
  using Type = Number;
};
template <typename Number>
struct NumberIn<std::optional<Number>> {
  using Type = Number;
};

// Up to what the target holds: a greater one would become another. CLI11 takes -1 for the greatest number of an unsigned type.
template <typename Number>
CLI::Option* add_number(CLI::App* sub, const std::string& name, Number& target, std::uint64_t least, const std::string& help) {
  using Type = typename NumberIn<Number>::Type;
  constexpr std::uint64_t most = std::numeric_limits<Type>::max();
  const std::string range = most == ~std::uint64_t{0} ? fmt::format("from {} on", least) : fmt::format("from {} to {}", least, most);
  const auto read = [name, &target, least, range](const std::string& text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < least || value > most) {
      throw CLI::ValidationError(name, "expected a whole number " + range);
    }
    target = static_cast<Type>(value);
  };
  return sub->add_option_function<std::string>(name, read, help)->type_name("N");
}

// Flags are members, which the parser writes into: it outlives the run.
class CommandLine {
 public:
  explicit CommandLine(Console& console);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App& app() { return app_; }
  ExitCode run() { return chosen_(); }

 private:
  // What `sub` runs with its flags once the line is read.
  template <typename Flags>
  void choose(CLI::App* sub, Flags& flags, ExitCode (*runner)(const Flags&, Console&)) {
    sub->fallthrough();
    sub->callback([this, &flags, runner] {
      chosen_ = [this, &flags, runner] {
        const bool takes_node = requires { flags.server; };
        const Place place = is_of_files(flags) ? Place{} : this->place(takes_node);
        if constexpr (requires { flags.without_vault; }) {
          if (flags.without_vault && !place.server.empty())
            throw CliError(ExitCode::usage,
                           "--without-vault is of a store: a node says itself, when it is started, whether it has its vault");
        }
        if constexpr (requires { flags.store; }) flags.store = place.store;
        if constexpr (requires { flags.server; }) flags.server = {place.server, token_file_, server_ca_};
        return runner(flags, console_);
      };
    });
  }

  // Where the subcommand works: flags before the environment.
  struct Place {
    std::string store;
    std::string server;
  };
  Place place(bool takes_node) const;
  // Neither a store nor a node is asked: an archive that its key alone verifies.
  template <typename Flags>
  bool is_of_files(const Flags& flags) const {
    if constexpr (requires {
                    flags.archive;
                    flags.log_key;
                  }) {
      if (!flags.archive.empty() && !(store_.empty() && server_.empty()))
        throw CliError(ExitCode::usage, "--archive: it is read by itself, without --store and --server");
      return !flags.archive.empty();
    }
    return false;
  }

  void add_output(CLI::App* sub, Format& format,
                  const std::vector<Format>& allowed = {Format::table, Format::json, Format::ndjson, Format::csv});
  void add_question(CLI::App* sub, QuestionFlags& flags, bool with_at);
  void add_pages(CLI::App* sub, QuestionFlags& flags);
  void add_moment(CLI::App* sub, QuestionFlags& flags, bool with_at);
  void add_without_vault(CLI::App* sub, bool& flag);
  void add_init();
  void add_submit();
  void add_import();
  void add_import_rows(CLI::App* import, ImportRowsFlags& flags, RowKind kind, const char* name, const char* what);
  void add_audit();
  void add_reconcile();
  void add_as_of(CLI::App* audit);
  void add_intervals(CLI::App* audit);
  void add_trail_filters(CLI::App* sub, TrailFlags& flags);
  void add_trail(CLI::App* audit);
  void add_diff(CLI::App* audit);
  void add_roster(CLI::App* audit);
  void add_findings(CLI::App* audit);
  void add_privileged(CLI::App* audit);
  void add_record_keeping(CLI::App* audit);
  void add_reviews(CLI::App* audit);
  void add_events();
  void add_replay();
  void add_verify();
  void add_export();
  void add_export_trail(CLI::App* group);
  void add_export_report(CLI::App* group);
  void add_keeping();  // rebuild, stats, services, repair, upgrade
  void add_archive();
  void add_migrate();
  void add_backup();
  void add_restore();
  void add_keys();
  void add_serve();
  void add_clock();
  void add_support_bundle();
  void add_token();
  void add_witness();
  void add_completion();
  void add_manual();

  Console& console_;
  CLI::App app_{"The system of record for who may act for whom.", "muniment"};
  std::function<ExitCode()> chosen_;
  std::string store_;
  std::string server_;
  std::string token_file_;
  std::string server_ca_;
  InitFlags init_;
  SubmitFlags submit_;
  ImportFlags import_;
  ImportAbandonFlags import_abandon_;
  ImportRowsFlags import_accounts_;
  ImportRowsFlags import_sign_ins_;
  ImportRowsFlags import_departures_;
  AsOfFlags as_of_;
  IntervalsFlags intervals_;
  StatesFlags states_;
  ReconcileFlags reconcile_;
  TrailFlags trail_;
  TrailFlags histogram_;
  DiffFlags diff_;
  RosterFlags roster_;
  FindingsFlags findings_;
  FindingsFlags rules_;
  QuestionFlags privileged_;
  ReviewsFlags reviews_;
  ReviewsFlags review_;
  QuestionFlags policies_;
  QuestionFlags retention_;
  QuestionFlags gaps_;
  LeaverFlags leaver_;
  AttestationFlags attestation_;
  EventsFlags events_;
  ReplayFlags replay_;
  VerifyFlags verify_;
  ExportLogFlags export_log_;
  ExportProofFlags export_proof_;
  ExportConsistencyFlags export_consistency_;
  ExportTrailFlags export_trail_;
  ExportReportFlags export_report_;
  RebuildFlags rebuild_;
  StatsFlags stats_;
  QuestionFlags services_;
  RepairVaultFlags repair_vault_;
  UpgradeFlags upgrade_;
  ArchiveFlags archive_;
  MigrateFlags migrate_;
  BackupLogFlags backup_log_;
  BackupVaultFlags backup_vault_;
  BackupListFlags backup_list_;
  RestoreLogFlags restore_log_;
  RestoreVaultFlags restore_vault_;
  RotateLogKeyFlags rotate_log_key_;
  RotateEpochFlags rotate_epoch_;
  DrillFlags drill_;
  ServeFlags serve_;
  ClockAcceptFlags clock_accept_;
  SupportBundleFlags support_bundle_;
  TokenCreateFlags token_create_;
  TokenListFlags token_list_;
  TokenChangeFlags token_suspend_;
  TokenChangeFlags token_resume_;
  TokenChangeFlags token_revoke_;
  WitnessInitFlags witness_init_;
  WitnessServeFlags witness_serve_;
};

}  // namespace muniment
