// What the program can do: one runner a subcommand, each in the file of its name, with what its flags say. cli.cpp binds them to the
// command line; docs/cli.md describes them. A runner returns how it ended or throws; run_cli alone catches.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/record/position.h"
#include "tools/import/command_rows.h"
#include "tools/muniment/console.h"
#include "tools/muniment/exit_code.h"
#include "tools/muniment/output.h"

namespace muniment {

using Folder = std::filesystem::path;

// A node instead of a store. The token is in MUNIMENT_TOKEN or in a file, never on the command line.
struct ServerFlags {
  std::string url;  // Empty: none.
  std::string token_file;
  std::string ca_file;

  bool is_given() const { return !url.empty(); }
};

struct InitFlags {
  Folder folder;
  std::string officer;  // Empty: the login name.
  std::string origin;   // Empty: a random one.
  bool neutral_usernames = false;
  bool is_dry_run = false;
};
ExitCode run_init(const InitFlags& flags, Console& console);

struct SubmitFlags {
  Folder store;
  ServerFlags server;
  std::string file;  // `-`: standard input.
  bool is_dry_run = false;
};
ExitCode run_submit(const SubmitFlags& flags, Console& console);

struct ImportFlags {
  Folder store;
  std::string providers_file;
  std::string changes_file;
  std::vector<std::string> administrator_services;
  bool same_usernames = false;
  std::string actor;  // Empty: the officer of the login name.
  bool is_dry_run = false;
  Format format = Format::table;
};
ExitCode run_import(const ImportFlags& flags, Console& console);

struct ImportAbandonFlags {
  Folder store;
  Position import = 0;  // Of its import_started.
  std::string reason;
  std::string actor;  // Empty: the officer of the login name.
  bool is_dry_run = false;
  Format format = Format::table;
};
ExitCode run_import_abandon(const ImportAbandonFlags& flags, Console& console);

struct ImportRowsFlags {
  Folder store;
  RowKind kind = RowKind::accounts;
  std::string file;  // `-`: standard input.
  std::string map_file;
  std::string provider;  // Of rows that name none.
  std::string actor;     // Empty: the officer of the login name.
  std::string name;      // Of an import of accounts; empty: the file's.
  bool is_dry_run = false;
  bool prints_commands = false;
  Format format = Format::table;
};
ExitCode run_import_rows(const ImportRowsFlags& flags, Console& console);

// Common to all questions. Texts are checked by the runners.
struct QuestionFlags {
  Folder store;
  bool without_vault = false;
  ServerFlags server;
  Format format = Format::table;
  std::string at;           // Effective time; empty: all that is recorded.
  std::string recorded_at;  // As it was known then.
  std::optional<Position> position;
  std::optional<std::size_t> limit;  // Rows; absent: all.
  std::string cursor;
};

struct AsOfFlags : QuestionFlags {
  std::string provider;
  std::string username;
  std::string service;
};
ExitCode run_as_of(const AsOfFlags& flags, Console& console);

struct IntervalsFlags : QuestionFlags {
  std::string provider;
  std::string username;
};
ExitCode run_intervals(const IntervalsFlags& flags, Console& console);

struct StatesFlags : QuestionFlags {
  std::string provider;
  std::string username;
  std::string state;
};
ExitCode run_states(const StatesFlags& flags, Console& console);

struct ReconcileFlags : QuestionFlags {
  std::string file;  // `-`: standard input.
  std::string map_file;
  std::string provider;
  bool is_recorded = false;  // What differs is reported to the record.
  std::string actor;         // Of that; empty: the officer of the login name.
};
ExitCode run_reconcile(const ReconcileFlags& flags, Console& console);

struct DiffFlags : QuestionFlags {
  std::string from;
  std::string to;
  std::string provider;
  std::string username;
};
ExitCode run_diff(const DiffFlags& flags, Console& console);

struct RosterFlags : QuestionFlags {
  std::string provider;
  std::string last_name;
  std::string first_name;
};
ExitCode run_roster(const RosterFlags& flags, Console& console);

struct TrailFlags : QuestionFlags {
  std::string username;
  std::string provider;
  std::string actor;
  std::string type;
  std::string not_types;
  std::string from;
  std::string to;
  std::string refusal;  // Of `audit trail` alone, as is the next one.
  bool is_oldest_first = false;
};
ExitCode run_trail(const TrailFlags& flags, Console& console);
ExitCode run_histogram(const TrailFlags& flags, Console& console);

struct FindingsFlags : QuestionFlags {
  std::string since;
  std::string rule;
  std::string provider;
};
ExitCode run_findings(const FindingsFlags& flags, Console& console);
ExitCode run_rules(const FindingsFlags& flags, Console& console);

struct ReviewsFlags : QuestionFlags {
  std::string review;  // Of `audit review`.
  std::string provider;
  std::string state;  // Of `audit reviews`.
  bool is_open = false;
  bool is_late = false;
  bool is_print = false;  // Of `audit review`: a sheet to sign.
};
ExitCode run_reviews(const ReviewsFlags& flags, Console& console);
ExitCode run_review(const ReviewsFlags& flags, Console& console);

ExitCode run_policies(const QuestionFlags& flags, Console& console);
ExitCode run_retention(const QuestionFlags& flags, Console& console);
ExitCode run_gaps(const QuestionFlags& flags, Console& console);

struct LeaverFlags : QuestionFlags {
  std::string username;
};
ExitCode run_leaver(const LeaverFlags& flags, Console& console);

struct AttestationFlags : QuestionFlags {
  std::string provider;
  std::string since;
  bool is_print = false;
};
ExitCode run_attestation(const AttestationFlags& flags, Console& console);

ExitCode run_privileged(const QuestionFlags& flags, Console& console);

struct EventsFlags {
  Folder store;
  bool without_vault = false;
  ServerFlags server;
  Format format = Format::ndjson;
  Position from = 1;
  std::optional<Position> to;
  bool is_opened = false;  // The sealed parts, through the vault.
  bool follows = false;
  Folder archive;       // An exported log, instead of a store or a node; empty: none.
  std::string log_key;  // Of the archive: a file, or the key.
};
ExitCode run_events(const EventsFlags& flags, Console& console);

struct ReplayFlags {
  Folder store;
  bool without_vault = false;
  Format format = Format::table;
  std::optional<Position> to;
  bool is_verified = false;
};
ExitCode run_replay(const ReplayFlags& flags, Console& console);

struct VerifyFlags {
  Folder store;
  Format format = Format::table;
  std::vector<std::string> checkpoints;  // Files: checkpoints of the log that were kept elsewhere.
  std::string log_key;                   // As it is known elsewhere: a file, or the key. Empty: the store's word for it.
  std::uint64_t threads = 0;             // 0: as many as there are processors.
  std::string time_authority;            // A file: certificates of whoever certifies it. Empty: time stamps are not checked.
};
ExitCode run_verify(const VerifyFlags& flags, Console& console);

struct ExportLogFlags {
  Folder store;
  bool without_vault = false;
  Folder folder;
};
ExitCode run_export_log(const ExportLogFlags& flags, Console& console);

struct ExportProofFlags : TrailFlags {
  Folder folder;
  std::vector<Position> events;  // None: those that the question finds.
};
ExitCode run_export_proof(const ExportProofFlags& flags, Console& console);

struct ExportTrailFlags : TrailFlags {
  std::string export_format;
  std::string file;  // Empty: standard output.
};
ExitCode run_export_trail(const ExportTrailFlags& flags, Console& console);

struct ExportReportFlags {
  Folder store;
  bool without_vault = false;
  std::string provider;
  std::string username;
  std::string from;
  std::string to;
  std::string at;
  std::string recorded_at;
  std::optional<Position> position;
  std::string zone = "UTC";
  std::string preparer;
  std::string file;  // Ends in .html or .pdf.
};
ExitCode run_export_report(const ExportReportFlags& flags, Console& console);

struct ExportConsistencyFlags {
  Folder store;
  bool without_vault = false;
  std::string checkpoint;  // A file: the older one.
};
ExitCode run_export_consistency(const ExportConsistencyFlags& flags, Console& console);

struct RebuildFlags {
  Folder store;
  std::vector<std::string> projections;  // None: all.
  bool is_dry_run = false;
};
ExitCode run_rebuild(const RebuildFlags& flags, Console& console);

struct StatsFlags {
  Folder store;
  bool without_vault = false;
  ServerFlags server;
  Format format = Format::table;
};
ExitCode run_stats(const StatsFlags& flags, Console& console);

struct ServeFlags {
  Folder store;
  std::string config;  // A file; empty: none.
  bool only_checks = false;
  bool without_vault = false;
  std::vector<std::pair<std::string, std::string>> settings;  // As they were given: a flag of tools/server/configuration.h, its value.
};
ExitCode run_serve(const ServeFlags& flags, Console& console);

struct ClockAcceptFlags {
  Folder store;
  ServerFlags server;
  std::string actor;  // Empty: the officer of the login name.
  bool is_dry_run = false;
};
ExitCode run_clock_accept(const ClockAcceptFlags& flags, Console& console);

struct SupportBundleFlags {
  Folder store;
  std::string config;
  std::string metrics;  // A file: what /metrics answered; empty: none.
  std::string file;
};
ExitCode run_support_bundle(const SupportBundleFlags& flags, Console& console);

struct TokenCreateFlags {
  Folder store;
  std::string username;  // This, or a role.
  std::string role;
  std::string name;  // Of who has the role; empty: the login name.
  std::vector<std::string> providers;
  std::string expires;
  Folder certificate;  // A file; or its fingerprint; or neither: a token is made.
  std::string certificate_fingerprint;
  std::uint32_t daily_quota = 0;  // 0: no bound.
  bool is_dry_run = false;
};
ExitCode run_token_create(const TokenCreateFlags& flags, Console& console);

struct TokenListFlags {
  Folder store;
  Format format = Format::table;
};
ExitCode run_token_list(const TokenListFlags& flags, Console& console);

struct TokenChangeFlags {
  Folder store;
  std::string id;
  bool is_dry_run = false;
};
ExitCode run_token_suspend(const TokenChangeFlags& flags, Console& console);
ExitCode run_token_resume(const TokenChangeFlags& flags, Console& console);
ExitCode run_token_revoke(const TokenChangeFlags& flags, Console& console);

struct WitnessInitFlags {
  Folder folder;
  std::string name;
  bool is_dry_run = false;
};
ExitCode run_witness_init(const WitnessInitFlags& flags, Console& console);

struct WitnessServeFlags {
  Folder folder;
  std::vector<std::string> logs;  // Each a verifier key, or a file with one.
  std::string listen = "127.0.0.1:8090";
};
ExitCode run_witness_serve(const WitnessServeFlags& flags, Console& console);

struct RepairVaultFlags {
  Folder store;
  bool accepts_loss = false;
  bool is_dry_run = false;
  Format format = Format::table;
};
ExitCode run_repair_vault(const RepairVaultFlags& flags, Console& console);

struct UpgradeFlags {
  Folder store;
  bool is_dry_run = false;
};
ExitCode run_upgrade(const UpgradeFlags& flags, Console& console);

struct ArchiveFlags {
  Folder store;
  Folder folder;
  std::optional<Position> to;  // Not with is_moved.
  bool is_moved = false;       // It was moved to that folder already.
  bool is_dry_run = false;
};
ExitCode run_archive(const ArchiveFlags& flags, Console& console);

struct MigrateFlags {
  std::string from;       // A store's folder, or a database's URL;
  std::string to;         // the other one.
  bool is_vault = false;  // Instead of the log.
  bool is_dry_run = false;
};
ExitCode run_migrate(const MigrateFlags& flags, Console& console);

struct BackupLogFlags {
  Folder store;
  ServerFlags server;
  Folder folder;           // Not with a node, which has its own.
  std::uint32_t keep = 0;  // 0: all.
  bool is_dry_run = false;
};
ExitCode run_backup_log(const BackupLogFlags& flags, Console& console);

struct BackupVaultFlags {
  Folder store;
  ServerFlags server;
  Folder folder;  // The same.
  bool is_dry_run = false;
};
ExitCode run_backup_vault(const BackupVaultFlags& flags, Console& console);

struct BackupListFlags {
  Folder folder;
  Format format = Format::table;
};
ExitCode run_backup_list(const BackupListFlags& flags, Console& console);

struct RestoreLogFlags {
  Folder store;
  Folder folder;
  std::optional<std::uint32_t> number;
  std::optional<Position> position;
  std::string accepted_loss;
  std::vector<std::string> checkpoints;
  bool is_dry_run = false;
  Folder archive;  // Of the records that the backup does not have; empty: where the store says.
};
ExitCode run_restore_log(const RestoreLogFlags& flags, Console& console);

struct RestoreVaultFlags {
  Folder store;
  Folder folder;
  bool is_dry_run = false;
};
ExitCode run_restore_vault(const RestoreVaultFlags& flags, Console& console);

struct RotateLogKeyFlags {
  Folder store;
  Folder log_key;                // Empty: where the store's is.
  Folder new_key;                // A file with a key that somebody made; empty: one is made.
  std::uint64_t both_days = 30;  // For which both keys sign.
  bool is_dry_run = false;
};
ExitCode run_rotate_log_key(const RotateLogKeyFlags& flags, Console& console);

struct RotateEpochFlags {
  Folder store;
  Folder epoch_key;  // Empty: where the store's is.
  bool is_dry_run = false;
};
ExitCode run_rotate_epoch(const RotateEpochFlags& flags, Console& console);

struct DrillFlags {
  Folder store;
  Folder vault_backup;  // Empty: the store's vault.
  Folder epoch_key;
};
ExitCode run_drill(const DrillFlags& flags, Console& console);

ExitCode run_services(const QuestionFlags& flags, Console& console);

}  // namespace muniment
