// Access that stays when a person has left: it should have been removed within so many hours of their leaving, and of the report.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_leavers(const Step& step, Desk& desk) {
  if (step.reader.getFact().which() != schema::Event::Fact::DEPARTURE_REPORTED) return;
  const EventRef report = step.event;
  EventRef leaving = report;
  leaving.at = Timestamp{step.reader.getFact().getDepartureReported().getLeftAt()};
  for (FindingLink& link : step.person->links) {
    if (std::find(step.touched.begin(), step.touched.end(), link.provider) == step.touched.end()) continue;
    if (desk.look_at(link.provider).closed) continue;
    const auto is_reported = [](const OpenMark& mark) { return mark.rule == Rule::kept_after_leaving; };
    if (std::any_of(link.marks.begin(), link.marks.end(), is_reported)) continue;  // The first report counts.
    desk.open_due(Rule::kept_after_leaving, leaving, step.username, link);
    desk.open_due(Rule::kept_after_report, report, step.username, link);
  }
}

}  // namespace muniment::view
