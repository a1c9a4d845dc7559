// The rules of the auditor's desk, in one table: what each looks for, which requirement its answers help to examine, and by which
// thresholds it judges. A finding names the rule; no rule says that anything complies.
//
// A rule that is added or changed raises rules_version: the views are built anew, so it holds for all of history.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "events/values/finding_rule.h"

namespace muniment {

enum class Severity { high, medium, low, info };
std::string_view name_of(Severity severity);

// What has to be there before a rule can judge: reports from elsewhere, or terms that were published.
enum class ReportedSignal { none, sign_ins, service_use, terms };

// The names are public.
struct RuleEntry {
  Rule rule;
  std::string_view id;
  Severity severity;
  std::string_view text;                  // What it finds.
  std::string_view examines;              // The requirement that an answer helps to examine.
  std::span<const Threshold> thresholds;  // Of a wait the first one says when it is due.
  ReportedSignal needs;

  constexpr RuleEntry(Rule which, Severity how_severe, std::string_view finds, std::string_view requirement,
                      std::span<const Threshold> by = {}, ReportedSignal signal = ReportedSignal::none)
      : rule(which),
        id(rule_names[static_cast<std::size_t>(which) - 1]),
        severity(how_severe),
        text(finds),
        examines(requirement),
        thresholds(by),
        needs(signal) {}
};

constexpr std::uint32_t rules_version = 6;

// In the order of their numbers, which begin at 1.
std::span<const RuleEntry> rules();
// Whether its findings become due by time alone, and so stand in no row until they end (wait.h).
bool is_wait(Rule rule);
// Whether its findings stand in rows, and become due by time alone.
bool is_timed(Rule rule);
// Precondition: is_rule(rule).
const RuleEntry& entry_of(Rule rule);

}  // namespace muniment
