#include "tools/muniment/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>

#include "aggregates/unknown_fact.h"
#include "commands/sequencer.h"
#include "events/log/durable_head.h"
#include "events/log/event_log.h"
#include "events/postgres/postgres_url.h"
#include "events/proof/checkpoint.h"
#include "events/record/record.h"
#include "events/vault/vault_error.h"
#include "tools/export/export_format.h"
#include "tools/muniment/completion.h"
#include "tools/muniment/manual.h"
#include "tools/muniment/subcommands.h"
#include "tools/server/configuration.h"
#include "tools/server/listen_address.h"
#include "tools/server/tls_certificates.h"
#include "tools/server/token_file.h"
#include "tools/store/backup.h"
#include "tools/store/clock_step.h"
#include "tools/store/log_key.h"
#include "tools/store/log_move.h"
#include "tools/store/log_place.h"
#include "tools/store/restore.h"
#include "tools/store/store.h"
#include "tools/store/store_lock.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

constexpr const char* description = "The system of record for who may act for whom.";
constexpr const char* time_help = "A time such as 2020-04-02T10:32:23Z, or a date: its first moment";

const std::vector<std::pair<std::string, Format>> formats{
    {"table", Format::table}, {"json", Format::json}, {"ndjson", Format::ndjson}, {"csv", Format::csv}};

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

// The whole command line: every subcommand's flags, bound where they are described.
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
  CLI::App app_{description, "muniment"};
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

void CommandLine::add_audit() {
  CLI::App* audit = app_.add_subcommand("audit", "Ask about any moment");
  audit->require_subcommand(1);
  audit->fallthrough();
  add_as_of(audit);
  add_intervals(audit);
  add_trail(audit);
  add_diff(audit);
  add_roster(audit);
  add_findings(audit);
  add_privileged(audit);
  add_record_keeping(audit);
  add_reviews(audit);
}

void CommandLine::add_reconcile() {
  CLI::App* sub = app_.add_subcommand("reconcile", "What a portal really grants at a provider, beside what the record says");
  sub->add_option("file", reconcile_.file, "CSV: username, services; or - for standard input")->required()->type_name("FILE|-");
  sub->add_option("--provider", reconcile_.provider, "The provider")->required()->type_name("PID/SL");
  sub->add_option("--as-of", reconcile_.at, "What had taken effect by then (default: all that is recorded)")->type_name("TIME");
  sub->add_option("--map", reconcile_.map_file, "TOML: which columns the file has, and what their values mean")->type_name("FILE");
  CLI::Option* record =
      sub->add_flag("--record", reconcile_.is_recorded, "Report what differs to the record, where findings are made of it");
  sub->add_option("--actor", reconcile_.actor, "With --record: on whose word (default: officer: and your login name)")
      ->type_name("PRINCIPAL")
      ->needs(record);
  add_output(sub, reconcile_.format);
  add_without_vault(sub, reconcile_.without_vault);
  choose(sub, reconcile_, run_reconcile);
}

void CommandLine::add_as_of(CLI::App* audit) {
  CLI::App* sub = audit->add_subcommand("as-of", "Who held what at a moment");
  add_question(sub, as_of_, true);
  add_pages(sub, as_of_);
  sub->add_option("--provider", as_of_.provider, "At this provider")->type_name("PID/SL");
  sub->add_option("--user", as_of_.username, "This account")->type_name("USERNAME");
  sub->add_option("--service", as_of_.service, "This service")->type_name("SERVICE");
  choose(sub, as_of_, run_as_of);
}

void CommandLine::add_intervals(CLI::App* audit) {
  CLI::App* held = audit->add_subcommand("intervals", "From when until when an account held each service, and who granted and ended it");
  add_question(held, intervals_, true);
  held->add_option("--user", intervals_.username, "The account")->required()->type_name("USERNAME");
  held->add_option("--provider", intervals_.provider, "At this provider")->type_name("PID/SL");
  choose(held, intervals_, run_intervals);
  CLI::App* states = audit->add_subcommand("states", "When accounts were locked, disabled or terminated: by whom, why, how long");
  add_question(states, states_, true);
  add_pages(states, states_);
  states->add_option("--user", states_.username, "This account")->type_name("USERNAME");
  states->add_option("--provider", states_.provider, "Of whom was linked to this provider meanwhile")->type_name("PID/SL");
  states->add_option("--state", states_.state, "locked, disabled or terminated")->type_name("STATE");
  choose(states, states_, run_states);
}

void CommandLine::add_trail_filters(CLI::App* sub, TrailFlags& flags) {
  sub->add_option("--user", flags.username, "What concerns this account")->type_name("USERNAME");
  sub->add_option("--provider", flags.provider, "What concerns this provider")->type_name("PID/SL");
  sub->add_option("--actor", flags.actor, "What this one did: USERNAME, officer:NAME, submitter:NAME, outsider:NAME or node")
      ->type_name("ACTOR");
  sub->add_option("--type", flags.type, "Events of this kind, such as services_assigned")->type_name("TYPE");
  sub->add_option("--not-type", flags.not_types, "Not events of these kinds, with commas between them")->type_name("TYPES");
  sub->add_option("--from", flags.from, "Took effect then or later")->type_name("TIME");
  sub->add_option("--to", flags.to, "Took effect then or earlier")->type_name("TIME");
}

void CommandLine::add_trail(CLI::App* audit) {
  CLI::App* sub = audit->add_subcommand("trail", "What happened, newest first");
  add_question(sub, trail_, true);
  add_pages(sub, trail_);
  add_trail_filters(sub, trail_);
  sub->add_option("--refusal", trail_.refusal, "Attempts alone that were refused for this, such as not_administrator")
      ->type_name("REFUSAL");
  sub->add_flag("--oldest-first", trail_.is_oldest_first, "In the order of time");
  choose(sub, trail_, run_trail);
  CLI::App* histogram = audit->add_subcommand("histogram", "How much happened, by period of time, over the whole of a trail");
  add_question(histogram, histogram_, true);
  add_trail_filters(histogram, histogram_);
  choose(histogram, histogram_, run_histogram);
}

void CommandLine::add_diff(CLI::App* audit) {
  CLI::App* sub = audit->add_subcommand("diff", "What was gained and lost between two moments");
  add_question(sub, diff_, false);
  add_pages(sub, diff_);
  sub->add_option("--from", diff_.from, time_help)->required()->type_name("TIME");
  sub->add_option("--to", diff_.to, time_help)->required()->type_name("TIME");
  sub->add_option("--provider", diff_.provider, "At this provider")->type_name("PID/SL");
  sub->add_option("--user", diff_.username, "This account")->type_name("USERNAME");
  choose(sub, diff_, run_diff);
}

void CommandLine::add_roster(CLI::App* audit) {
  CLI::App* sub = audit->add_subcommand("roster", "A provider's subordinates, by name");
  add_question(sub, roster_, true);
  add_pages(sub, roster_);
  sub->add_option("--provider", roster_.provider, "The provider")->required()->type_name("PID/SL");
  sub->add_option("--last-name", roster_.last_name, "What the last name begins with, without regard to case and accents")
      ->type_name("TEXT");
  sub->add_option("--first-name", roster_.first_name, "The same of the first name")->type_name("TEXT");
  choose(sub, roster_, run_roster);
}

void CommandLine::add_findings(CLI::App* audit) {
  const auto add = [this](CLI::App* sub, FindingsFlags& flags) {
    add_question(sub, flags, true);
    sub->add_option("--rule", flags.rule, "Of this rule")->type_name("RULE");
    sub->add_option("--provider", flags.provider, "At this provider")->type_name("PID/SL");
    sub->add_option("--since", flags.since, fmt::format("Those too that were seen then or later and have ended. {}", time_help))
        ->type_name("TIME");
  };
  CLI::App* findings = audit->add_subcommand("findings", "What the rules of the auditor's desk have found; exits 11 where some are open");
  add(findings, findings_);
  add_pages(findings, findings_);
  choose(findings, findings_, run_findings);
  CLI::App* rules = audit->add_subcommand("rules", "The rules, which requirement each helps to examine, and how many findings are open");
  add(rules, rules_);
  choose(rules, rules_, run_rules);
}

void CommandLine::add_privileged(CLI::App* audit) {
  CLI::App* sub = audit->add_subcommand("privileged", "Who holds privileged access to muniment itself, from whom and since when");
  add_question(sub, privileged_, true);
  choose(sub, privileged_, run_privileged);
}

void CommandLine::add_record_keeping(CLI::App* audit) {
  CLI::App* policies = audit->add_subcommand("policies", "What each change of policy changed: before and after");
  add_question(policies, policies_, true);
  choose(policies, policies_, run_policies);
  CLI::App* retention = audit->add_subcommand("retention", "How long what is recorded is kept, and what is on hold");
  add_question(retention, retention_, true);
  choose(retention, retention_, run_retention);
  CLI::App* gaps =
      audit->add_subcommand("gaps", "The extent of the record, what no witness has seen, restores, imports, steps of the clock");
  add_question(gaps, gaps_, true);
  choose(gaps, gaps_, run_gaps);
}

void CommandLine::add_reviews(CLI::App* audit) {
  CLI::App* reviews = audit->add_subcommand("reviews", "Reviews of access: due, late and closed, and what was decided");
  add_question(reviews, reviews_, true);
  add_pages(reviews, reviews_);
  reviews->add_option("--provider", reviews_.provider, "Of this provider")->type_name("PID/SL");
  reviews->add_flag("--open", reviews_.is_open, "Those that are open and not late");
  reviews->add_flag("--late", reviews_.is_late, "Those that were due and are open still");
  reviews->add_option("--state", reviews_.state, "open, late or closed")->type_name("STATE");
  choose(reviews, reviews_, run_reviews);
  CLI::App* review = audit->add_subcommand("review", "A review's people, decisions, and how long a revocation then took");
  add_question(review, review_, true);
  add_pages(review, review_);
  review->add_option("review", review_.review, "The name of the review")->required()->type_name("REVIEW");
  review->add_option("--provider", review_.provider, "At this provider")->type_name("PID/SL");
  review->add_flag("--print", review_.is_print, "A sheet in HTML with lines to sign; of a closed review as it was closed");
  choose(review, review_, run_review);
  CLI::App* leaver = audit->add_subcommand("leaver", "Every link of somebody who left, who may end it, and how long it took");
  add_question(leaver, leaver_, true);
  leaver->add_option("--user", leaver_.username, "Who left")->required()->type_name("USERNAME");
  choose(leaver, leaver_, run_leaver);
  CLI::App* attestation = audit->add_subcommand("attestation", "A provider's roster, with what its Primary User has confirmed");
  add_question(attestation, attestation_, true);
  add_pages(attestation, attestation_);
  attestation->add_option("--provider", attestation_.provider, "The provider")->required()->type_name("PID/SL");
  attestation->add_option("--since", attestation_.since, "Attestations then or later alone")->type_name("TIME");
  attestation->add_flag("--print", attestation_.is_print, "A sheet in HTML to confirm person by person and to sign");
  choose(attestation, attestation_, run_attestation);
}

void CommandLine::add_events() {
  CLI::App* sub = app_.add_subcommand("events", "The decoded log");
  add_output(sub, events_.format);
  add_without_vault(sub, events_.without_vault);
  add_number(sub, "--from", events_.from, 1, "First position (default: 1)");
  add_number(sub, "--to", events_.to, 0, "Last position (default: the head)");
  sub->add_flag("--open", events_.is_opened, "Open the sealed personal parts through the vault");
  sub->add_flag("--follow", events_.follows, "Go on with what comes, until it is stopped; with --server alone");
  CLI::Option* archive =
      sub->add_option("--archive", events_.archive, "A log that `export log` wrote, once it is verified; needs no store");
  CLI::Option* key = sub->add_option("--log-key", events_.log_key, "Of the archive: the log's verifier key, or a file with it");
  archive->type_name("DIR")->needs(key);
  key->type_name("KEY")->needs(archive);
  choose(sub, events_, run_events);
}

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

void CommandLine::add_keeping() {
  CLI::App* rebuild = app_.add_subcommand("rebuild", "Build views anew from the log");
  rebuild->add_option("projection", rebuild_.projections, "Which (default: all)")
      ->check(CLI::IsMember({"roster", "access", "trail", "findings"}));
  rebuild->add_flag("--dry-run", rebuild_.is_dry_run, "Say what would be done");
  choose(rebuild, rebuild_, run_rebuild);

  CLI::App* stats = app_.add_subcommand("stats", "What the store holds, its bytes on disk and how far its views are");
  add_output(stats, stats_.format);
  add_without_vault(stats, stats_.without_vault);
  choose(stats, stats_, run_stats);

  CLI::App* services = app_.add_subcommand("services", "The catalogue of services");
  add_question(services, services_, true);
  choose(services, services_, run_services);

  CLI::App* repair = app_.add_subcommand("repair", "The last resort where something is damaged and there is no backup");
  repair->require_subcommand(1);
  repair->fallthrough();
  CLI::App* vault = repair->add_subcommand("vault", "Say whether the vault is damaged; open it without its newest entries");
  vault->add_flag("--accept-loss", repair_vault_.accepts_loss, "Open it without what is damaged and all that was written after it");
  vault->add_flag("--dry-run", repair_vault_.is_dry_run, "List whose key --accept-loss would cost; nothing is changed");
  add_output(vault, repair_vault_.format);
  choose(vault, repair_vault_, run_repair_vault);

  CLI::App* upgrade = app_.add_subcommand("upgrade", "Raise the store's format to this program's");
  upgrade->add_flag("--dry-run", upgrade_.is_dry_run, "Say what would be done");
  choose(upgrade, upgrade_, run_upgrade);
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

void CommandLine::add_migrate() {
  CLI::App* migrate = app_.add_subcommand("migrate", "Move the log of a store, or its vault, into a database, or back");
  migrate
      ->add_option("--from", migrate_.from,
                   "The store's folder, or the database that has its log or vault: postgres://user@host:port/database")
      ->required()
      ->type_name("DIR|URL");
  migrate->add_option("--to", migrate_.to, "The other one; a database has none yet, or what a run before this one moved")
      ->required()
      ->type_name("DIR|URL");
  migrate->add_flag("--vault", migrate_.is_vault, "The vault instead of the log; it needs a database of its own");
  migrate->add_flag("--dry-run", migrate_.is_dry_run, "Say what would be moved");
  choose(migrate, migrate_, run_migrate);
}

void CommandLine::add_backup() {
  CLI::App* backup = app_.add_subcommand("backup", "Back up the log, or the vault");
  backup->require_subcommand(1);
  backup->fallthrough();
  CLI::App* log = backup->add_subcommand("log", "One more backup of the log, of what was written since the one before");
  log->add_option("folder", backup_log_.folder, "The folder of backups, not in the store's; with --server it is the node's own")
      ->type_name("DIR");
  add_number(log, "--keep", backup_log_.keep, 1, "Forget all but so many of the newest (default: none)");
  log->add_flag("--dry-run", backup_log_.is_dry_run, "Say what would be done");
  choose(log, backup_log_, run_backup_log);
  CLI::App* vault = backup->add_subcommand("vault", "A backup of the vault; the epoch key is not in it");
  vault
      ->add_option("folder", backup_vault_.folder,
                   "A new folder, not in the store's and apart from the log's backups; with --server it is the node's own")
      ->type_name("DIR");
  vault->add_flag("--dry-run", backup_vault_.is_dry_run, "Say what would be done");
  choose(vault, backup_vault_, run_backup_vault);
  CLI::App* list = backup->add_subcommand("list", "The backups of a log that are in a folder");
  list->add_option("folder", backup_list_.folder, "The folder of backups")->required()->type_name("DIR");
  add_output(list, backup_list_.format);
  choose(list, backup_list_, run_backup_list);
}

void CommandLine::add_restore() {
  CLI::App* restore = app_.add_subcommand("restore", "Put the log or the vault back from a backup, once it is verified");
  restore->require_subcommand(1);
  restore->fallthrough();
  CLI::App* log = restore->add_subcommand("log", "The log, into the store or a new folder; what was there is kept beside it");
  log->add_option("folder", restore_log_.folder, "The folder of backups")->required()->type_name("DIR");
  add_number(log, "--number", restore_log_.number, 1, "Which backup (default: the newest, or the first that has the position)");
  add_number(log, "--position", restore_log_.position, 1, "Up to here and no further (default: all that the backup has)");
  log->add_option("--accept-loss", restore_log_.accepted_loss, "Why durable events that the backup does not have may be lost; recorded")
      ->type_name("WORDS");
  log->add_option("--checkpoint", restore_log_.checkpoints,
                  "A checkpoint that was kept elsewhere; the backup has to continue it; repeatable")
      ->type_name("FILE");
  log->add_option("--archive", restore_log_.archive, "The archive that has what the backup has not (default: the store's)")
      ->type_name("DIR");
  log->add_flag("--dry-run", restore_log_.is_dry_run, "Say what would be restored and lost");
  choose(log, restore_log_, run_restore_log);
  CLI::App* vault = restore->add_subcommand("vault", "The vault; what was erased later is erased again");
  vault->add_option("folder", restore_vault_.folder, "The vault's backup")->required()->type_name("DIR");
  vault->add_flag("--dry-run", restore_vault_.is_dry_run, "Say what would be restored, and whether the epoch key opens it");
  choose(vault, restore_vault_, run_restore_vault);
}

void CommandLine::add_keys() {
  CLI::App* keys = app_.add_subcommand("keys", "The log's key, which signs its checkpoints, and the epoch key, which opens the vault");
  keys->require_subcommand(1);
  keys->fallthrough();
  CLI::App* log_key =
      keys->add_subcommand("rotate", "Sign the log's checkpoints with a new key, for a time with both; recorded in the log");
  log_key->add_option("--log-key", rotate_log_key_.log_key, "The former key's file (default: the store's)")->type_name("FILE");
  log_key
      ->add_option("--new-key", rotate_log_key_.new_key,
                   "A key that you made, PEM or the URI of one in a PKCS#11 token (default: one is made)")
      ->type_name("FILE");
  add_number(log_key, "--both-days", rotate_log_key_.both_days, 0,
             "For how many days both keys sign (default: 30); 0: the former signs the first checkpoint of the new one alone");
  log_key->add_flag("--dry-run", rotate_log_key_.is_dry_run, "Say what would be done");
  choose(log_key, rotate_log_key_, run_rotate_log_key);
  CLI::App* rotate = keys->add_subcommand("rotate-epoch", "Wrap all keys by a new one and destroy the former: erasures are complete then");
  rotate->add_option("--epoch-key", rotate_epoch_.epoch_key, "The key's file, which the new one takes the place of (default: the store's)")
      ->type_name("FILE");
  rotate->add_flag("--dry-run", rotate_epoch_.is_dry_run, "Say what would be done, and by when it is due");
  choose(rotate, rotate_epoch_, run_rotate_epoch);
  CLI::App* drill = keys->add_subcommand("drill", "Show that a copy in escrow opens the vault, or a backup of it; changes nothing");
  drill->add_option("--epoch-key", drill_.epoch_key, "The copy")->required()->type_name("FILE");
  drill->add_option("--vault-backup", drill_.vault_backup, "What it has to open (default: the store's vault)")->type_name("DIR");
  choose(drill, drill_, run_drill);
}

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

void CommandLine::add_completion() {
  CLI::App* sub = app_.add_subcommand("completion", "Print a completion script for a shell");
  sub->add_option_function<std::string>(
         "shell",
         [this](const std::string& name) {
           chosen_ = [this, name] {
             console_.out << completion_script(app_, name == "bash" ? Shell::bash : name == "zsh" ? Shell::zsh : Shell::fish) << std::flush;
             require_written(console_.out);
             return ExitCode::ok;
           };
         },
         "Whose")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

// For the build of the manual pages.
void CommandLine::add_manual() {
  CLI::App* sub = app_.add_subcommand("manual", "Print a part of the manual, for scdoc")->group("");
  sub->add_option_function<std::string>(
         "part",
         [this](const std::string& name) {
           chosen_ = [this, name] {
             const ManualPart part = name == "serve"      ? ManualPart::serve
                                     : name == "settings" ? ManualPart::settings
                                                          : ManualPart::subcommands;
             console_.out << manual_part(app_, part) << std::flush;
             require_written(console_.out);
             return ExitCode::ok;
           };
         },
         "Which")
      ->required()
      ->check(CLI::IsMember({"subcommands", "serve", "settings"}));
}

// The exit code of what an exception says; the most special ones first.
ExitCode code_of(const std::exception& error) {
  const auto is = [&]<typename T>(const T*) { return dynamic_cast<const T*>(&error) != nullptr; };
  if (const auto* ours = dynamic_cast<const CliError*>(&error)) return ours->code;
  if (is(static_cast<const ConfigurationError*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const ListenRefused*>(nullptr)) || is(static_cast<const TlsRefused*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const NotAStore*>(nullptr)) || is(static_cast<const NoBackup*>(nullptr))) return ExitCode::not_found;
  if (is(static_cast<const StoreDamaged*>(nullptr)) || is(static_cast<const VaultDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const BackupDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const FolderTaken*>(nullptr)) || is(static_cast<const RestoreRefused*>(nullptr))) return ExitCode::refused;
  if (is(static_cast<const MoveRefused*>(nullptr)) || is(static_cast<const LogElsewhere*>(nullptr)) ||
      is(static_cast<const VaultElsewhere*>(nullptr)))
    return ExitCode::refused;
  if (is(static_cast<const BadPostgresUrl*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const StoreBusy*>(nullptr)) || is(static_cast<const LogInUse*>(nullptr)) ||
      is(static_cast<const VaultError*>(nullptr)) || is(static_cast<const LogKeyError*>(nullptr)) ||
      is(static_cast<const ClockStepped*>(nullptr)))
    return ExitCode::unavailable;
  if (is(static_cast<const StoreTaken*>(nullptr))) return ExitCode::start_again;
  if (is(static_cast<const StoreStopped*>(nullptr)) || is(static_cast<const TokensDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const LogDamaged*>(nullptr)) || is(static_cast<const BadRecord*>(nullptr))) return ExitCode::integrity;
  return ExitCode::failure;
}

}  // namespace

ExitCode run_cli(const std::vector<std::string>& arguments, Console& console) {
  try {
    CommandLine line(console);
    try {
      line.app().parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& stop) {  // Help and the version come this way too.
      if (stop.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
        throw CliError(ExitCode::usage, fmt::format("{}; --help, also after a subcommand, lists what there is", stop.what()));
      }
      line.app().exit(stop, console.out, console.err);
      console.out.flush();
      require_written(console.out);
      return ExitCode::ok;
    }
    return line.run();
  } catch (const std::exception& error) {
    console.error(error.what());
    return code_of(error);
  }
}

}  // namespace muniment
