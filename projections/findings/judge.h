// Decides which intervals are findings at a moment, and since when: by what was known then, and the policies that were in force.
#pragma once

#include "projections/findings.h"
#include "projections/findings/disposal.h"
#include "projections/findings/interval.h"
#include "projections/findings/place.h"
#include "projections/findings/policy.h"
#include "projections/findings/terms.h"
#include "projections/findings/walk.h"

namespace muniment::view {

// All must outlive it. One thread at a time.
class FindingJudge {
 public:
  FindingJudge(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const std::optional<Timestamp>& since,
               std::optional<PackedProvider> provider);

  struct Verdict {
    FindingState state{};
    Timestamp last;  // Until when it is seen.
  };
  // Nothing: it is not among what was asked for. Makes of the interval what it was at the moment.
  std::optional<Verdict> judge(const IntervalName& name, Interval& interval);
  Finding show(const IntervalName& name, Interval interval, const Verdict& verdict);
  const DisposalsAsOf& disposals() const { return disposals_; }
  bool are_terms_published() const { return terms_.are_published(); }
  // Which waits can be findings at the provider: something has to be reported, or published, first.
  RuleSet waits_at(PackedProvider provider);

 private:
  bool make_due(const IntervalName& name, Interval& interval, bool has_ended);
  EventRef reported_since(ReportedSignal signal, PackedProvider provider, const Interval& interval, Position recorded_by);
  EventRef first_report(const IntervalName& name);
  // The event that ended it as seen at the moment: its own, an earlier report, the closing of the provider, or a policy that no longer
  // forbids it.
  std::optional<EventRef> end_of(const IntervalName& name, const Interval& interval, bool has_ended);
  const FindingPlace& place_of(PackedProvider provider);
  void add_disposal(Finding& finding);

  const Snapshot& snapshot_;
  const Table& table_;
  const AsOf& as_of_;
  const std::optional<Timestamp> since_;
  PoliciesAsOf policies_;
  FindingTerms terms_;
  DisposalsAsOf disposals_;
  std::optional<PackedProvider> place_provider_;
  FindingPlace place_;
};

}  // namespace muniment::view
