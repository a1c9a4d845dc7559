// Findings at a moment: what the rules of the auditor's desk (findings/rule.h) have found, as intervals of time with the events that
// support them. A finding names a rule and the requirement that it helps to examine; none says that anything complies.
//
// Findings are judged in the order in which events were recorded. One that waits for time to pass (dormant, overdue) is judged when it is
// asked for, by what was known and the policy that was in force at the moment asked about: nothing has to run for it to become true.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/schema/event.capnp.h"
#include "events/values/finding_rule.h"
#include "events/values/provider_id.h"
#include "projections/moment.h"
#include "projections/page.h"

namespace muniment {

class Views;

enum class FindingState {
  open,   // It holds at the moment.
  ended,  // It held, and ended before.
  act,    // Something that was done. It has no end, and counts as open.
};
std::string_view name_of(FindingState state);

// What was said about a finding (commands/dispose_finding.h).
struct FindingDisposal {
  schema::Disposition disposition{};
  std::optional<Timestamp> until;
  std::string by;
  std::string reason;
  Position position = 0;
  bool counts = false;  // Its time has not passed, what is said to be fixed does not hold still, and no more was done since.
};

struct Finding {
  Rule rule{};
  std::string id{};  // events/values/finding_id.h
  FindingState state = FindingState::open;
  ProviderId provider;
  std::string subject{};  // The username or actor that it is about; empty: the provider.
  Timestamp first_seen{};
  Timestamp last_seen{};  // Of an open one the moment asked about, of an ended one its end.
  std::string service{};
  std::string other{};
  std::uint64_t count = 0;           // Events that support it.
  std::vector<Position> evidence{};  // The first and the last of them.
  Position policy = 0;               // The policy that it was judged by; 0: the defaults, or none was asked.
  std::optional<FindingDisposal> disposal{};

  // Whether somebody has to look at it.
  bool is_due() const { return state != FindingState::ended && !(disposal && disposal->counts); }
};

struct FindingsQuery {
  Timestamp now;                     // The moment where `moment` names no effective time.
  std::optional<Timestamp> since{};  // Those too that were seen then or later and have ended. Nothing: those that are open at the moment.
  std::optional<Rule> rule{};
  std::optional<ProviderId> provider{};
  Moment moment{};
  std::size_t limit = page_size_default;  // At most page_size_max.
  std::string cursor{};                   // Of the page before; the rest of the query must be the same, but for `now`.
};

// How many findings of each rule have not ended at the moment, and of those how many are disposed of.
struct FindingCount {
  Rule rule{};
  std::uint64_t open = 0;
  std::uint64_t disposed = 0;
  std::optional<std::uint64_t> ended = {};  // Since the time asked for; nothing: none was.
};
struct FindingCounts {
  std::vector<FindingCount> rules;  // In the order of the table, each once.
  Truth truth;
};

class Findings {
 public:
  // The views must outlive it.
  explicit Findings(const Views& views) : views_(views) {}

  // In the order of provider, rule and subject.
  std::expected<Page<Finding>, BadCursor> search(const FindingsQuery& query) const;
  // Of those that the query is narrowed to; a page of it is not asked for.
  FindingCounts count(const FindingsQuery& query) const;

 private:
  const Views& views_;
};

}  // namespace muniment
