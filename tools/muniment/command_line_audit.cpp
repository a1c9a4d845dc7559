// Subcommands that ask: audit, reconcile, events.
#include "tools/muniment/command_line.h"

#include <fmt/format.h>

namespace muniment {

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

}  // namespace muniment
