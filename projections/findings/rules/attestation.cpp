// Rosters that nobody has attested for longer than the policy says: since the last attestation, or since the provider was recorded here.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

void wait_for_attestation(const Step& step, PlaceRow& row, Desk& desk) {
  Interval interval = interval_of(step.event);
  interval.kind = IntervalKind::due;
  interval.from = std::max(step.event.at, step.recorded_at);
  desk.intervals().put({*row.key, Rule::attestation_overdue, {}, step.event.position, 0}, std::move(interval));
  desk.change(row).attestation_awaited = step.event.position;
}

}  // namespace

void see_attestations(const Step& step, Desk& desk) {
  const auto fact = step.reader.getFact();
  if (!fact.isProviderRegistered() && !fact.isRosterAttested()) return;
  PlaceRow& row = *step.touched.front();
  if (row.value.attestation_awaited != 0) desk.end({*row.key, Rule::attestation_overdue, {}, row.value.attestation_awaited, 0}, step.event);
  if (row.value.closed.position == 0) wait_for_attestation(step, row, desk);
}

}  // namespace muniment::view
