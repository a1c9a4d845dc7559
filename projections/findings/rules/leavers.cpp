// Access that stays when a person has left: it should have been removed within so many hours of their leaving, and of the report. Nothing
// is kept where the account cannot be used.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

// What was removed, or could not be used any more, between the leaving and the report: it was late all the same.
void note_late_removal(const Step& step, const FindingLink& link, const EventRef& removed, Timestamp left_at, Desk& desk) {
  if (removed.position == 0 || removed.at <= left_at) return;
  const Wait wait = Since(link.started).and_since(step.event, left_at).wait(Rule::kept_after_leaving, link);
  desk.end_wait(step, step.username, wait, {}, removed);
}

}  // namespace

void add_leaving(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (link.reported.position == 0 || !person.is_enabled()) return;
  const Since left = Since(link.started).and_since(link.said_left, link.left_at).and_since(person.enabled);
  out.push_back(left.wait(Rule::kept_after_leaving, link));
  out.push_back(Since(left).and_since(link.reported).wait(Rule::kept_after_report, link));
}

void see_leavers(const Step& step, Desk& desk) {
  if (!step.reader.getFact().isDepartureReported()) return;
  const Timestamp left_at{step.reader.getFact().getDepartureReported().getLeftAt()};
  FindingPerson& person = desk.change(*step.person);
  for (FindingLink& link : person.links) {
    const auto is_here = [&](const PlaceRow* row) { return *row->key == link.provider; };
    if (std::none_of(step.touched.begin(), step.touched.end(), is_here)) continue;
    const bool is_first = link.reported.position == 0;
    if (is_first) link.reported = step.event;
    if (!is_first && left_at >= link.left_at) continue;  // Of several reports the earliest leaving counts.
    link.said_left = step.event;
    link.left_at = left_at;
    if (!person.is_enabled()) note_late_removal(step, link, person.stopped, left_at, desk);
  }
  for (const EndedLink& ended : person.ended_links) {
    FindingLink link;
    link.provider = ended.provider;
    link.started = ended.started;
    if (!ended.was_reported) note_late_removal(step, link, ended.ended, left_at, desk);
  }
  for (EndedLink& ended : person.ended_links) ended.was_reported = true;
}

}  // namespace muniment::view
