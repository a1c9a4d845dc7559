// Access that stays when a person has left: it should have been removed within so many hours of their leaving, and of the report. Nothing
// is kept where the account cannot be used.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

// What was removed, or could not be used any more, between the leaving and the report: it was late all the same. Of several links that had
// ended there each is told apart by its beginning.
void note_late_removal(const Step& step, const FindingLink& link, const EventRef& removed, Timestamp left_at, bool has_ended, Desk& desk) {
  if (removed.position == 0 || removed.at <= left_at) return;
  Wait wait = Since(link.started).and_since(step.event, left_at).wait(Rule::kept_after_leaving, link);
  if (has_ended) wait.past_link = link.started.position;
  desk.end_wait(step, step.username, wait, {}, removed);
}

// The earliest leaving that was reported counts, and the finding stays that of the first report.
Wait wait_after_report(const FindingPerson& person, const FindingLink& link, const Since& left) {
  Wait out = Since(left).and_since(link.reported).wait(Rule::kept_after_report, link);
  out.id = std::max({link.started.position, link.reported.position, person.enabled.position});
  return out;
}

// Whether it can have been too late already, by any policy there was.
bool can_be_late(PackedProvider provider, const EventRef& started, Timestamp left_at, const EventRef& removed, Desk& desk) {
  const Threshold threshold = entry_of(Rule::kept_after_leaving).thresholds.front();
  return due_time(std::max(started.at, left_at), threshold, desk.policies().lowest(provider, threshold)) < removed.at;
}

// So long after it ended a link may still turn out to have been kept too long.
constexpr std::int64_t ended_link_kept_ns = std::int64_t{400} * 24 * 3600 * 1'000'000'000;
constexpr std::size_t ended_links_max = 32;

}  // namespace

void remember_ended(FindingPerson& person, const FindingLink& link, const EventRef& ended, Desk& desk) {
  std::erase_if(person.ended_links, [&](const EndedLink& other) { return other.ended.at.ns < ended.at.ns - ended_link_kept_ns; });
  if (person.ended_links.size() == ended_links_max) person.ended_links.erase(person.ended_links.begin());
  const bool was_stopped_before = !person.is_enabled() && person.stopped.position != 0 && person.stopped.at < ended.at;
  const EventRef& kept_until = was_stopped_before ? person.stopped : ended;
  const bool was_late = link.reported.position != 0 && can_be_late(link.provider, link.started, link.left_at, kept_until, desk);
  person.ended_links.push_back({link.provider, link.started, kept_until, was_late});
}

void add_leaving(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (link.reported.position == 0 || !person.is_enabled()) return;
  const Since left = Since(link.started).and_since(link.said_left, link.left_at).and_since(person.enabled);
  out.push_back(left.wait(Rule::kept_after_leaving, link));
  out.push_back(wait_after_report(person, link, left));
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
    const bool was_late = !is_first && can_be_late(link.provider, link.started, link.left_at, person.stopped, desk);
    link.said_left = step.event;
    link.left_at = left_at;
    if (!person.is_enabled() && !was_late) note_late_removal(step, link, person.stopped, left_at, false, desk);
  }
  for (EndedLink& ended : person.ended_links) {
    if (ended.was_late) continue;
    FindingLink link;
    link.provider = ended.provider;
    link.started = ended.started;
    note_late_removal(step, link, ended.ended, left_at, true, desk);
    ended.was_late = can_be_late(ended.provider, ended.started, left_at, ended.ended, desk);
  }
}

}  // namespace muniment::view
